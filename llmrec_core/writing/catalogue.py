"""What a writer needs to know of the catalogue, read once for all users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from llmrec_core import tables
from llmrec_core.describe.grammar import COMMON_NOUN_ATTRIBUTES, things
from llmrec_core.evidence.attributes import year_of

if TYPE_CHECKING:
    from llmrec_core.faith import Lexicon
    from llmrec_core.tables import Items


@dataclass(frozen=True)
class Catalogue:
    """The plural noun for the items, and per item number its year ("" without) and first text."""

    items: Items
    things: str
    years: Sequence[str]
    texts: Sequence[str]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names that a text about these items may use."""
        from llmrec_core.faith import Lexicon

        return Lexicon.of(self.items)

    @classmethod
    def of(cls, items: Items | Catalogue) -> Catalogue:
        """The catalogue of an items table; one that was made before is taken as it is."""
        if isinstance(items, Catalogue):
            return items
        common = [name for name in items.attributes if name.lower() in COMMON_NOUN_ATTRIBUTES]
        values = {value for name in common for cell in items.frame[name] for value in cell}
        noun = things(items.attributes, values)
        return cls(items, noun, _years(items), _texts(items))


def _years(items: Items) -> list[str]:
    name = next((a for a in items.attributes if "year" in a.lower()), None)
    if name is None:
        return [""] * len(items)
    found = (next((y for y in map(year_of, cell) if y), None) for cell in items.frame[name])
    return ["" if year is None else str(year) for year in found]


def _texts(items: Items) -> list[str]:
    names = [name for name in items.text_fields if name != tables.TITLE]
    return items.frame[names[0]].tolist() if names else [""] * len(items)
