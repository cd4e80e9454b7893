"""Item-item matrices: which items they cover, and the votes of past items through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.signals.base import Kind, contribution_frame

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles

MEMORY_LIMIT = 4e9
"""Bytes that the matrices of one fit may take together."""


def covered_items(profiles: Profiles, matrices: int) -> np.ndarray:
    """The items that `matrices` float32 item-item matrices are made over, (m,) int64, ascending.

    All items that somebody took; where those would not fit MEMORY_LIMIT, the most taken ones that
    do. An item outside gets no vote and scores 0: the text signals reach it all the same.
    """
    counts = np.bincount(profiles.item, minlength=profiles.n_items)
    most = int(np.sqrt(MEMORY_LIMIT / (4.0 * matrices)))
    best = np.argsort(-counts, kind="stable")[:most]
    return np.sort(best[counts[best] > 0])


@dataclass(frozen=True)
class ItemItem:
    """A weight matrix over some items: `weight[j, i]` is what past item j says for item i.

    `items` (m,) are the item numbers covered, ascending; `weight` (m, m) float32.
    """

    items: np.ndarray
    weight: np.ndarray

    def score(self, history: csr_matrix, *, exact: bool = False) -> np.ndarray:
        """(n, n_items) from histories (n, n_items): float32, or float64 when `exact`."""
        inside = history if len(self.items) == history.shape[1] else history[:, self.items]
        votes = apply(inside, self.weight, exact=exact)
        if votes.shape == history.shape:
            return votes
        out = np.zeros(history.shape, votes.dtype)
        out[:, self.items] = votes
        return out

    def votes(self, history: csr_matrix, item: int) -> pd.DataFrame:
        """The contributions x_j W_ji of each past item j of one profile to one item."""
        place = np.searchsorted(self.items, [*history.indices, item])
        there = self.items[np.minimum(place, len(self.items) - 1)] == [*history.indices, item]
        known = there[:-1] & there[-1]
        rows = self.weight[place[:-1][known], place[-1]] if there[-1] else np.zeros(0)
        votes = history.data[known].astype(np.float64) * rows
        past = history.indices[known]
        return contribution_frame(Kind.PAST_ITEM, past, [""] * len(past), votes)

    def arrays(self) -> dict[str, np.ndarray]:
        """Both arrays, for storing."""
        return {"items": self.items, "weight": self.weight}


def apply(history: csr_matrix, right: np.ndarray, *, exact: bool) -> np.ndarray:
    """history (n, m) @ right (m, k): float32, or float64 when `exact`.

    Only the rows of `right` that the history meets are made float64: `right` may be large.
    """
    if not exact:
        return np.asarray(history @ right, np.float32)
    met = np.unique(history.indices)
    return np.asarray(history[:, met].astype(np.float64) @ right[met].astype(np.float64))
