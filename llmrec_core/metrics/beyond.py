"""What lists are like beyond right and wrong: novelty, diversity, serendipity, one value a user.

Lists are `(n_users, n)` item numbers, best first, -1 where fewer than n items could be shown.
Means are over the places that hold an item; a user to whom nothing is shown has no value (nan).
"""

from __future__ import annotations

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.metrics.ranking import divide

BLOCK = 4_000_000
"""Numbers of summed vectors held at a time by `diversity` (16 MB)."""


def novelty(lists: np.ndarray, takers: np.ndarray, n_users: int) -> np.ndarray:
    """Novelty: how few people know the shown items, in bits; (n_lists,) float64.

    The mean of -log2(takers / n_users) over the shown items, the mean inverse user frequency
    (MIUF; Zhou et al. 2010, «self-information»). `takers` (n_items,) says how many of `n_users`
    users took each item in training; an item that nobody took counts as taken by one. nan where
    nothing is shown.

    >>> novelty(np.array([[0, 1], [2, -1]]), np.array([4, 2, 0]), 4)
    array([0.5, 2. ])
    """
    if n_users < 1 or (len(takers) and takers.max() > n_users):
        raise InputError(
            f"An item cannot be taken by {int(takers.max()) if len(takers) else 0} of {n_users} "
            "users: count every user of an item once."
        )
    return _shown_mean(-np.log2(np.maximum(takers, 1) / n_users), lists)


def popularity_ranks(counts: np.ndarray) -> np.ndarray:
    """(n_items,) int64: 1 for the items with the largest training count, 2 for the next count…

    Items with equal counts share a rank; an item without any has a rank beyond all.
    """
    values, place = np.unique(counts, return_inverse=True)
    return len(values) - place


def serendipity(
    lists: np.ndarray, hits: np.ndarray, counts: np.ndarray, n_relevant: np.ndarray | None = None
) -> np.ndarray:
    """Serendipity: hits, worth as much as they stand higher than popularity would have them.

    The mean over the shown places k of hit_k max(p_k - q_k, 0), with p_k = (n_items + 1 - k) /
    n_items for the place and q_k the same with the item's rank by training count instead of k
    (items of one count share a rank, see `popularity_ranks`; 0 for an item without any). This is
    RecTools' definition, after Lab41's «It's not all about the accuracy». (n_lists,) float64; nan
    where nothing is shown, and with `n_relevant` where it is 0.

    >>> counts = np.array([9, 5, 5, 0])
    >>> lists, hits = np.array([[3, 0], [0, 1]]), np.ones((2, 2), bool)
    >>> serendipity(lists, hits, counts)  # item 3: 4/4 - 0; item 1 has rank 2, as its place
    array([0.5, 0. ])
    """
    n_items = len(counts)
    by_popularity = (n_items + 1 - popularity_ranks(counts)) / n_items
    expected = np.where(np.asarray(counts) > 0, by_popularity, 0.0)
    here = (n_items + 1 - np.arange(1, lists.shape[1] + 1)) / n_items
    gain = np.where(hits, np.maximum(here - expected[lists], 0.0), 0.0)
    shown = (lists >= 0).sum(axis=1)
    if n_relevant is not None:
        shown = np.where(n_relevant > 0, shown, 0)
    return divide(gain.sum(axis=1), shown)


def diversity(lists: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Intra-list diversity: how unlike each other the shown items are; (n_lists,) float64.

    The mean of 1 - cosine over all pairs of one list (Ziegler et al. 2005; Castells et al. 2022),
    from item `vectors` (n_items, dim) of norm 1 (see `unit_rows`): the cosines of all pairs are
    the squared length of the vectors' sum, without going through the pairs. An item without a
    text (a vector of zeros) is unlike all others. nan for lists of fewer than two items.

    >>> same, other = [1.0, 0.0], [0.0, 1.0]
    >>> diversity(np.array([[0, 1], [0, 2], [0, -1]]), np.array([same, same, other]))
    array([ 0.,  1., nan])
    """
    from scipy.sparse import csr_matrix

    known = lists >= 0
    shown = known.sum(axis=1)
    place = np.concatenate([[0], np.cumsum(shown)])
    item = lists[known]
    total = np.empty(len(lists))
    step = max(1, BLOCK // max(1, vectors.shape[1]))
    for begin in range(0, len(lists), step):
        ends = place[begin : begin + step + 1]
        part = item[ends[0] : ends[-1]]
        marks = csr_matrix(
            (np.ones(len(part), vectors.dtype), part, ends - ends[0]),
            shape=(len(ends) - 1, len(vectors)),
        )
        summed = marks @ vectors
        total[begin : begin + step] = np.einsum("ij,ij->i", summed, summed)
    size = np.einsum("ij,ij->i", vectors, vectors)
    total -= np.where(known, size[lists], 0.0).sum(axis=1)
    return 1 - divide(total, shown * (shown - 1))


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """(n, dim) float32: every row divided by its length; rows of zeros stay."""
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    out: np.ndarray = (vectors / np.where(length > 0, length, 1)[:, None]).astype(np.float32)
    return out


def _shown_mean(of_item: np.ndarray, lists: np.ndarray) -> np.ndarray:
    """(n_lists,) float64: the mean of a value of items over the places that hold one."""
    shown = lists >= 0
    return divide(np.where(shown, of_item[lists], 0.0).sum(axis=1), shown.sum(axis=1))
