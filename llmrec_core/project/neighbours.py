"""Exact nearest neighbours in blocks, and the neighbours of users among the items they like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llmrec_core.errors import InputError

NOBODY = -1
"""Fills a row of neighbours that has fewer than the others."""
_BLOCK_FLOATS = 16_000_000


@dataclass(frozen=True)
class Neighbours:
    """The neighbours of items and users together, as UMAP takes them.

    `index` (n_items + n_users, k) int32 and `distance` float32; column 0 is the point itself,
    users come after the items; -1 and inf where a user has fewer anchors.
    """

    index: np.ndarray
    distance: np.ndarray
    n_items: int

    def __post_init__(self) -> None:
        if self.index.shape != self.distance.shape or self.n_items > len(self.index):
            raise InputError(
                f"Neighbours {self.index.shape}, distances {self.distance.shape} and "
                f"{self.n_items} items do not fit: compute the neighbours again."
            )


def nearest(
    queries: np.ndarray, base: np.ndarray, k: int, exclude_self: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The k rows of `base` (m, dim) with the largest dot product for each query (n, dim), exactly.

    Returns (n, k) int32 rows and (n, k) float32 products, best first, ties by the smaller row.
    Vectors of norm 1 make the product the cosine. With `exclude_self` the queries are the rows of
    `base` and none is its own neighbour. `k` is cut to the rows there are.
    """
    if exclude_self and len(queries) != len(base):
        raise InputError(
            f"{len(queries)} queries cannot be the {len(base)} rows searched: "
            "leave out exclude_self."
        )
    k = max(0, min(k, len(base) - int(exclude_self)))
    index = np.zeros((len(queries), k), np.int32)
    value = np.zeros((len(queries), k), np.float32)
    step = max(1, _BLOCK_FLOATS // max(1, len(base)))
    for start in range(0, len(queries) if k else 0, step):
        block = queries[start : start + step] @ base.T  # (step, m)
        if exclude_self:
            own = np.arange(len(block))
            block[own, start + own] = -np.inf
        rows = slice(start, start + len(block))
        index[rows], value[rows] = _best(block, k)
    return index, value


def _best(block: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    some = np.argpartition(-block, k - 1, axis=1)[:, :k]
    values = np.take_along_axis(block, some, axis=1)
    order = np.lexsort((some, -values), axis=1)
    return np.take_along_axis(some, order, axis=1), np.take_along_axis(values, order, axis=1)


def user_anchors(
    vectors: np.ndarray,
    liked: Sequence[np.ndarray],
    counts: np.ndarray,
    *,
    n_anchors: int = 10,
    rarity: float = 0.5,
) -> np.ndarray:
    """The liked items that say most about each user: (n_users, n_anchors) int32, -1 where fewer.

    An item's claim is its cosine with the user's taste direction (the mean of the liked vectors
    (n_items, dim), popular ones counting less), standardised over the user's items, minus
    `rarity` x log(1 + count), in units of its standard deviation over the catalogue. Without the
    second term half of all users hang on the same few famous items and form islands round them.
    `counts` (n_items,) are how often items occur in the training rows.
    """
    fame = np.log1p(counts.astype(np.float64))
    penalty = rarity * fame / max(float(fame.std()), 1e-9)
    weight = 1 / np.log(2 + counts)
    out = np.full((len(liked), n_anchors), NOBODY, np.int32)
    for user, items in enumerate(liked):
        if len(items) == 0:
            continue
        own = vectors[items]
        direction = (own * weight[items, None]).sum(axis=0)
        near = own @ direction
        claim = (near - near.mean()) / max(float(near.std()), 1e-9) - penalty[items]
        best = items[np.argsort(-claim, kind="stable")[:n_anchors]]
        out[user, : len(best)] = best
    return out


def joint_neighbours(
    item_index: np.ndarray, item_similarity: np.ndarray, anchors: np.ndarray
) -> Neighbours:
    """Items' neighbours among items and users' anchors, as one table for UMAP.

    `item_index`, `item_similarity` (n_items, k) come from `nearest`; `anchors` (n_users, a) from
    `user_anchors`. Item distances are sqrt(2 - 2 cosine). A user's anchors are all equally near:
    the user hangs between them, and no one item decides.
    """
    n_items, k = item_index.shape
    anchors = anchors[:, :k]
    index = np.full((n_items + len(anchors), k + 1), NOBODY, np.int32)
    distance = np.full(index.shape, np.inf, np.float32)
    index[:, 0], distance[:, 0] = np.arange(len(index)), 0
    index[:n_items, 1:] = item_index
    distance[:n_items, 1:] = np.sqrt(np.maximum(2 - 2 * item_similarity, 0))
    width = 1 + anchors.shape[1]
    index[n_items:, 1:width] = anchors
    distance[n_items:, 1:width] = np.where(anchors == NOBODY, np.inf, 1)
    return Neighbours(index, distance, n_items)
