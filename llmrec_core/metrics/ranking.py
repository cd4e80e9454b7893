"""How good ranked lists are: pure functions over arrays, one value a user, nan where undefined.

Lists are `(n_users, n)` item numbers, best first, each item at most once, padded with -1 where
fewer than n items could be shown. What was held out is a sparse `(n_users, n_items)` matrix whose
nonzero entries are the relevant items (binary gain). A user without relevant items has no value:
take means with `np.nanmean`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

def relevant_counts(held_out: csr_matrix) -> np.ndarray:
    """(n_users,) int64: how many items are relevant to each user; explicit zeros do not count.

    >>> from scipy.sparse import csr_matrix
    >>> relevant_counts(csr_matrix([[0, 1, 1], [0, 0, 0]]))
    array([2, 0])
    """
    return _counts(relevant_keys(held_out), held_out.shape)


def _counts(keys: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How many of the sorted `keys` each user has."""
    ends = np.searchsorted(keys, np.arange(1, shape[0] + 1, dtype=np.int64) * shape[1])
    return np.diff(ends, prepend=0)


def ranked_hits(lists: np.ndarray, held_out: csr_matrix) -> np.ndarray:
    """(n_users, n) bool: whether the item at each place of each list is relevant to its user.

    Padding (-1) is never a hit. Raises `InputError` when the rows of the two differ or a list
    holds an item that the matrix has no column for.

    >>> from scipy.sparse import csr_matrix
    >>> ranked_hits(np.array([[2, 0], [1, -1]]), csr_matrix([[0, 1, 1], [1, 0, 0]]))
    array([[ True, False],
           [False, False]])
    """
    return _hits(lists, relevant_keys(held_out), held_out.shape)


