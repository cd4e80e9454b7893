"""A finished picture and map when a few items changed: those move, nothing else does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from llmrec_core.project.neighbours import NOBODY, nearest, user_anchors
from llmrec_core.project.positions import transform_points
from llmrec_core.project.report import placement_report, trust_report

_TIE = 1e-6
"""Products closer than this may order either way in another block size: such rows are redone."""
_BLOCK = 64
"""Changed items compared with the catalogue at a time; bounds the memory."""


def update_picture(
    base: Mapping[str, np.ndarray], vectors: np.ndarray, changed: np.ndarray, counts: np.ndarray
) -> dict[str, np.ndarray]:
    """The arrays of `picture` after the vectors of the items `changed` (c,) became others.

    `vectors` (n_items, dim) are all vectors as they are now and `counts` (n_items,) the training
    counts. Neighbours and anchors are those of a fresh picture; the changed items take the group
    whose mean is nearest and a place among their neighbours, and users who like them a place among
    their anchors. All other positions and groups are kept.
    """
    index, similarity = _neighbours(base, vectors, changed)
    liked = _liked(base)
    fans = _fans(base, changed)
    anchors = base["anchors"].copy()
    anchors[fans] = user_anchors(
        vectors, [liked[u] for u in fans], counts, n_anchors=anchors.shape[1]
    )
    item_xy = _placed_items(base["item_xy"], index, similarity, changed)
    user_xy = base["user_xy"].copy()
    user_xy[fans] = transform_points(anchors[fans], item_xy, epochs=0)
    return {
        **base, "item_xy": item_xy, "user_xy": user_xy, "item_index": index,
        "item_similarity": similarity, "anchors": anchors,
        "item_cluster": _groups(base["item_cluster"], vectors, changed),
    }


def update_layout(
    layout: Mapping[str, np.ndarray], picture: Mapping[str, np.ndarray], changed: np.ndarray,
    vectors: np.ndarray | None = None,
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """A finished map after the items `changed` (c,): they and who likes them are placed anew.

    `layout` holds `item_xy` and `user_xy` of the map as it was, `picture` the arrays of
    `update_picture`. Returns the new positions and the same report as `layout` gives.
    """
    fans = _fans(picture, changed)
    index, similarity = picture["item_index"], picture["item_similarity"]
    item_xy = _placed_items(layout["item_xy"], index, similarity, changed, epochs=30)
    user_xy = layout["user_xy"].copy()
    user_xy[fans] = transform_points(picture["anchors"][fans], item_xy)
    report = placement_report(user_xy, item_xy, _liked(picture))
    report |= trust_report(index, item_xy, vectors)
    return {"item_xy": item_xy, "user_xy": user_xy}, report


def _liked(base: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """The items each user likes."""
    bounds = base["liked_bounds"]
    return np.split(base["liked_items"], bounds[1:-1]) if len(bounds) > 1 else []


def _fans(base: Mapping[str, np.ndarray], changed: np.ndarray) -> np.ndarray:
    """(f,) the numbers of the users who like a changed item, ascending."""
    places = np.flatnonzero(np.isin(base["liked_items"], changed))
    return np.unique(np.searchsorted(base["liked_bounds"], places, side="right") - 1)


def _neighbours(
    base: Mapping[str, np.ndarray], vectors: np.ndarray, changed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(index, similarity), searched again only for items that have, had or gain a changed one."""
    index, similarity = base["item_index"].copy(), base["item_similarity"].copy()
    k = index.shape[1]
    if k == 0:
        return index, similarity
    stale = np.asarray(np.isin(index, changed).any(axis=1))
    for start in range(0, len(changed), _BLOCK):
        some = changed[start : start + _BLOCK]
        closest = np.asarray((vectors @ vectors[some].T).max(axis=1))
        stale = stale | (closest >= similarity[:, -1] - _TIE)
    stale[changed] = True
    rows = np.flatnonzero(stale)
    found, value = nearest(vectors[rows], vectors, k + 1)
    own = found == rows[:, None]
    own[~own.any(axis=1), -1] = True  # an empty vector need not be its own nearest
    index[rows] = found[~own].reshape(-1, k)
    similarity[rows] = value[~own].reshape(-1, k)
    return index, similarity


def _placed_items(
    xy: np.ndarray, index: np.ndarray, similarity: np.ndarray, changed: np.ndarray,
    *, epochs: int = 0,
) -> np.ndarray:
    """Positions (n_items, 2), the changed ones drawn to their unchanged neighbours."""
    near = np.where(np.isin(index[changed], changed), NOBODY, index[changed])
    new = transform_points(near, xy, np.maximum(similarity[changed], 1e-3), epochs=epochs)
    out = xy.copy()
    lost = np.isnan(new).any(axis=1)  # only changed neighbours: it stays where it was
    out[changed[~lost]] = new[~lost]
    return out


def _groups(numbers: np.ndarray, vectors: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Group numbers (n_items,); a changed item joins the group whose mean vector is nearest."""
    out = numbers.copy()
    kept = np.ones(len(numbers), bool)
    kept[changed] = False
    known = np.unique(numbers[kept])
    if len(known):
        means = np.stack([vectors[kept & (numbers == g)].mean(axis=0) for g in known])
        gap = (means**2).sum(axis=1) - 2 * vectors[changed] @ means.T  # (c, groups)
        out[changed] = known[gap.argmin(axis=1)]
    return out
