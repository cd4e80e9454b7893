"""All descriptions of a study at once: how long, how telling, how true, and how alike they are."""

from llmrec_core.audit.duplicates import Pair, duplicates
from llmrec_core.audit.report import AuditReport, audit
from llmrec_core.audit.stability import Stability, paraphrases, stability
from llmrec_core.audit.whole import audit_study, wordings

__all__ = [
    "AuditReport", "Pair", "Stability", "audit", "audit_study", "duplicates", "paraphrases",
    "stability", "wordings",
]
