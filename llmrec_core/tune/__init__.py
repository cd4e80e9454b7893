"""Settings and weights chosen on held-out training rows: one setting at a time, then the blend."""

from llmrec_core.tune.choice import Choice, unfitted
from llmrec_core.tune.choose import choose
from llmrec_core.tune.folds import Fold, folds_from, make_folds, splits_like
from llmrec_core.tune.groups import Group, make_few, with_groups
from llmrec_core.tune.weights import Judged, blended, fit_weights
from llmrec_core.validation import Validation

__all__ = [
    "Choice", "Fold", "Group", "Judged", "Validation", "blended", "choose", "fit_weights",
    "folds_from", "make_few", "make_folds", "splits_like", "unfitted", "with_groups",
]
