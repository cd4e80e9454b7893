"""Other spaces to draw a map of: what items are, what liking them says, who takes them together.

Every space gives each item a vector of norm 1, or of 0 where it knows nothing of the item; such an
item has no place on its map.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.errors import InputError, WrongUseError
from llmrec_core.project.neighbours import NOBODY, nearest, user_anchors
from llmrec_core.project.positions import LAYOUT, pca_layout, transform_points
from llmrec_core.project.report import clusters
from llmrec_core.project.stages import N_CLUSTERS, liked_lists
from llmrec_core.recipe import Recipe
from llmrec_core.signals.puresvd import PureSvdRecipe

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles, ValueScale
    from llmrec_core.signals.inputs import ItemSide

FEWEST = 3
"""Items with a vector that a map needs."""


class Space(StrEnum):
    """What nearness on a map means."""

    TEXT = "text"  # the items' texts are alike
    TASTE = "taste"  # liking one speaks for the other, by the learned map W of their texts
    COLLABORATIVE = "collaborative"  # the same people take them


MEANINGS = {
    Space.TEXT: "what the items' texts say",
    Space.TASTE: "what liking an item says about others, learned on their texts",
    Space.COLLABORATIVE: "who takes them, without any text",
}
"""What holds items together in each space."""

FACTORS = PureSvdRecipe(factors=30)  # part of the names of maps
"""How the collaborative space is found, whatever settings the signals have: maps of two builds on
the same rows stay the same."""


@dataclass(frozen=True, kw_only=True)
class MapRecipe(Recipe):
    """How a map is laid out; equal settings give equal maps."""

    stage: ClassVar[str] = "layouts"
    version: ClassVar[int] = LAYOUT
    of: str = Space.TEXT.value
    """The space: «text», «taste» or «collaborative»."""
    neighbours: int = 15
    """Nearest items that hold an item: few show small groups, many the large picture."""
    min_dist: float = 0.1
    """How close points may lie, in map units: 0 gives dense knots, 1 an even cloud."""
    seed: int = 42
    epochs: int = 300

    def __post_init__(self) -> None:
        if self.of not in set(Space):
            raise WrongUseError(f"There is no space {self.of!r} to map: choose {', '.join(Space)}.")
        for name, low, high in (
            ("neighbours", 2, 200), ("min_dist", 0.0, 1.0), ("epochs", 1, 10_000),
            ("seed", 0, 2**32 - 1),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise WrongUseError(
                    f"A map cannot have {name.replace('_', ' ')} {value}: give {low} to {high}."
                )


def taste_vectors(vectors: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The items in the taste space: (n, r) float32, rows of norm 1 or 0.

    Taste says a_ij = z_i' W z_j of items i and j with texts `vectors` (n, D). A map has no
    direction, so it is of what both ways say together, z_i' (W + W') / 2 z_j. With V and l the
    eigenvectors and eigenvalues, z_i' V max(l, 0)^1/2 are vectors whose products are the nearest
    ones that a space can have (the projection on positive semidefinite forms; Higham 1988).
    """
    both = (weight.astype(np.float64) + weight.T) / 2
    values, axes = np.linalg.eigh(both)
    kept = values > 1e-9 * max(float(np.abs(values).max(initial=0)), 1e-12)
    return unit(vectors @ (axes[:, kept] * np.sqrt(values[kept])).astype(np.float32))


def collaborative_vectors(profiles: Profiles, side: ItemSide) -> np.ndarray:
    """The items in the collaborative space: (n, 30) float32 rows of norm 1; 0 where nobody took it.

    The item factors of PureSVD on all histories, each direction as long as the histories are in it
    (V S): products of the rows are then how often two items are taken together, seen through the
    strongest directions. No text is read.
    """
    from llmrec_core.signals import puresvd
    from llmrec_core.signals.taste import past_weights

    found = puresvd.fit(profiles, side, FACTORS)
    history = profiles.history(past_weights(profiles, FACTORS.level, 0.0))[:, found.items]
    strength = np.linalg.norm(history @ found.past, axis=0)
    out = np.zeros((profiles.n_items, len(strength)), np.float32)
    out[found.items] = found.past * strength
    return unit(out)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows (n, dim) float32 of norm 1; those shorter than rounding become 0."""
    norm = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(norm > 1e-7, vectors / np.maximum(norm, 1e-7), 0).astype(np.float32)


def space_picture(
    vectors: np.ndarray, behaviour: Behaviour, scale: ValueScale, k: int
) -> dict[str, np.ndarray]:
    """The arrays of `picture` in any space; rows of `vectors` (n_items, dim) that are 0 have none.

    Raises `InputError` where fewer than 3 items have a vector.
    """
    covered = known(vectors)
    liked = [items[vectors[items].any(axis=1)] for items in liked_lists(behaviour, scale)]
    index, similarity = nearest(vectors[covered], vectors[covered], k, exclude_self=True)
    anchors = user_anchors(vectors, liked, behaviour.counts())
    item_xy = space_start(vectors)
    return {
        "item_xy": item_xy,
        "user_xy": transform_points(anchors, item_xy, epochs=0),
        "item_index": _whole(len(vectors), covered, covered[index].astype(np.int32), NOBODY),
        "item_similarity": _whole(len(vectors), covered, similarity, -np.inf),
        "anchors": anchors,
        "item_cluster": _whole(len(vectors), covered, clusters(vectors[covered], N_CLUSTERS), 0),
        "liked_items": np.concatenate([*liked, np.zeros(0, np.int32)]).astype(np.int32),
        "liked_bounds": np.cumsum([0, *map(len, liked)]).astype(np.int64),
    }


def space_start(vectors: np.ndarray) -> np.ndarray:
    """(n, 2) float32: the PCA of the rows (n, dim) that are not 0; nan for the others."""
    covered = known(vectors)
    return _whole(len(vectors), covered, pca_layout(vectors[covered]), np.nan)


def known(vectors: np.ndarray) -> np.ndarray:
    """The rows (n, dim) that are not 0; raises `InputError` where they are too few for a map."""
    covered = np.flatnonzero(vectors.any(axis=1))
    if len(covered) < FEWEST:
        raise InputError(
            f"Only {len(covered)} of {len(vectors)} items have a place in this space: a map needs "
            f"{FEWEST}; choose another space."
        )
    return covered


def _whole(n: int, rows: np.ndarray, values: np.ndarray, nothing: float) -> np.ndarray:
    """(n, …): `values` at `rows`, `nothing` elsewhere."""
    out = np.full((n, *values.shape[1:]), nothing, values.dtype)
    out[rows] = values
    return out
