"""What a set of items or users has in common: tastes, texts, lists, exposure, figures."""

from __future__ import annotations

from llmrec_core.selection.likes import fans_of, favourites_of, liked_rows, shared_values
from llmrec_core.selection.lists import (
    Sampled,
    exposure_of,
    listed_for,
    listed_to,
    shown_of,
    some_lists,
)
from llmrec_core.selection.measured import measured_for
from llmrec_core.selection.said import Phrases, shared_phrases

__all__ = [
    "Phrases", "Sampled", "exposure_of", "fans_of", "favourites_of", "liked_rows", "listed_for",
    "listed_to", "measured_for", "shared_phrases", "shared_values", "shown_of", "some_lists",
]  # fmt: skip
