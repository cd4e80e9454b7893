"""How much more often a user meets a value than the others do, and whether that is chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.evidence.attributes import ValueTable

PRIOR_ROWS = 5.0
"""Every share is mixed with everybody's as if the user had this many more rows."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Which values are told: at most `n` a user, each with at least this score and lift."""

    n: int
    min_score: float
    min_lift: float


@dataclass(frozen=True)
class Telling:
    """The values that tell most about each user: those of user u are `indptr[u]:indptr[u + 1]`.

    `value` are value numbers, `lift` the smoothed ratio of shares, `score` its significance;
    within a user the highest score comes first.
    """

    indptr: np.ndarray
    value: np.ndarray
    lift: np.ndarray
    score: np.ndarray

    def of(self, user: int) -> list[tuple[int, float, float]]:
        """(value number, lift, score) of one user, most telling first."""
        cut = slice(self.indptr[user], self.indptr[user + 1])
        found = zip(self.value[cut], self.lift[cut], self.score[cut], strict=True)
        return [(int(value), float(lift), float(score)) for value, lift, score in found]


def lift(weight: np.ndarray, rows: np.ndarray | np.float64, base: np.ndarray) -> np.ndarray:
    """((weight + k base) / (rows + k)) / base with k = PRIOR_ROWS; 1 is like everybody."""
    return (weight + PRIOR_ROWS * base) / (rows + PRIOR_ROWS) / np.maximum(base, 1e-12)


def significance(
    weight: np.ndarray, rows: np.ndarray | np.float64, base: np.ndarray, square: np.ndarray
) -> np.ndarray:
    """Excess over the expected weight in standard deviations.

    (weight - rows base) / sqrt(rows (square - base^2) + t^2): the usual z-score of a sum, with
    one typical weight t = square / base added, so that a single rare event is never significant.
    """
    typical = square / np.maximum(base, 1e-12)
    variance = rows * np.maximum(square - base**2, 0) + np.maximum(typical, 1e-12) ** 2
    return (weight - rows * base) / np.sqrt(variance)


def most_telling(rows: csr_matrix, table: ValueTable, limits: Limits) -> Telling:
    """The most significant values of `table` for each user of `rows` (n_users, n_items).

    `rows` holds the number of liked rows per user and item.
    """
    met = (rows @ table.matrix).tocsr()
    n_users = met.shape[0]
    user = np.repeat(np.arange(n_users), np.diff(met.indptr))
    count = np.asarray(rows.sum(axis=1)).ravel()[user]
    base, square = table.base[met.indices], table.square[met.indices]
    ratio = lift(met.data, count, base)
    score = significance(met.data, count, base, square)
    keep = np.flatnonzero((score >= limits.min_score) & (ratio >= limits.min_lift))
    order = keep[np.lexsort((met.indices[keep], -score[keep], user[keep]))]
    start = np.searchsorted(user[order], np.arange(n_users + 1))
    order = order[np.arange(len(order)) - start[user[order]] < limits.n]
    indptr = np.searchsorted(user[order], np.arange(n_users + 1))
    return Telling(indptr, met.indices[order], ratio[order], score[order])
