"""What an edit did to lists: how much of a kind they hold, and which place an item has."""

from __future__ import annotations

import numpy as np

from llmrec_core.metrics import ndcg

DEPTH = 20
"""Places of a list that count, as in TEARS (NDCG@20)."""


def top_lists(score: np.ndarray, n: int = DEPTH) -> np.ndarray:
    """(users, n) item numbers, best first, of scores (users, n_items); seen items at -inf before.

    Equal scores keep the order of the catalogue.
    """
    n = min(n, score.shape[1])
    part = np.argpartition(-score, n - 1, axis=1)[:, :n]
    part.sort(axis=1)
    order = np.argsort(-np.take_along_axis(score, part, axis=1), axis=1, kind="stable")
    return np.take_along_axis(part, order, axis=1)


def kind_ndcg(lists: np.ndarray, has: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """(users, kinds): NDCG of each list where an item is relevant if it is of the kind.

    Parameters
    ----------
    lists : (users, n) item numbers, best first.
    has : (n_items, kinds) bool.
    candidates : (users, n_items) bool, what could be in the list.

    nan where no candidate is of the kind. Source: TEARS, genre-wise NDCG@20.
    """
    relevant = candidates.astype(np.float32) @ has.astype(np.float32)  # (users, kinds)
    # Where few are open, a list is filled up with items that were seen: they are no hits.
    opened = np.take_along_axis(candidates, lists, axis=1)
    hits = has[lists] & opened[:, :, None]  # (users, n, kinds)
    columns = [ndcg(hits[:, :, k], relevant[:, k].astype(np.int64)) for k in range(has.shape[1])]
    return np.stack(columns, axis=1)


def moved_right(
    before: np.ndarray, after: np.ndarray, favourite: np.ndarray, least: np.ndarray
) -> np.ndarray:
    """(users,) bool: after the swap less of the former favourite and more of the former least.

    `before` and `after` are (users, kinds) from `kind_ndcg`; a tie is not right.
    """
    row = np.arange(len(favourite))
    falls = after[row, favourite] < before[row, favourite]
    rises = after[row, least] > before[row, least]
    return np.asarray(falls & rises)


def places(score: np.ndarray, items: np.ndarray) -> np.ndarray:
    """(users,) int64: the place, from 1, of one item a user among scores (users, n_items)."""
    mine = score[np.arange(len(items)), items]
    return np.asarray((score > mine[:, None]).sum(axis=1) + 1)
