"""All that a catalogue gives a name to, and where a text uses these names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.describe.grammar import COMMON_NOUN_ATTRIBUTES, shown_title, things
from llmrec_core.evidence.attributes import Role, role_of, year_of
from llmrec_core.faith.forms import category_forms, title_forms

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

    from llmrec_core.tables import Items

COMMON_TEXTS = 20_000
"""Texts that are searched for words which are written small."""
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_A-ZÀ-Þ]{2,}(?![^\W_])")


@dataclass
class Entry:
    """What one form of words may mean: items by number, category values, makers.

    `cased` are the spellings under which the form is a title. Values are in small letters.
    """

    items: set[int] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    makers: set[str] = field(default_factory=set)
    cased: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Found:
    """One use of a name in a text: `entry` at the characters `start` to `end`."""

    start: int
    end: int
    entry: Entry


@dataclass(frozen=True)
class Lexicon:
    """The names of a catalogue, built once for all texts about it.

    `titles` and `years` (0 unknown) are per item number; `holders` gives the items of a value in
    small letters; `common` are words that are written small somewhere, or that any text may use.
    """

    forms: tuple[str, ...]
    entries: tuple[Entry, ...]
    titles: tuple[str, ...]
    years: tuple[int, ...]
    holders: dict[str, frozenset[int]]
    common: frozenset[str]
    things: str
    items: Items

    @classmethod
    def of(cls, items: Items) -> Lexicon:
        """The lexicon of an items table."""
        entries: dict[str, Entry] = defaultdict(Entry)
        holders: dict[str, set[int]] = defaultdict(set)
        titles = [str(t) for t in items.frame[tables.TITLE]]
        for number, title in enumerate(titles):
            for form in title_forms(title):
                entry = entries[small(form)]
                entry.items.add(number)
                entry.cased.add(form)
        _add_values(entries, holders, items)
        entries.pop("", None)
        categories = {v for e in entries.values() for v in e.categories}
        return cls(
            tuple(entries), tuple(entries.values()), tuple(map(shown_title, titles)),
            _years(items, titles), {v: frozenset(held) for v, held in holders.items()},
            _common(items), things(items.attributes, categories), items,
        )

    def find(self, text: str) -> list[Found]:
        """All names in `text` (`small` letters) that stand as words of their own, overlapping."""
        out = []
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if _alone(text, start, end):
                out.append(Found(start, end, self.entries[number]))
        return out

    @cached_property
    def _automaton(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(self.forms, store_patterns=False)

    def text_of(self, numbers: Iterable[int]) -> str:
        """Titles, texts and attributes of these items in one string, small letters."""
        rows = self.items.frame.iloc[sorted(numbers)]
        parts = [rows[name] for name in (tables.TITLE, *self.items.text_fields)]
        parts += [rows[name].map(" ".join) for name in self.items.attributes]
        return " ".join(" ".join(map(str, part)) for part in parts).lower()


def small(text: str) -> str:
    """Small letters, one for one: places in it are places in `text`."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.replace("\u2019", "'")


def _alone(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit of an alphabet touches the words on either side."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (_joins(before) and _joins(text[start]) or _joins(after) and _joins(text[end - 1]))


def _joins(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _add_values(
    entries: dict[str, Entry], holders: dict[str, set[int]], items: Items
) -> None:
    for name in items.attributes:
        lists = [[v for v in values if v] for values in items.frame[name]]
        role = role_of(name, lists)
        for number, values in enumerate(lists):
            for value in values:
                holders[small(value)].add(number)
        distinct = {value for values in lists for value in values}
        if role is Role.CATEGORY or name.lower() in COMMON_NOUN_ATTRIBUTES:
            for value in distinct:
                for form in category_forms(value):
                    entries[form].categories.add(small(value))
        elif role is Role.CREATOR:
            for value in distinct:
                if len(value) > 2:
                    entries[small(value)].makers.add(small(value))


def _years(items: Items, titles: Sequence[str]) -> tuple[int, ...]:
    """Per item its year from the attribute that says so, else from the end of its title, else 0."""
    name = next((a for a in items.attributes if "year" in a.lower()), None)
    given = [[]] * len(items) if name is None else items.frame[name].tolist()
    out = []
    for title, values in zip(titles, given, strict=True):
        year = next((y for y in map(year_of, values) if y is not None), None)
        told = re.search(r"\((1[89]\d\d|20\d\d)\)\s*$", title)
        out.append(year or (int(told.group(1)) if told else 0))
    return tuple(out)


def _common(items: Items) -> frozenset[str]:
    """Words that the catalogue's texts write small, and the stop words of English."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = set(ENGLISH_STOP_WORDS)
    for name in items.text_fields:
        texts = items.frame[name].to_numpy()
        step = max(1, len(texts) // COMMON_TEXTS)
        for text in np.asarray(texts, object)[::step]:
            words.update(_SMALL.findall(str(text)))
    return frozenset(words)
