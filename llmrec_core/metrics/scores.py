"""How well scores tell relevant items from others, over all candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.metrics.ranking import divide, relevant_keys

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def auc(scores: np.ndarray, held_out: csr_matrix) -> np.ndarray:
    """AUC: how often a relevant item outscores an irrelevant candidate; (n_users,) float64.

    Over all (relevant, irrelevant) pairs: 1 when the relevant item's score is larger, 1/2 when
    equal (Hanley and McNeil 1982), by counting in sorted scores. `scores` is (n_users, n_items);
    an entry that is nan or infinite is no candidate (seen items are set to -inf), relevant or
    not. nan without a relevant or without an irrelevant candidate.

    >>> from scipy.sparse import csr_matrix
    >>> auc(np.array([[3.0, 1.0, 2.0, -np.inf]]), csr_matrix([[0, 0, 1, 1]]))
    array([0.5])
    """
    if scores.shape != held_out.shape:
        raise InputError(
            f"The scores have shape {scores.shape} but the held-out matrix {held_out.shape}: "
            "score all items for the same users."
        )
    user, item = np.divmod(relevant_keys(held_out), held_out.shape[1])
    others = np.where(np.isfinite(scores), scores, np.inf)
    others[user, item] = np.inf
    others.sort(axis=1)
    n_others = np.isfinite(others).sum(axis=1)
    relevant = scores[user, item]
    user, relevant = user[np.isfinite(relevant)], relevant[np.isfinite(relevant)]
    n_relevant = np.bincount(user, minlength=len(scores))
    below = _count_smaller(others, user, relevant, ties=False)
    # Few scores are equal in practice, so only those are searched a second time.
    tied = others[user, below] == relevant
    upper = _count_smaller(others, user[tied], relevant[tied], ties=True)
    wins = below.astype(np.float64)
    wins[tied] = (below[tied] + upper) / 2
    return divide(np.bincount(user, wins, len(scores)), n_relevant * n_others)


def _count_smaller(rows: np.ndarray, row: np.ndarray, value: np.ndarray, ties: bool) -> np.ndarray:
    """How many entries of the sorted `rows[row]` are smaller than `value`, or equal with `ties`.

    One binary search for all values together, so that few values a user cost no Python loop. Each
    searched row must end in an infinity, as `auc` leaves one in the place of the relevant item.
    """
    low, high = np.zeros(len(row), np.int64), np.full(len(row), rows.shape[1] - 1)
    for _ in range(rows.shape[1].bit_length()):
        middle = (low + high) // 2
        entry = rows[row, middle]
        # A finished search (low == high) stands on a larger entry and stays there.
        right = (entry <= value) if ties else (entry < value)
        low, high = np.where(right, middle + 1, low), np.where(right, high, middle)
    return low
