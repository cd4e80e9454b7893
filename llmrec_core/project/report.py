"""What a map is worth: do users lie among what they like, are neighbours kept, what is where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_LEAST_SHARE = 0.1


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
    near, far = [], []
    for user in users:
        others = rng.integers(0, len(item_xy), n_random)
        near.append(_median_distance(user_xy[user], item_xy[liked[user]]))
        far.append(_median_distance(user_xy[user], item_xy[others]))
    close, wide = (float(np.median(x)) if x else float("nan") for x in (near, far))
    return {
        "users": float(len(users)),
        "liked_distance": close,
        "random_distance": wide,
        "ratio": close / wide if wide else float("nan"),
        "user_mixing": _mixing(user_xy[users], item_xy),
    }


def _median_distance(point: np.ndarray, others: np.ndarray) -> float:
    return float(np.median(np.linalg.norm(others - point, axis=1)))


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

    On a seeded sample of at most `most` points; nan with too few. Venna, Kaski 2001.
    """
    from sklearn.manifold import trustworthiness as measure

    rows = np.arange(len(xy))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    if len(rows) <= 2 * k:
        return float("nan")
    return float(measure(vectors[rows], xy[rows], n_neighbors=k))


def neighbours_kept(index: np.ndarray, xy: np.ndarray) -> float:
    """The mean share of each row's k neighbours (n, k) that are its k nearest on the map (n, 2)."""
    from scipy.spatial import cKDTree

    k = index.shape[1]
    if k == 0:
        return float("nan")
    # Neighbours of equal positions come in any order: a row may miss itself, hence k + 1.
    _, found = cKDTree(xy).query(xy, k=k + 1)
    found = np.where(found == np.arange(len(xy))[:, None], -1, found)
    shared = (found[:, :, None] == index[:, None, :]).any(axis=1)
    return float(shared.mean())


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


def cluster_labels(
    numbers: np.ndarray, attributes: Mapping[str, Sequence[Sequence[str]]], *, n_values: int = 2
) -> list[str]:
    """A name for each group: the attribute values it holds most above the catalogue's share.

    `attributes` maps a name to each row's values. A value counts when at least a tenth of the
    group has it; groups are told apart by lift = share in the group / share in all rows.
    """
    total = max(len(numbers), 1)
    overall: Counter[tuple[str, str]] = Counter()
    groups: list[Counter[tuple[str, str]]] = [
        Counter() for _ in range(int(numbers.max(initial=-1)) + 1)
    ]
    for name, column in attributes.items():
        for number, values in zip(numbers, column, strict=True):
            pairs = [(name, str(value)) for value in set(values)]
            overall.update(pairs)
            groups[number].update(pairs)
    sizes: np.ndarray = np.bincount(numbers, minlength=len(groups))[: len(groups)]
    out = []
    for number, (counts, size) in enumerate(zip(groups, sizes, strict=True)):
        scored = [
            (count / size / (overall[pair] / total), pair[1])
            for pair, count in counts.items()
            if count >= max(2, _LEAST_SHARE * size)
        ]
        best = [value for lift, value in sorted(scored, key=_by_lift) if lift > 1][:n_values]
        out.append(", ".join(best) or f"Group {number + 1}")
    return out


def _by_lift(entry: tuple[float, Any]) -> tuple[float, str]:
    return -entry[0], str(entry[1])
