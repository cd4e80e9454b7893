"""What a map is worth: do users lie among what they like, are neighbours kept, what is where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def placement_report(
    user_xy: np.ndarray,
    item_xy: np.ndarray,
    liked: Sequence[np.ndarray],
    *,
    seed: int = 0,
    n_random: int = 200,
) -> dict[str, float]:
    """How far users lie from items they like against random items.

    `liked_distance` and `random_distance` are medians over users of each user's median distance;
    `ratio` is their quotient: 1 means that the map says nothing about users. `user_mixing` is the
    share of users among the 10 nearest points of a user, divided by their share of all points: 1
    is perfectly mixed, 1 / share an island. All nan without a placed user who likes something.
    """
    users = [u for u in range(len(liked)) if len(liked[u]) and np.isfinite(user_xy[u]).all()]
    rng = np.random.default_rng(seed)
    placed = item_xy[np.isfinite(item_xy).all(axis=1)]
    near, far = [], []
    for user in users:
        others = rng.integers(0, len(placed), n_random)
        near.append(_median_distance(user_xy[user], item_xy[liked[user]]))
        far.append(_median_distance(user_xy[user], placed[others]))
    close, wide = (float(np.median(x)) if x else float("nan") for x in (near, far))
    return {
        "users": float(len(users)),
        "liked_distance": close,
        "random_distance": wide,
        "ratio": close / wide if wide else float("nan"),
        "user_mixing": _mixing(user_xy[users], placed),
    }


def _median_distance(point: np.ndarray, others: np.ndarray) -> float:
    return float(np.nanmedian(np.linalg.norm(others - point, axis=1)))


def _mixing(user_xy: np.ndarray, item_xy: np.ndarray, k: int = 10) -> float:
    from scipy.spatial import cKDTree

    points = np.concatenate([item_xy, user_xy])
    if len(user_xy) == 0 or len(points) <= k:
        return float("nan")
    _, found = cKDTree(points).query(user_xy, k=k + 1)
    share = len(user_xy) / len(points)
    return float((found[:, 1:] >= len(item_xy)).mean() / share)


def trustworthiness(
    vectors: np.ndarray, xy: np.ndarray, *, k: int = 15, most: int = 2000, seed: int = 0
) -> float:
    """Whether neighbours on the map (n, 2) are neighbours among the vectors (n, dim): 1 is best.

    1 - 2 / (k (2n - 3k - 1)) x the mean over points of sum max(0, r - k), r being how near each of
    the k nearest on the map is among the vectors (1: nearest). Over a seeded sample of at most
    `most` points, each against all others; rows without a place do not count. nan with fewer than
    2 k + 1 of them. Venna, Kaski 2001.
    """
    from scipy.spatial import cKDTree

    placed = np.flatnonzero(np.isfinite(xy).all(axis=1))
    n = len(placed)
    if n <= 2 * k:
        return float("nan")
    base, where = vectors[placed], xy[placed]
    asked = np.random.default_rng(seed).permutation(n)[:most]
    near = _others(cKDTree(where).query(where[asked], k=k + 1)[1], asked)
    square = (base.astype(np.float64) ** 2).sum(axis=1).astype(np.float32)
    beyond = 0.0
    for start in range(0, len(asked), _BLOCK):
        some = slice(start, start + _BLOCK)
        beyond += _beyond(base, square, asked[some], near[some], k)
    return 1 - 2 * beyond / (len(asked) * k * (2 * n - 3 * k - 1))


_BLOCK = 256


def _beyond(
    base: np.ndarray, square: np.ndarray, asked: np.ndarray, near: np.ndarray, k: int
) -> float:
    """Sum of max(0, r - k) over the points `near` (m, k) to the points `asked` (m,)."""
    apart = square - 2 * (base[asked] @ base.T)  # squared distances, less what a row shares
    apart[np.arange(len(asked)), asked] = np.inf
    total = 0.0
    for column in near.T:
        own = apart[np.arange(len(asked)), column]
        total += float(np.maximum((apart < own[:, None]).sum(axis=1) + 1 - k, 0).sum())
    return total


def _others(found: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Rows (m, k) of the k + 1 `found` (m, k + 1) without `own` (m,); without the last where it
    is not among them: neighbours of equal positions come in any order."""
    mine = found == own[:, None]
    mine[~mine.any(axis=1), -1] = True
    return np.asarray(found[~mine].reshape(len(found), -1))


def neighbours_kept(index: np.ndarray, xy: np.ndarray) -> float:
    """The mean share of each row's k neighbours (n, k) that are its k nearest on the map (n, 2).

    Rows without a place do not count.
    """
    from scipy.spatial import cKDTree

    placed = np.flatnonzero(np.isfinite(xy).all(axis=1))
    k = index.shape[1]
    if k == 0 or len(placed) <= k:
        return float("nan")
    found = _others(cKDTree(xy[placed]).query(xy[placed], k=k + 1)[1], np.arange(len(placed)))
    shared = (placed[found][:, :, None] == index[placed][:, None, :]).any(axis=1)
    return float(shared.mean())


def trust_report(
    index: np.ndarray, item_xy: np.ndarray, vectors: np.ndarray | None
) -> dict[str, float]:
    """How far the items' places can be trusted: `neighbours_kept`, and with the `vectors` (n, dim)
    `trustworthiness`."""
    report = {"neighbours_kept": neighbours_kept(index, item_xy)}
    if vectors is not None:
        report["trustworthiness"] = trustworthiness(vectors, item_xy)
    return report


def clusters(points: np.ndarray, n: int, *, seed: int = 42) -> np.ndarray:
    """(rows,) int16: a group number for each row of positions or vectors; 0 is the largest group.

    K-means, seeded; `n` is cut to the number of distinct rows.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    n = min(n, len(np.unique(points, axis=0)))
    if n < 2:
        return np.zeros(len(points), np.int16)
    with threadpool_limits(1):  # its threads spin: 35 x the CPU time of one on a busy machine
        found = KMeans(n, random_state=seed, n_init=4).fit(points).labels_
    order = np.argsort(-np.bincount(found, minlength=n), kind="stable")
    rank = np.empty(n, np.int16)
    rank[order] = np.arange(n)
    return rank[found]
