"""The kinds of a catalogue (genres and the like) as words: found in sentences, put into them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe.grammar import COMMON_NOUN_ATTRIBUTES, kinds, things

if TYPE_CHECKING:
    from llmrec_core.tables import Items

MOST_KINDS = 200
"""An attribute with more values names people or topics rather than kinds."""
FEWEST_ITEMS = 5
"""A kind with fewer items can hardly fill a list."""


@dataclass(frozen=True)
class Vocabulary:
    """The values of one attribute that sorts the catalogue into kinds.

    `values` are as the catalogue writes them, `has` (n_items, values) bool, `things` what the
    items are called («films»).
    """

    attribute: str
    values: tuple[str, ...]
    has: np.ndarray
    things: str

    def phrase(self, kind: int) -> str:
        """The things of a kind, as the template names them: «war films»."""
        return self.phrased([kind], self.things)

    def phrased(self, named: Sequence[int], things: str) -> str:
        """Things of several kinds, whatever they are called: «war and comedy pictures»."""
        return kinds([self.values[kind] for kind in named], self.attribute, things)

    def named(self, text: str) -> list[int]:
        """The kinds that a sentence names, in its order, each once.

        A kind is a common noun, written small («war films»), or with a capital at the start; a
        title that holds the word is no kind.
        """
        found = (self._number[match.group(1).lower()] for match in self._pattern.finditer(text))
        return list(dict.fromkeys(found))

    def replaced(self, text: str, other: dict[int, int]) -> str:
        """The sentence with the kinds of `other` named in the place of its keys, all at once."""

        def put(match: re.Match[str]) -> str:
            kind = self._number[match.group(1).lower()]
            if kind not in other:
                return match.group()
            word = self._written(other[kind])
            return word[:1].upper() + word[1:] if match.start() == 0 else word

        return self._pattern.sub(put, text)

    def _written(self, kind: int) -> str:
        """The value as it stands in a sentence."""
        value = self.values[kind]
        if self.attribute.lower() not in COMMON_NOUN_ATTRIBUTES:
            return value
        return kinds([value], self.attribute, "").strip()

    @cached_property
    def _number(self) -> dict[str, int]:
        return {
            form.lower(): number
            for number in range(len(self.values)) for form in _forms(self._written(number))
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = [f for number in range(len(self.values)) for f in _forms(self._written(number))]
        longest = sorted(forms, key=len, reverse=True)
        inside = "|".join(map(re.escape, longest))
        first = "|".join(re.escape(form[:1].upper() + form[1:]) for form in longest)
        return re.compile(rf"(?<![\w-])((?:{inside})|(?:^(?:{first})))(?![\w-])")


def _forms(word: str) -> tuple[str, ...]:
    """A kind in the singular and in the plural: «comedy», «comedies»."""
    if word.endswith("s"):
        return (word,)
    return (word, word[:-1] + "ies" if word.endswith("y") else word + "s")


def vocabulary(items: Items) -> Vocabulary | None:
    """The kinds of a catalogue; None where no attribute sorts it into at least two.

    Of several such attributes one whose values are common nouns (genres, subjects) is taken.
    """
    from llmrec_core.evidence.attributes import Role, attribute_tables

    found = []
    for table in attribute_tables(items, np.ones(len(items))):
        count = np.asarray((table.matrix > 0).sum(axis=0)).ravel()
        keep = np.flatnonzero((count >= min(FEWEST_ITEMS, len(items) // 4)) & (count < len(items)))
        if table.role is Role.CATEGORY and 2 <= len(keep) <= MOST_KINDS:
            rare = table.name.lower() not in COMMON_NOUN_ATTRIBUTES
            has = np.asarray(table.matrix[:, keep].toarray() > 0)
            found.append((rare, table.name, tuple(str(table.values[k]) for k in keep), has))
    if not found:
        return None
    _, name, values, has = min(found, key=lambda entry: entry[0])
    return Vocabulary(name, values, has, things(items.attributes, _all(items)))


def _all(items: Items) -> set[str]:
    """All values of the attributes that hold genres or the like, which tell what things are."""
    names = [name for name in items.attributes if name.lower() in COMMON_NOUN_ATTRIBUTES]
    return {value for name in names for values in items.frame[name] for value in values}

