"""Positions: PCA at once, UMAP of items and users together, and new points among fixed ones."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import numpy as np

from llmrec_core.project.neighbours import NOBODY, Neighbours

Tell = Callable[[int, int], object]
"""Called as `tell(done, total)`."""

LAYOUT = 2
"""Part of every map's name: what neighbours are made into. Another rule is another number."""
ISLAND = 1.0
"""Open water round an island, in map units: ten times how close points usually lie."""
_MOST_CELLS = 2_000
_SPREAD = 10.0
"""Half the width of the start of a layout, in the units UMAP works in."""


def pca_layout(vectors: np.ndarray) -> np.ndarray:
    """(n, 2) float32: the two directions of largest variance of `vectors` (n, dim), scaled to ±10.

    A direction that is not there (`dim` of 1 or 0) is 0 for all. The sign of each direction is
    fixed by its largest loading, so equal data gives equal pictures.
    """
    if vectors.shape[1] < 2:
        vectors = np.pad(vectors, ((0, 0), (0, 2 - vectors.shape[1])))
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = axes[:, ::-1][:, :2]  # (dim, 2)
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    xy = centred @ axes
    return (xy * (_SPREAD / max(float(np.abs(xy).max()), 1e-9))).astype(np.float32)


def umap_layout(
    neighbours: Neighbours,
    start: np.ndarray,
    *,
    seed: int = 42,
    n_epochs: int = 300,
    min_dist: float = 0.1,
    tell: Tell | None = None,
) -> np.ndarray:
    """One UMAP of items and users from neighbours already known: (n, 2) float32, centred.

    `start` (n, 2) is where the points begin (PCA); rows without a neighbour come out as nan. One
    thread and a seed make it repeatable. `tell(done, total)` hears of its epochs. McInnes, Healy,
    Melville 2018, arXiv:1802.03426.
    """
    placed = np.flatnonzero((neighbours.index[:, 1:] != NOBODY).any(axis=1))
    out = np.full((len(start), 2), np.nan, np.float32)
    if neighbours.index.shape[1] < 3 or len(placed) <= neighbours.index.shape[1]:
        out[placed] = start[placed]  # too few points for UMAP to move
        return out
    row = np.full(len(start), NOBODY, np.int32)
    row[placed] = np.arange(len(placed))
    index = neighbours.index[placed]
    index = np.where(index == NOBODY, NOBODY, row[index]).astype(np.int32)
    distance = np.where(index == NOBODY, np.float32(1e6), neighbours.distance[placed])
    begin = _spread_out(start[placed].astype(np.float32), seed)
    xy = _fit(index, distance, begin, seed, n_epochs, min_dist, tell)
    out[placed] = _turned(gathered(xy), placed < neighbours.n_items)
    return out


def _spread_out(start: np.ndarray, seed: int) -> np.ndarray:
    """A start (n, 2) with some width in both directions: UMAP divides by it."""
    flat = np.ptp(start, axis=0) == 0
    if flat.any():
        anywhere = np.random.default_rng(seed).uniform(-_SPREAD, _SPREAD, start.shape)
        start = np.where(flat, anywhere, start).astype(np.float32)
    return start


def gathered(xy: np.ndarray, gap: float = ISLAND) -> np.ndarray:
    """Positions (n, 2) with islands drawn up to the largest part, `gap` of open water between them.

    Points that share hardly a neighbour with the rest drift away from it for as long as UMAP runs,
    and all others become a dot on the map; how far off they are says nothing. Inside each part
    nothing moves; a map of one part stays as it is.
    """
    from scipy import ndimage
    from scipy.spatial import cKDTree

    cell = ((xy - xy.min(axis=0)) / max(gap, float(np.ptp(xy, axis=0).max()) / _MOST_CELLS))
    cell = cell.astype(np.int64)
    taken = np.zeros(cell.max(axis=0) + 1, bool)
    taken[tuple(cell.T)] = True
    part = ndimage.label(taken, np.ones((3, 3)))[0][tuple(cell.T)]
    sizes = np.bincount(part)
    out, home = xy.copy(), part == sizes.argmax()
    middle = np.median(xy[home], axis=0)
    away = {p: float(np.linalg.norm(xy[part == p].mean(axis=0) - middle)) for p in np.unique(part)}
    for p in sorted(set(away) - {int(sizes.argmax())}, key=lambda p: away[p]):
        own, tree = part == p, cKDTree(out[home])
        way = middle - xy[own].mean(axis=0)
        stay, land = 0.0, 1.0
        for _ in range(20):  # the last place on the way that is not yet nearer than the gap
            half = (stay + land) / 2
            near = float(tree.query(xy[own] + half * way)[0].min()) < gap
            stay, land = (stay, half) if near else (half, land)
        out[own] = xy[own] + stay * way
        home = home | own
    return out


