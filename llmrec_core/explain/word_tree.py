"""The ledger opened to the word: lines that texts stand behind get their words as children."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.explain.ledger import ITEM_TEXT, Entry
from llmrec_core.explain.words import Word, WordHeat
from llmrec_core.signals.base import Kind

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.explain.reading import WordReader
    from llmrec_core.profile import Profiles

WORD = "word"
"""The kind of an entry that is one word."""


PAIRS = 10
"""The largest pairs of words that are kept of a line."""


@dataclass(frozen=True)
class Opened:
    """A line of the ledger and what its words add; what all texts share is spread over them.

    `of_rows` are the points of the user's words (`rows`), `of_columns` of the item's; both sum to
    the line. Of single cells only the largest `pairs` are kept: a line of long texts has millions.
    `exact` and `stray` are those of the `WordHeat`.
    """

    line: Entry
    rows: tuple[Word, ...]
    of_rows: np.ndarray
    columns: tuple[Word, ...]
    of_columns: np.ndarray
    pairs: tuple[tuple[Word, Word, float], ...]
    exact: bool
    stray: bool

    @classmethod
    def of(cls, line: Entry, heat: WordHeat) -> Opened:
        """What is kept of a picture of the line."""
        return cls(
            line, heat.rows, heat.of_rows, heat.columns, heat.of_columns,
            tuple(heat.largest(PAIRS)), heat.exact, heat.stray,
        )


@dataclass(frozen=True)
class ByWord:
    """A ledger opened to the word.

    `entries` is the ledger with words as leaves; `opened` says which lines were, the largest first
    in each signal; `left` counts past items whose texts were not read, being too many.
    """

    entries: tuple[Entry, ...]
    opened: tuple[Opened, ...]
    left: int


def by_word(
    reader: WordReader, profile: Profiles, block: Block, item: int, entries: Sequence[Entry],
    past_items: int,
) -> ByWord:
    """Every sentence, and of each signal the `past_items` that say most, opened to the word.

    All leaves still sum to the score: a line's words sum to the line.
    """
    tree, opened, left = [], [], 0
    for entry in entries:
        if not reader.reads(entry.signal):
            tree.append(entry)
            continue
        children, past = [], 0
        for child in entry.children:  # the largest first
            past += child.kind == Kind.PAST_ITEM
            over = child.kind == Kind.PAST_ITEM and past > past_items
            left += over
            heat = None if over else reader.line(profile, block, item, child)
            if heat is None:
                children.append(child)
                continue
            told = heat.spread()
            opened.append(Opened.of(child, told))
            children.append(word_entries(child, told))
        tree.append(_sum_of(entry, children))
    return ByWord(tuple(tree), tuple(opened), left)


def word_entries(line: Entry, heat: WordHeat) -> Entry:
    """The line with the user's words below it, below each text of the item where it has several.

    The item's own words are the other way to add the same cells up: `item_words`.
    """
    fields = list(dict.fromkeys(word.field for word in heat.columns))
    texts = [child for child in line.children if child.kind == ITEM_TEXT]
    if not texts:
        return _sum_of(line, _words(line, heat.rows, heat.of_rows))
    children = []
    for field in fields:
        mine = np.array([word.field == field for word in heat.columns])
        parent = Entry(line.signal, line.weight, ITEM_TEXT, field, 0.0)
        words = _words(line, heat.rows, heat.cells[:, mine].sum(axis=1))
        children.append(_sum_of(parent, words))
    # A text that the item lacks adds 0 and has no words.
    children += [child for child in line.children if child.evidence not in fields]
    return _sum_of(line, children)


def item_words(opened: Opened) -> list[Entry]:
    """The item's words as entries; they sum to the same line."""
    return _words(opened.line, opened.columns, opened.of_columns)


def _words(line: Entry, words: Iterable[Word], points: np.ndarray) -> list[Entry]:
    return [
        Entry(line.signal, line.weight, WORD, word.label, float(value), number=word.place)
        for word, value in zip(words, points, strict=True)
    ]


def _sum_of(entry: Entry, children: Sequence[Entry]) -> Entry:
    total = float(sum(child.contribution for child in children))
    return replace(entry, contribution=total, children=tuple(children))
