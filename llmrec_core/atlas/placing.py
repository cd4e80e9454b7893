"""Where a profile that was in no build lies on a finished map: placed at once, nothing moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.atlas.spaces import opened
from llmrec_core.project.neighbours import user_anchors
from llmrec_core.project.positions import transform_points
from llmrec_core.project.said import pulls

if TYPE_CHECKING:
    from llmrec_core.atlas.stored import Atlas
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

ANCHORS = 10
"""What a user hangs on; where fewer items are liked, the text fills up their number."""


def place(recommender: Recommender, profile: Profiles, on: Atlas | None = None) -> np.ndarray:
    """Where one profile lies on the map `on` (default: the build's own): (2,) float32.

    By up to ten liked past items that say most about it, as users of the build are; where there
    are fewer, the items that its text speaks for most fill up their weight, so somebody without a
    history lies where the text points. nan where neither says anything. Old points stay. The pull
    is that of UMAP's usual min_dist (0.1), so on a map of another it is nearly, not quite, its own.
    """
    world = on if on is not None else opened(recommender.study, recommender)
    anchors = _anchors(recommender, profile, world)
    index, weight = anchors, (anchors >= 0).astype(np.float64)
    missing = ANCHORS - weight.sum()
    if missing > 0:
        said, pull = _said(recommender, profile, world)
        if (total := pull.sum()) > 0:
            index = np.concatenate([index, said], axis=1)
            weight = np.concatenate([weight, pull * (missing / total)], axis=1)
    return np.asarray(transform_points(index, world.item_xy, weight)[0])


def liked(profile: Profiles, item_xy: np.ndarray) -> np.ndarray:
    """(k,) the items that one profile likes and that have a place.

    As in a build: those whose level reaches the profile's mean; a level of 0 is never liking.
    """
    if len(profile.item) == 0:
        return np.zeros(0, np.int32)
    likes = (profile.level >= profile.level.mean(dtype=np.float64) - 1e-6) & (profile.level > 0)
    items = np.unique(profile.item[likes])
    return np.asarray(items[np.isfinite(item_xy[items]).all(axis=1)], np.int32)


def _anchors(recommender: Recommender, profile: Profiles, world: Atlas) -> np.ndarray:
    """(1, 10) int32: the liked items that say most about the profile, -1 where fewer."""
    vectors = recommender.item_vectors.concatenated if world.vectors is None else world.vectors
    counts = recommender.behaviour.counts()
    return user_anchors(vectors, [liked(profile, world.item_xy)], counts, n_anchors=ANCHORS)


def _said(
    recommender: Recommender, profile: Profiles, world: Atlas
) -> tuple[np.ndarray, np.ndarray]:
    """(1, k) items that the profile's text speaks for, and how strongly; no weight without one."""
    signal = recommender.signals.get("description")
    if signal is None or not profile.text_vectors().any():
        return np.zeros((1, 0), np.int32), np.zeros((1, 0))
    return pulls(signal.score(profile), recommender.usual, world.item_xy)
