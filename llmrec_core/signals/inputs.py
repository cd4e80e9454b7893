"""The item side that text signals share: one row of concatenated field vectors an item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Lessons:
    """Sentences whose meaning the catalogue knows: the map from descriptions learns from them too.

    `sentences` (k, dim) are the vectors of «Likes war films.» and the like, one a kind, centred as
    users' sentences are; `items` (k, D) what such a user would have taken, all items of the kind:
    the sum of their vectors / sqrt(their number), as for a user's history.
    """

    sentences: np.ndarray
    items: np.ndarray


@dataclass(frozen=True)
class ItemSide:
    """`vectors` (n_items, D) float32, D = fields x dim; `fields` names the blocks in order."""

    vectors: np.ndarray
    fields: tuple[str, ...]
    lessons: Lessons | None = None

    @property
    def dim(self) -> int:
        """Width of one field."""
        return self.vectors.shape[1] // len(self.fields)

    def by_field(self, item: int) -> np.ndarray:
        """(fields, D): the item's vector with all but one field set to zero; rows sum to it."""
        out = np.zeros((len(self.fields), self.vectors.shape[1]), np.float32)
        for f in range(len(self.fields)):
            block = slice(f * self.dim, (f + 1) * self.dim)
            out[f, block] = self.vectors[item, block]
        return out
