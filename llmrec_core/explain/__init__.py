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
from llmrec_core.explain.reading import WordReader, read_text
from llmrec_core.explain.word_tree import ByWord, Opened, by_word, item_words, word_entries
from llmrec_core.explain.words import OpenText, ReadText, Word, WordHeat, WordKind

__all__ = [
    "AVERAGE", "EVERYBODY", "ITEM_TEXT", "LEFT_OVER", "ByWord", "Entry", "OpenText", "Opened",
    "ReadText", "Word", "WordHeat", "WordKind", "WordReader", "by_word", "item_words", "ledger",
    "read_text", "total", "word_entries",
]
