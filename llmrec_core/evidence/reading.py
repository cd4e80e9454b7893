"""One user's rows with the verdict on each and the values that tell them from the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.behaviour import NO_TIME
from llmrec_core.evidence.attributes import Role, ValueTable
from llmrec_core.evidence.facts import Fact, FactKind
from llmrec_core.evidence.lift import Limits, Telling, most_telling

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.evidence.background import Background

RECENT_SHARE = 0.2
LIMITS = {
    Role.CATEGORY: Limits(n=6, min_score=0.8, min_lift=1.1),
    Role.CREATOR: Limits(n=8, min_score=1.0, min_lift=1.2),
    Role.YEAR: Limits(n=4, min_score=1.0, min_lift=1.15),
}
WORD_LIMITS = Limits(n=12, min_score=1.0, min_lift=1.2)


@dataclass(frozen=True)
class Reading:
    """One user's rows, oldest first: `item`, `value`, `time`, `row`, `verdict` are (n_rows,).

    `telling` are (table, [(value number, lift, score)]) of the liked rows.
    """

    user_id: str
    item: np.ndarray
    value: np.ndarray
    time: np.ndarray
    row: np.ndarray
    verdict: np.ndarray
    telling: list[tuple[ValueTable, list[tuple[int, float, float]]]]
    words: list[tuple[int, float, float]]

    @cached_property
    def liked(self) -> np.ndarray:
        """Positions of the liked rows, oldest first."""
        return np.flatnonzero(self.verdict > 0)

    @cached_property
    def disliked(self) -> np.ndarray:
        """Positions of the disliked rows, oldest first."""
        return np.flatnonzero(self.verdict < 0)

    @cached_property
    def recent(self) -> np.ndarray:
        """Positions of the latest RECENT_SHARE of the liked rows; none without times."""
        timed = self.liked[self.time[self.liked] != NO_TIME]
        if len(timed) == 0 or self.time[timed[0]] == self.time[timed[-1]]:
            return timed[:0]
        return timed[len(timed) - max(1, round(len(timed) * RECENT_SHARE)) :]

    def fact(
        self, kind: FactKind, polarity: int, value: str, positions: np.ndarray,
        numbers: dict[str, float] | None = None, attribute: str = "",
    ) -> Fact:
        """A fact about one value, counted from the rows at `positions`."""
        row = self.row[positions]
        return Fact(
            kind, polarity, (value,) if value else (), attribute, numbers or {},
            tuple(row[row >= 0].tolist()), tuple(self.item[positions].tolist()),
        )


def readings(
    rows: Behaviour, verdict: np.ndarray, crowd: Background, first: int, last: int
) -> Iterator[Reading]:
    """The readings of users `first` to `last` (exclusive), their telling values found at once."""
    bounds = rows.bounds()
    liked = _liked_matrix(rows, verdict, first, last)
    found = [(table, most_telling(liked, table, LIMITS[table.role])) for table in crowd.tables]
    words = most_telling(liked, crowd.words, WORD_LIMITS) if crowd.words else None
    for user in range(first, last):
        cut = slice(bounds[user], bounds[user + 1])
        yield Reading(
            rows.user_ids[user], rows.item[cut], rows.value[cut], rows.time[cut], rows.row[cut],
            verdict[cut], [(table, telling.of(user - first)) for table, telling in found],
            words.of(user - first) if isinstance(words, Telling) else [],
        )


def _liked_matrix(rows: Behaviour, verdict: np.ndarray, first: int, last: int) -> csr_matrix:
    """(last - first, n_items) float32: the number of liked rows per user and item."""
    from scipy.sparse import csr_matrix

    start, end = np.searchsorted(rows.user, [first, last])
    picked = np.flatnonzero(verdict[start:end] > 0) + start
    where = (rows.user[picked] - first, rows.item[picked])
    shape = (last - first, rows.n_items)
    return csr_matrix((np.ones(len(picked), np.float32), where), shape=shape)
