"""What an item's text can be written from: its attributes, its own texts, its reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.behaviour import NO_TIME
from llmrec_core.faith.vetting import vetted
from llmrec_core.profile import ValueScale

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.tables import Items

MOST_REVIEWS = 200
"""Reviews of one item that are looked at, evenly drawn from more."""
REVIEW_CHARS = 1_500
"""Characters of one review that are looked at."""
MOST_VALUES = 4
VALUE_CHARS, TEXT_CHARS = 80, 600
PRAISE, CRITICISM = 0.6, 0.4
"""Levels from which, and up to which, a review's rating says that the item was liked or not."""


@dataclass(frozen=True)
class Review:
    """What one person wrote: `verdict` is 1, -1 or 0 by the rating, `time` None where unknown."""

    row: int
    text: str
    verdict: int = 0
    time: int | None = None


@dataclass(frozen=True)
class Material:
    """What is known of one item, vetted: every text is one line that gives a model no orders.

    `title` is "" where there is only the id. `reviews` are those that may be read, in row order;
    `withheld` counts texts left out because they read like instructions.
    """

    item_id: str
    title: str = ""
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    reviews: tuple[Review, ...] = ()
    withheld: int = 0

    @property
    def rows(self) -> tuple[int, ...]:
        """The ids of all rows whose review was read."""
        return tuple(review.row for review in self.reviews)

    @property
    def latest(self) -> int | None:
        """The time of the last review read; None without any."""
        times = [review.time for review in self.reviews if review.time is not None]
        return max(times, default=None)

    def words(self) -> str:
        """All that was read, as one text: what a written sentence may name."""
        values = [value for cell in self.attributes.values() for value in cell]
        said = [review.text for review in self.reviews]
        return "\n".join([self.title, *values, *self.texts.values(), *said])


def review_items(rows: Behaviour, reviews: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """For each review, (whether its row is among `rows`, its item number or -1)."""
    place = _places(rows, reviews)
    known = place >= 0
    return known, np.where(known, rows.item[place] if len(rows) else -1, -1)


def gather(
    numbers: Sequence[int] | np.ndarray, rows: Behaviour, items: Items, reviews: pd.DataFrame
) -> list[Material]:
    """The material of the items `numbers`; of the reviews only those whose rows are in `rows`.

    Give training rows, and no held-out review is read.
    """
    place = _places(rows, reviews)
    known = np.flatnonzero(place >= 0)
    place = place[known]
    order = np.argsort(rows.item[place], kind="stable")
    owner = rows.item[place][order]
    levels = ValueScale.of(rows.value).levels(rows.value)
    texts = reviews[tables.REVIEW]
    out = []
    for number in numbers:
        begin, end = np.searchsorted(owner, [number, number + 1])
        mine = _drawn(order[begin:end])
        out.append(_material(int(number), items, [
            (int(rows.row[place[k]]), str(texts.iat[known[k]]),
             _verdict(levels[place[k]], rows.has_values), int(rows.time[place[k]]))
            for k in np.sort(mine)
        ]))
    return out


def _places(rows: Behaviour, reviews: pd.DataFrame) -> np.ndarray:
    """(n_reviews,) where in `rows` the row of each review is; -1 for none."""
    order = np.argsort(rows.row, kind="stable")
    wanted = reviews[tables.ROW].to_numpy(np.int64)
    if not len(order) or not len(wanted):
        return np.full(len(wanted), -1, np.int64)
    at = np.minimum(np.searchsorted(rows.row[order], wanted), len(order) - 1)
    return np.where(rows.row[order[at]] == wanted, order[at], -1)


def _drawn(found: np.ndarray) -> np.ndarray:
    """At most MOST_REVIEWS of them, evenly."""
    if len(found) <= MOST_REVIEWS:
        return found
    return found[np.linspace(0, len(found) - 1, MOST_REVIEWS).astype(np.int64)]


def _verdict(level: float, rated: bool) -> int:
    if not rated:
        return 0
    return 1 if level >= PRAISE else -1 if level <= CRITICISM else 0


def _material(
    number: int, items: Items, reviews: Sequence[tuple[int, str, int, int]]
) -> Material:
    row = items.frame.iloc[number]
    item_id, title = str(row[tables.ITEM]), str(row[tables.TITLE])
    attributes = {
        name: tuple(v for v in (vetted(str(x), VALUE_CHARS) for x in row[name][:MOST_VALUES]) if v)
        for name in items.attributes
    }
    texts = {name: vetted(str(row[name]), TEXT_CHARS) for name in items.text_fields}
    read = [
        Review(row_id, line, verdict, None if time == NO_TIME else time)
        for row_id, text, verdict, time in sorted(reviews)
        if (line := vetted(text, REVIEW_CHARS))
    ]
    return Material(
        item_id, "" if title == item_id else vetted(title, VALUE_CHARS),
        {name: values for name, values in attributes.items() if values},
        {name: text for name, text in texts.items() if text},
        tuple(read), len(reviews) - len(read),
    )
