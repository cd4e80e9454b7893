"""Popularity: how often an item was taken in the training rows, the same for every profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.base import Kind, contribution_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.memo import Memo
    from llmrec_core.signals.registry import Tell


GRID: dict[str, tuple[Any, ...]] = {}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class PopularityRecipe(Recipe):
    """Popularity has no settings."""

    stage: ClassVar[str] = "popularity"


@dataclass(frozen=True)
class Popularity:
    """score(u, i) = log(1 + count_i)."""

    recipe: PopularityRecipe
    counts: np.ndarray

    name: ClassVar[str] = "popularity"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items), all rows equal."""
        row = np.log1p(self.counts.astype(np.float64 if exact else np.float32))
        return np.broadcast_to(row, (len(profiles), len(row)))

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One line: the score itself."""
        value = np.log1p(self.counts[item : item + 1].astype(np.float64))
        return contribution_frame(Kind.WHOLE, np.array([-1]), [""], value)

    def arrays(self) -> dict[str, np.ndarray]:
        """Training counts of items."""
        return {"counts": self.counts}


def fit(
    profiles: Profiles, items: ItemSide, recipe: PopularityRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Popularity:
    """Count the training rows of every item."""
    counts = np.bincount(profiles.item, minlength=profiles.n_items)
    return Popularity(recipe, counts.astype(np.float32))


def load(
    recipe: PopularityRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Popularity:
    """The signal as it was stored."""
    return Popularity(recipe, arrays["counts"])
