"""Item-item matrices: which items they cover, and the votes of past items through them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.memory import free_memory
from llmrec_core.signals.base import Kind, contribution_frame

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles

MEMORY_LIMIT = 4e9
"""Bytes that the matrices of one fit may take where they are cut to size, and those of EASE where
the system does not say what is free."""

SHARE = 0.8
"""Share of the free memory that a fit may plan with: what else happens takes some."""


MATRICES = 3
"""Item-item matrices that a fit of EASE holds at a time."""


def ease_bytes(items: int) -> float:
    """Bytes that a fit of EASE over `items` items takes."""
    return 4.0 * MATRICES * items**2


def ease_fits(items: int, share: float = SHARE) -> bool:
    """Whether a fit of EASE over `items` items finds what it takes in `share` of free memory."""
    free = free_memory()
    return ease_bytes(items) <= (share * free if isfinite(free) else MEMORY_LIMIT)


def ease_refused(items: int) -> str:
    """Why EASE over `items` items is not fitted, with both figures and the way out."""
    free = free_memory()
    had = f"{free / 1e9:,.1f} GB are free" if isfinite(free) else (
        f"this system does not say whether more than {MEMORY_LIMIT / 1e9:,.0f} GB are free"
    )
    return (
        f"EASE over {items:,} items takes {ease_bytes(items) / 1e9:,.1f} GB and {had}. "
        "Take ials instead, or raise the rows an item needs."
    )


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
        votes = apply(inside(history, self.items), self.weight, exact=exact)
        return spread(votes, self.items, history.shape[1])

    def votes(self, history: csr_matrix, item: int) -> pd.DataFrame:
        """The contributions x_j W_ji of each past item j of one profile to one item."""
        past, weight, place = places(history, self.items)
        target = place_of(item, self.items)
        rows = self.weight[place, target] if target >= 0 else np.zeros(len(past))
        return contribution_frame(Kind.PAST_ITEM, past, [""] * len(past), weight * rows)

    def arrays(self) -> dict[str, np.ndarray]:
        """Both arrays, for storing."""
        return {"items": self.items, "weight": self.weight}


def taken_items(profiles: Profiles) -> np.ndarray:
    """The items that somebody took, (m,) int64, ascending."""
    return np.unique(profiles.item).astype(np.int64)


def inside(history: csr_matrix, items: np.ndarray) -> csr_matrix:
    """(n, m): the histories (n, n_items) over the covered `items` (m,) alone."""
    return history if len(items) == history.shape[1] else history[:, items]


def spread(values: np.ndarray, items: np.ndarray, n_items: int) -> np.ndarray:
    """(n, n_items) from values (n, m) of the covered `items` (m,): 0 for the others."""
    if len(items) == n_items:
        return values
    out = np.zeros((len(values), n_items), values.dtype)
    out[:, items] = values
    return out


def places(
    history: csr_matrix, items: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One profile's past items that are covered: (k,) item numbers, float64 weights, and places
    in `items`."""
    past = history.indices
    if not len(items):
        return past[:0], np.zeros(0), past[:0]
    place = np.minimum(np.searchsorted(items, past), len(items) - 1)
    known = items[place] == past
    return past[known], history.data[known].astype(np.float64), place[known]


def place_of(item: int, items: np.ndarray) -> int:
    """Where `item` stands in the ascending `items`; -1 where it is not covered."""
    place = int(np.searchsorted(items, item))
    return place if place < len(items) and items[place] == item else -1


def apply(history: csr_matrix, right: np.ndarray, *, exact: bool) -> np.ndarray:
    """history (n, m) @ right (m, k): float32, or float64 when `exact`.

    Only the rows of `right` that the history meets are made float64: `right` may be large.
    """
    if not exact:
        return np.asarray(history @ right, np.float32)
    met = np.unique(history.indices)
    return np.asarray(history[:, met].astype(np.float64) @ right[met].astype(np.float64))
