"""What people typed or clicked, in SQLite: never lost, not by a kill, not by a rebuild.

Every method opens the file for itself, so one `Journal` may be used by any thread, and several
processes may write at once. A method that returns has its data on disk (WAL, synchronous FULL).
"""

from llmrec_core.journal.documents import Kept
from llmrec_core.journal.journal import Journal
from llmrec_core.journal.records import Batch, Feedback, Note, PromptVersion, Version
from llmrec_core.journal.versions import ORIGINAL

__all__ = [
    "ORIGINAL", "Batch", "Feedback", "Journal", "Kept", "Note", "PromptVersion", "Version",
]
