"""Votes of past items for items that nobody took yet: what an item-item matrix says of texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.item_item import apply
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.ridge import item_side_inverse

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.item_item import ItemItem

ANY_TEXT = "any text"
"""The part of a vote that every item without rows gets, whatever its texts say."""


@dataclass(frozen=True)
class TextReach:
    """What past item j says for an item outside the matrix: base[j] + slope[j] . z_i.

    `covered` (m,) are the item numbers of the matrix, ascending; `base` (m,) is the mean of the
    matrix's columns and `slope` (m, D) the ridge of its columns on the texts of its items.
    """

    side: ItemSide
    covered: np.ndarray
    base: np.ndarray
    slope: np.ndarray

    def outside(self) -> np.ndarray:
        """(k,) the items that the matrix does not cover and that have a text."""
        out = np.ones(len(self.side.vectors), bool)
        out[self.covered] = False
        return np.flatnonzero(out & self.side.vectors.any(axis=1))

    def add(self, scores: np.ndarray, history: csr_matrix, *, exact: bool) -> np.ndarray:
        """`scores` (n, n_items) with those of the items outside put in."""
        new = self.outside()
        if not len(new):
            return scores
        inside = history[:, self.covered]
        met = apply(inside, self.slope, exact=exact)
        votes = met @ self.side.vectors[new].T.astype(met.dtype, copy=False)
        scores[:, new] = votes + apply(inside, self.base[:, None], exact=exact)
        return scores

    def votes(self, history: csr_matrix, item: int) -> pd.DataFrame | None:
        """The parts of one profile's score of an item outside: past items x text fields.

        None for an item that the matrix covers, or that has no text.
        """
        if item in self.covered or not self.side.vectors[item].any():
            return None
        place = np.searchsorted(self.covered, history.indices)
        there = self.covered[np.minimum(place, len(self.covered) - 1)] == history.indices
        past, weight = history.indices[there], history.data[there].astype(np.float64)
        slope = self.slope[place[there]].astype(np.float64)
        by_field = slope @ self.side.by_field(item).astype(np.float64).T  # (h, fields)
        said = np.column_stack([self.base[place[there]].astype(np.float64), by_field])
        names = [ANY_TEXT, *self.side.fields] * len(past)
        evidence = np.repeat(past, 1 + len(self.side.fields))
        return contribution_frame(
            Kind.PAST_ITEM, evidence, names, (weight[:, None] * said).ravel()
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """What was learned, for storing."""
        return {"reach_base": self.base, "reach_slope": self.slope}


def reach_of(
    matrix: ItemItem, side: ItemSide, reg: float, memo: Memo | None = None
) -> TextReach:
    """The ridge of a matrix's columns on the texts of the items they stand for.

    W - mean = slope Z' with slope = (W - mean) Z (Z'Z + b I)^-1, Z the covered items' vectors and
    b relative to the mean diagonal of Z'Z: the semantic ridge's item side, applied to what was
    learned without texts. Where the matrix covers every item there is none to reach. A `memo` of
    the same covered items keeps their inverse.
    """
    if len(matrix.items) in (0, len(side.vectors)):
        empty = np.zeros((0, side.vectors.shape[1]), np.float32)
        return TextReach(side, matrix.items, np.zeros(0, np.float32), empty)
    weight, known = matrix.weight, side.vectors[matrix.items]
    base = weight.mean(axis=1)
    # (W - mean 1') Z without a second matrix of W's size.
    cross = weight @ known - np.outer(base, known.sum(axis=0))
    inverse = (memo or Memo()).get("covered side", reg, lambda: item_side_inverse(known, reg))
    slope = cross.astype(np.float64) @ inverse
    return TextReach(side, matrix.items, base, slope.astype(np.float32))


def reach_from(arrays: Mapping[str, np.ndarray], side: ItemSide) -> TextReach:
    """What `TextReach.arrays` stored."""
    return TextReach(side, arrays["items"], arrays["reach_base"], arrays["reach_slope"])
