"""Why not this item: its rank, the points that it is short, and what would bring it in."""

from llmrec_core.explain.why_not.lines import Line, side_by_side
from llmrec_core.explain.why_not.one_weight import Change, changes
from llmrec_core.explain.why_not.said import Sayings
from llmrec_core.explain.why_not.shortfall import Part, WhyNot, why_not
from llmrec_core.explain.why_not.tried import Trial, Trials, Tried, try_changes

__all__ = [
    "Change", "Line", "Part", "Sayings", "Trial", "Trials", "Tried", "WhyNot", "changes",
    "side_by_side", "try_changes", "why_not",
]
