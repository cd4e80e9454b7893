"""All metrics of ranked lists in one pass: right, new, diverse and surprising, a value a user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.metrics import beyond, ranking

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Known:
    """What training and the catalogue say of the items that lists are made of.

    `counts` (n_items,) training rows and `takers` (n_items,) different users of each item, of
    `n_users` users with a training row; `vectors` (n_items, dim) float32 of norm 1, None where
    items have no texts: then diversity is undefined.
    """

    counts: np.ndarray
    takers: np.ndarray
    n_users: int
    vectors: np.ndarray | None = None

    @classmethod
    def of(cls, training: csr_matrix, counts: np.ndarray, vectors: np.ndarray | None) -> Known:
        """From the training pairs (n_users, n_items), rows of items, and their text vectors."""
        takers = np.bincount(training.indices, minlength=training.shape[1])
        users = int((np.diff(training.indptr) > 0).sum())
        return cls(counts, takers, users, None if vectors is None else beyond.unit_rows(vectors))


def list_metrics(
    lists: np.ndarray, held_out: csr_matrix, known: Known, *, n: int = 10
) -> dict[str, np.ndarray]:
    """`ranking_metrics` and `novelty@n`, `diversity@n`, `serendipity@n`: name -> (n_users,).

    float64, nan where undefined (see each metric). Raises `InputError` as `ranking_metrics` does.
    """
    hits, n_relevant = ranking.judged(lists, held_out, n)
    top = lists[:, :n]
    diverse = np.full(len(top), np.nan)
    if known.vectors is not None:
        diverse = beyond.diversity(top, known.vectors)
    return ranking.metrics_of(hits, n_relevant, n) | {
        f"novelty@{n}": beyond.novelty(top, known.takers, known.n_users),
        f"diversity@{n}": diverse,
        f"serendipity@{n}": beyond.serendipity(top, hits, known.counts, n_relevant),
    }
