"""Settings and weights chosen on held-out training rows: one setting at a time, then the blend."""

from llmrec_core.tune.choice import Choice, unfitted
from llmrec_core.tune.choose import choose
from llmrec_core.tune.folds import Fold, make_folds, splits_like
from llmrec_core.tune.weights import Judged, blended, fit_weights
from llmrec_core.validation import Validation

__all__ = [
    "Choice", "Fold", "Judged", "Validation", "blended", "choose", "fit_weights", "make_folds",
    "splits_like", "unfitted",
]
