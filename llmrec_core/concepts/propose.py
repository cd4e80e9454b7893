"""Which phrases a catalogue offers as concepts: its kinds, decades, themes and titles' words."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.evidence.words import EMPTY, MAX_SHARE, MIN_ITEMS, WORD
from llmrec_core.steer.vocabulary import FEWEST_ITEMS, MOST_KINDS
from llmrec_core.tables import TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmrec_core.evidence.attributes import ValueTable
    from llmrec_core.tables import Items

MOST = 64
"""Phrases that are proposed: more than a page has room for sliders."""
MOST_THEMES = 24
"""Of them words from the items' texts."""
FEW_TITLED, MOST_TITLED = 4, 8
"""Of them words of titles, where texts offer themes: few, since titles allude and do not tell. So
many have a place of their own, and so many come where there is room."""
MOST_DECADES = 8
"""Of them decades, the fullest: neighbours among them say nearly the same."""


def propose(items: Items, *, most: int = MOST, titled: bool = True) -> tuple[str, ...]:
    """Up to `most` phrases, most frequent first within kinds, then decades, themes and titles.

    Kinds are the values of attributes that sort the catalogue («war films»), decades come from its
    years («films of the 1940s»), themes are nouns of its texts that tell items apart («stories
    about robots»), and with `titled` up to `MOST_TITLED` words of titles follow that no phrase has
    yet, nouns in the items' texts; where items have no texts, words of titles stand for themes,
    with `titled` or without. Where there are too many phrases, kinds and themes give way in turn.
    () for a catalogue that has none of them.
    """
    from llmrec_core.evidence.attributes import Role, attribute_tables
    from llmrec_core.evidence.words import theme_table

    tables = attribute_tables(items, np.ones(len(items)))
    categories = [t for t in tables if t.role is Role.CATEGORY and len(t.values) <= MOST_KINDS]
    called = _things(items)
    kinds = [phrase for table in categories for phrase in _kinds(table, items, called)]
    years = [table for table in tables if table.role is Role.YEAR]
    decades = [phrase for table in years for phrase in _decades(table, items, called)]
    themes = theme_table(items, np.ones(len(items)), categories)
    if themes is None:
        return _in_turn((kinds, decades, _titled(items, MOST_THEMES)), most)
    words = [f"stories about {word}" for word in _frequent(themes, MOST_THEMES)]
    told = _in_turn((kinds, decades, words), most - FEW_TITLED)
    new = _unsaid(_titled(items, MOST_THEMES), told, items) if titled else []
    return (*told, *new[: min(MOST_TITLED, most - len(told))])


def _unsaid(words: list[str], phrases: Sequence[str], items: Items) -> list[str]:
    """The words that no phrase holds, in one number or the other, and that look like nouns."""
    from llmrec_core.evidence.words import content_words

    nouns = content_words(words, [" ".join(x) for x in items.frame[list(items.text_fields)].values])
    said = set(" ".join(phrases).lower().split())
    said |= {word.removesuffix("s") for word in said}
    return [w for w in words if w in nouns and not {w, w.removesuffix("s")} & said]


def _in_turn(groups: Sequence[Sequence[str]], most: int) -> tuple[str, ...]:
    """The first of each group, then the second…, until there are `most`; group by group, once."""
    turns = chain.from_iterable(zip_longest(*groups))
    wanted = set([p for p in dict.fromkeys(turns) if p is not None][:most])
    return tuple(p for p in dict.fromkeys(chain.from_iterable(groups)) if p in wanted)


def _titled(items: Items, most: int) -> list[str]:
    """Words of the titles that some items share and most do not, most frequent first.

    Of titles no more is asked: they are written with capitals, which tell no name from a noun.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    found: Counter[str] = Counter()
    for title in items.frame[TITLE]:
        found.update(set(re.findall(WORD, str(title).lower())) - ENGLISH_STOP_WORDS - EMPTY)
    least = min(MIN_ITEMS, max(len(items) // 4, 1))
    shared = [w for w, n in found.most_common() if least <= n <= MAX_SHARE * len(items)]
    return shared[:most]


def _things(items: Items) -> str:
    """What the items are called, «films» or «books»."""
    from llmrec_core.describe.grammar import COMMON_NOUN_ATTRIBUTES, things

    named = [name for name in items.attributes if name.lower() in COMMON_NOUN_ATTRIBUTES]
    values = {value for name in named for cell in items.frame[name] for value in cell}
    return things(items.attributes, values)


def _kinds(table: ValueTable, items: Items, called: str) -> list[str]:
    """The kinds of one attribute that some items have and others have not, as phrases."""
    from llmrec_core.describe.grammar import kinds

    count = _counts(table)
    least = min(FEWEST_ITEMS, max(len(items) // 4, 1))
    order = [k for k in np.argsort(-count, kind="stable") if least <= count[k] < len(items)]
    return [kinds([str(table.values[k])], table.name, called) for k in order]


def _decades(table: ValueTable, items: Items, called: str) -> list[str]:
    """The fullest decades that hold enough items and not all of them, earliest first."""
    count: dict[int, float] = {}
    for value, n in zip(table.values, _counts(table), strict=True):
        decade = int(str(value)[:4]) // 10 * 10  # «1940s», or a year of a crowded decade
        count[decade] = count.get(decade, 0.0) + float(n)
    least = min(FEWEST_ITEMS, max(len(items) // 4, 1))
    full = sorted(count, key=lambda d: -count[d])
    kept = [d for d in full if least <= count[d] < len(items)][:MOST_DECADES]
    return [f"{called} of the {d}s" for d in sorted(kept)]


def _frequent(table: ValueTable, most: int) -> list[str]:
    """The words of most weight in the catalogue."""
    total = np.asarray(table.matrix.sum(axis=0)).ravel()
    return [str(table.values[k]) for k in np.argsort(-total, kind="stable")[:most]]


def _counts(table: ValueTable) -> np.ndarray:
    return np.asarray((table.matrix > 0).sum(axis=0)).ravel()