def _hits(lists: np.ndarray, keys: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """`ranked_hits` from the sorted `keys` of a matrix of this shape."""
    n_users, n_items = shape
    if lists.ndim != 2 or len(lists) != n_users:
        raise InputError(
            f"The lists have shape {lists.shape} but {n_users} users have held-out rows: "
            "pass one list for each row of the held-out matrix."
        )
    if lists.size and (lists.max() >= n_items or lists.min() < -1):
        wrong = int(lists.max()) if lists.max() >= n_items else int(lists.min())
        raise InputError(
            f"A list holds item {wrong} but the held-out matrix has {n_items} items: "
            "rank and hold out from the same catalogue (-1 stands for no item)."
        )
    if len(keys) == 0:
        return np.zeros(lists.shape, bool)
    wanted = np.arange(n_users, dtype=np.int64)[:, None] * n_items + lists
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    # Padding would otherwise read as the last item of the user before.
    return (keys[place] == wanted) & (lists >= 0)


def relevant_keys(held_out: csr_matrix) -> np.ndarray:
    """Sorted int64 `user * n_items + item` of every relevant pair, each once."""
    n_users, n_items = held_out.shape
    user = np.repeat(np.arange(n_users, dtype=np.int64), np.diff(held_out.indptr))
    keys = user * n_items + held_out.indices
    if not held_out.data.all():
        keys = keys[held_out.data != 0]
    # Matrices are nearly always in order already, and looking is far cheaper than sorting.
    return keys if (keys[1:] > keys[:-1]).all() else np.unique(keys)


def precision(hits: np.ndarray, n: int, n_relevant: np.ndarray | None = None) -> np.ndarray:
    """Precision@n: which share of the n shown items was right; (n_users,) float64.

    hits in the first n places / n (Herlocker et al. 2004). A shorter list is still divided by n:
    places that could not be filled are misses. With `n_relevant`, nan where it is 0.

    >>> precision(np.array([[True, False, True, False]]), 4)
    array([0.5])
    """
    return _defined(hits[:, :n].sum(axis=1) / n, n_relevant)


def recall(hits: np.ndarray, n_relevant: np.ndarray) -> np.ndarray:
    """Recall: which share of a user's relevant items was shown; (n_users,) float64.

    hits / relevant items (Herlocker et al. 2004). A user with more relevant items than places
    cannot reach 1. nan without relevant items.

    >>> recall(np.array([[True, False], [False, False]]), np.array([4, 0]))
    array([0.25,  nan])
    """
    return divide(hits.sum(axis=1), n_relevant)


def ndcg(hits: np.ndarray, n_relevant: np.ndarray) -> np.ndarray:
    """NDCG: hits worth less the further down, against the best possible list; (n_users,) float64.

    sum_k hit_k / log2(k + 1) over places k = 1..n, divided by the same sum for a list that begins
    with min(n, relevant) hits (Jarvelin and Kekalainen 2002, binary gain). n is the width of
    `hits`. nan without relevant items.

    >>> ndcg(np.array([[False, True], [True, True]]), np.array([1, 5])).round(3)
    array([0.631, 1.   ])
    """
    # A threaded `hits @ discount` stalls when the cores are busy; the plain sum does not.
    n = hits.shape[1]
    discount = 1.0 / np.log2(np.arange(2, n + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])
    return divide((hits * discount).sum(axis=1), ideal[np.minimum(n, n_relevant)])


def average_precision(
    hits: np.ndarray, n_relevant: np.ndarray, *, cut: bool = False
) -> np.ndarray:
    """Average precision: the precision at each hit, averaged; its mean is MAP; (n_users,) float64.

    sum_k hit_k * (hits in the first k) / k, divided by the number of relevant items (Buckley and
    Voorhees 2000; protocol microsoft-100k and trec_eval), or with `cut` by min(n, relevant), so
    that a list of n hits reaches 1 for every user (the usual form of MAP@n in competitions).
    nan without relevant items.

    >>> hits, n_relevant = np.array([[True, False, True]]), np.array([4])
    >>> average_precision(hits, n_relevant).round(3)  # (1/1 + 2/3) / 4
    array([0.417])
    >>> average_precision(hits, n_relevant, cut=True).round(3)  # (1/1 + 2/3) / 3
    array([0.556])
    """
    n = hits.shape[1]
    gained = (np.cumsum(hits, axis=1) * hits / np.arange(1, n + 1)).sum(axis=1)
    return divide(gained, np.minimum(n, n_relevant) if cut else n_relevant)


def reciprocal_rank(hits: np.ndarray, n_relevant: np.ndarray | None = None) -> np.ndarray:
    """Reciprocal rank: 1 / the place of the first hit; its mean is MRR; (n_users,) float64.

    (Voorhees 1999.) 0 for a list without a hit. With `n_relevant`, nan where it is 0.

    >>> reciprocal_rank(np.array([[False, True, True], [False, False, False]]))
    array([0.5, 0. ])
    """
    if hits.shape[1] == 0:
        return _defined(np.zeros(len(hits)), n_relevant)
    first = hits.argmax(axis=1)
    return _defined(hits.any(axis=1) / (first + 1.0), n_relevant)


def hit_rate(hits: np.ndarray, n_relevant: np.ndarray | None = None) -> np.ndarray:
    """Hit rate: 1 when the list holds at least one relevant item, else 0; (n_users,) float64.

    (Deshpande and Karypis 2004.) With `n_relevant`, nan where it is 0.

    >>> hit_rate(np.array([[False, True], [False, False]]))
    array([1., 0.])
    """
    return _defined(hits.any(axis=1).astype(np.float64), n_relevant)


def ranking_metrics(
    lists: np.ndarray, held_out: csr_matrix, *, n: int = 10
) -> dict[str, np.ndarray]:
    """All metrics of the first n places: name with n -> (n_users,) float64, nan where undefined.

    The names are `precision@n`, `recall@n`, `ndcg@n`, `map@n` (divided by the number of relevant
    items), `mrr@n` and `hit_rate@n`. Raises `InputError` when the lists are narrower than n.
    """
    return metrics_of(*judged(lists, held_out, n), n)


def judged(lists: np.ndarray, held_out: csr_matrix, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(`ranked_hits` of the first n places, `relevant_counts`)."""
    if lists.ndim != 2 or not 1 <= n <= lists.shape[1]:
        raise InputError(
            f"Metrics at {n} need lists at least that long, but they have shape {lists.shape}: "
            "rank more items (-1 stands for no item) or choose a smaller n of 1 or more."
        )
    keys = relevant_keys(held_out)
    return _hits(lists[:, :n], keys, held_out.shape), _counts(keys, held_out.shape)


def metrics_of(hits: np.ndarray, n_relevant: np.ndarray, n: int) -> dict[str, np.ndarray]:
    """The metrics of `ranking_metrics` from (n_users, n) `hits`."""
    return {
        f"precision@{n}": precision(hits, n, n_relevant),
        f"recall@{n}": recall(hits, n_relevant),
        f"ndcg@{n}": ndcg(hits, n_relevant),
        f"map@{n}": average_precision(hits, n_relevant),
        f"mrr@{n}": reciprocal_rank(hits, n_relevant),
        f"hit_rate@{n}": hit_rate(hits, n_relevant),
    }


def _defined(values: Any, n_relevant: np.ndarray | None) -> np.ndarray:
    """`values`, nan for users without relevant items where their number is given."""
    return values if n_relevant is None else np.where(n_relevant > 0, values, np.nan)


def divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below, nan where below is 0."""
    out = np.full(len(above), np.nan)
    return np.divide(above, below, out=out, where=np.asarray(below) > 0)
