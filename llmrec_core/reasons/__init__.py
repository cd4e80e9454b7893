"""Why an item, in one or two sentences: written from the top parts of its ledger, and checked."""

from llmrec_core.reasons.parts import Feeling, Part, Weighed, weigh
from llmrec_core.reasons.past import feelings, judged
from llmrec_core.reasons.reason import Reason, reason, stream_reason

__all__ = [
    "Feeling", "Part", "Reason", "Weighed", "feelings", "judged", "reason", "stream_reason",
    "weigh",
]