def _turned(xy: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Positions about the items' median, turned so that the map is wider than high."""
    xy = xy - np.median(xy[items], axis=0)
    _, axes = np.linalg.eigh(np.cov(xy[items].T))
    axes = axes[:, ::-1] * np.sign(np.diag(axes[:, ::-1]) + 1e-12)
    return np.asarray(xy @ axes, np.float32)


def _fit(
    index: np.ndarray, distance: np.ndarray, start: np.ndarray, seed: int, n_epochs: int,
    min_dist: float, tell: Tell | None,
) -> np.ndarray:
    import umap  # compiles for seconds on import and first fit: only where a map is made

    bar = None if tell is None else {
        "disable": False, "file": _Epochs(tell), "bar_format": "{n}/{total} ", "mininterval": 0.3,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it regrets that its own transform will not work
        model = umap.UMAP(
            n_neighbors=index.shape[1], precomputed_knn=(index, distance), init=start,
            n_epochs=n_epochs, min_dist=min_dist, random_state=seed, n_jobs=1,
            tqdm_kwds=bar,
        )
        # With neighbours given UMAP reads only the number of rows of its first argument.
        return np.asarray(model.fit_transform(start), np.float32)


class _Epochs:
    """UMAP tells of its epochs in one way only: to a progress bar, which writes to this."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell

    def write(self, text: str) -> None:
        """One state of the bar, «120/300»."""
        found = re.search(r"(\d+)/(\d+)", text)
        if found:
            self.tell(int(found[1]), int(found[2]))

    def flush(self) -> None:
        """Nothing is held back."""


def transform_points(
    index: np.ndarray,
    fixed_xy: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    epochs: int = 30,
) -> np.ndarray:
    """Place new points among fixed ones: (m, 2) float32; nothing old moves.

    `index` (m, k) are the rows of `fixed_xy` (n, 2) each point is drawn to (-1: none), `weight`
    (m, k) how strongly. A point starts at the weighted mean and follows UMAP's attraction,
    w / d^(2 - 2b) / (1 + a d^2b), as a fixed-point iteration: it settles in the densest part of
    its neighbours instead of the empty middle between two groups. No neighbours give nan.
    """
    given = index != NOBODY
    pull = given.astype(np.float64) if weight is None else np.where(given, weight, 0.0)
    targets = fixed_xy[np.where(given, index, 0)].astype(np.float64)  # (m, k, 2)
    xy = _mean(targets, pull)
    for _ in range(epochs):
        square = np.maximum(((targets - xy[:, None]) ** 2).sum(axis=2), 1e-3)
        near = pull * square ** (_B - 1) / (1 + _A * square**_B)
        xy = _mean(targets, near)
    return xy.astype(np.float32)


_A, _B = 1.577, 0.895
"""UMAP's curve 1 / (1 + a d^2b) for its default min_dist of 0.1, taken on every map: the curves of
others are found by an import that takes seconds, and neighbours hold a point either way."""


def _mean(targets: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(m, 2): the weighted mean of (m, k, 2); nan where all weights are 0."""
    total = weight.sum(axis=1)
    total = np.where(total > 0, total, np.nan)
    return (targets * weight[:, :, None]).sum(axis=1) / total[:, None]
