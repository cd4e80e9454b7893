"""Texts for items that say too little of themselves: from their attributes and their reviews.

What is written is kept beside the originals, names its author and the rows it was read from, and
is one more field when items are encoded. Evidence and theme words keep to the originals.
"""

from llmrec_core.enrich.needs import ENOUGH, neediest, needs
from llmrec_core.enrich.settings import Enriching
from llmrec_core.enrich.stored import (
    FIELD,
    STAGE,
    load_texts,
    rows_read,
    with_author,
    with_written,
    written_field,
    written_name,
)
from llmrec_core.enrich.write import desk_for, write_for, write_texts

__all__ = [
    "ENOUGH", "FIELD", "STAGE", "Enriching", "desk_for", "load_texts", "neediest", "needs",
    "rows_read", "with_author", "with_written", "write_for", "write_texts", "written_field",
    "written_name",
]
