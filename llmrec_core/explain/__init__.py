"""Why a score is what it is: the ledger, and what is asked of it."""

from llmrec_core.explain.ledger import (
    AVERAGE,
    EVERYBODY,
    ITEM_TEXT,
    LEFT_OVER,
    Entry,
    ledger,
    total,
)

__all__ = ["AVERAGE", "EVERYBODY", "ITEM_TEXT", "LEFT_OVER", "Entry", "ledger", "total"]
