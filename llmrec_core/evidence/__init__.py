"""Training rows -> counted facts about users, each with the ids of the rows behind it."""

from llmrec_core.evidence.background import Background, background
from llmrec_core.evidence.facts import Evidence, Fact, FactKind
from llmrec_core.evidence.gather import picked_evidence, user_evidence
from llmrec_core.evidence.verdicts import ValueKind, value_kind, verdicts

__all__ = [
    "Background", "Evidence", "Fact", "FactKind", "ValueKind", "background", "picked_evidence",
    "user_evidence", "value_kind", "verdicts",
]
