"""The two stages of the map as a build runs them: a picture at once, then the layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.project.neighbours import joint_neighbours, nearest, user_anchors
from llmrec_core.project.positions import Tell, pca_layout, transform_points, umap_layout
from llmrec_core.project.report import clusters, placement_report, trust_report

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import ValueScale

N_CLUSTERS = 10
"""As many groups as a theme has colours for categories."""


def picture(
    vectors: np.ndarray, behaviour: Behaviour, scale: ValueScale, *, k: int = 15
) -> dict[str, np.ndarray]:
    """Neighbours, anchors, groups and a PCA picture: all that the map needs but UMAP.

    `vectors` (n_items, dim) of norm 1. Returns `item_xy` (n_items, 2), `user_xy` (n_users, 2; nan
    for a user who likes nothing), `item_index`, `item_similarity` (n_items, k), `anchors`
    (n_users, 10), `item_cluster` (n_items,) int16, and the liked items of user u as
    `liked_items[liked_bounds[u]:liked_bounds[u + 1]]`.
    """
    liked = liked_lists(behaviour, scale)
    index, similarity = nearest(vectors, vectors, k, exclude_self=True)
    anchors = user_anchors(vectors, liked, behaviour.counts())
    item_xy = pca_layout(vectors)
    return {
        "item_xy": item_xy,
        "user_xy": transform_points(anchors, item_xy, epochs=0),
        "item_index": index,
        "item_similarity": similarity,
        "anchors": anchors,
        "item_cluster": clusters(vectors, N_CLUSTERS),
        "liked_items": np.concatenate([*liked, np.zeros(0, np.int32)]).astype(np.int32),
        "liked_bounds": np.cumsum([0, *map(len, liked)]).astype(np.int64),
    }


def layout(
    base: Mapping[str, np.ndarray], vectors: np.ndarray | None = None, *, seed: int = 42,
    n_epochs: int = 300, min_dist: float = 0.1, tell: Tell | None = None,
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The UMAP of items and users together from a `picture`, and what it is worth.

    Returns `item_xy`, `user_xy` and the placement: `placement_report` plus `neighbours_kept` and,
    where the `vectors` (n_items, dim) of the picture are given, `trustworthiness`.
    """
    joint = joint_neighbours(base["item_index"], base["item_similarity"], base["anchors"])
    start = np.concatenate([base["item_xy"], base["user_xy"]])
    xy = umap_layout(joint, start, seed=seed, n_epochs=n_epochs, min_dist=min_dist, tell=tell)
    items, users = xy[: joint.n_items], xy[joint.n_items :]
    bounds = base["liked_bounds"]
    liked = np.split(base["liked_items"], bounds[1:-1]) if len(bounds) > 1 else []
    report = placement_report(users, items, liked)
    report |= trust_report(base["item_index"], items, vectors)
    return {"item_xy": items, "user_xy": users}, report


def liked_lists(behaviour: Behaviour, scale: ValueScale) -> list[np.ndarray]:
    """The items each user likes: those whose level reaches the user's mean; all without ratings."""
    level = scale.levels(behaviour.value)
    rows = np.maximum(np.diff(behaviour.bounds()), 1)
    mean = np.bincount(behaviour.user, level, behaviour.n_users) / rows
    # Levels are float32 and means float64: a user with one value only would lie under their mean.
    likes = level >= mean[behaviour.user] - 1e-6
    bounds = np.concatenate([[0], np.cumsum(likes)])[behaviour.bounds()]
    items = behaviour.item[likes]
    return [np.unique(items[a:b]) for a, b in zip(bounds[:-1], bounds[1:], strict=True)]
