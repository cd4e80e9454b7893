"""The item side that text signals share: one row of concatenated field vectors an item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ItemSide:
    """`vectors` (n_items, D) float32, D = fields x dim; `fields` names the blocks in order."""

    vectors: np.ndarray
    fields: tuple[str, ...]

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
