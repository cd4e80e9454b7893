"""Which phrases a catalogue offers as concepts: its kinds, its decades and its themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.steer.vocabulary import FEWEST_ITEMS, MOST_KINDS

if TYPE_CHECKING:
    from llmrec_core.evidence.attributes import ValueTable
    from llmrec_core.tables import Items

MOST = 60
"""Phrases that are proposed: more than a page has room for sliders."""
MOST_THEMES = 24
"""Of them words from the items' texts."""


def propose(items: Items, *, most: int = MOST) -> tuple[str, ...]:
    """Up to `most` phrases, most frequent first within kinds, then decades, then themes.

    Kinds are the values of attributes that sort the catalogue («war films»), decades come from its
    years («films of the 1940s»), themes are nouns of its texts that tell items apart («stories
    about robots»). () for a catalogue that has none of them.
    """
    from llmrec_core.evidence.attributes import Role, attribute_tables
    from llmrec_core.evidence.words import theme_table

    tables = attribute_tables(items, np.ones(len(items)))
    categories = [t for t in tables if t.role is Role.CATEGORY and len(t.values) <= MOST_KINDS]
    called = _things(items)
    out = [phrase for table in categories for phrase in _kinds(table, items, called)]
    for table in tables:
        if table.role is Role.YEAR:
            out += _decades(table, items, called)
    themes = theme_table(items, np.ones(len(items)), categories)
    if themes is not None:
        out += [f"stories about {word}" for word in _frequent(themes, MOST_THEMES)]
    return tuple(dict.fromkeys(out))[:most]


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
    """The decades that hold enough items and not all of them, earliest first."""
    count: dict[int, float] = {}
    for value, n in zip(table.values, _counts(table), strict=True):
        decade = int(str(value)[:4]) // 10 * 10  # «1940s», or a year of a crowded decade
        count[decade] = count.get(decade, 0.0) + float(n)
    least = min(FEWEST_ITEMS, max(len(items) // 4, 1))
    return [f"{called} of the {d}s" for d in sorted(count) if least <= count[d] < len(items)]


def _frequent(table: ValueTable, most: int) -> list[str]:
    """The words of most weight in the catalogue."""
    total = np.asarray(table.matrix.sum(axis=0)).ravel()
    return [str(table.values[k]) for k in np.argsort(-total, kind="stable")[:most]]


def _counts(table: ValueTable) -> np.ndarray:
    return np.asarray((table.matrix > 0).sum(axis=0)).ravel()
