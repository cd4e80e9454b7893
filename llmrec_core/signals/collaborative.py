"""Collaborative: which items go together, in closed form from co-occurrence alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.item_item import ItemItem, covered_items
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.ridge import inverse
from llmrec_core.signals.taste import past_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell


GRID = {
    "reg": (100.0, 200.0, 300.0, 500.0), "recency": (0.0, 0.4, 0.7),
    "dropout": (0.0, 0.3, 0.5), "zero_diagonal": (True, False), "level": (0.0, 0.2, 0.4),
}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class CollaborativeRecipe(Recipe):
    """Settings of the item-item model."""

    stage: ClassVar[str] = "collaborative"
    reg: float = 300.0
    """L2 penalty added to every item's count."""
    dropout: float = 0.0
    """0 is EASE; above 0 an item's penalty grows with its count (the denoising form)."""
    zero_diagonal: bool = True
    """Whether an item may not vote for itself (EASE's constraint)."""
    level: float = 0.0
    """How much ratings matter: a past item weighs 1 - level + level x (its level in [0, 1])."""
    recency: float = 0.0
    """Share of a past item's weight, when scoring, that fades with age."""


@dataclass(frozen=True)
class Collaborative:
    """score(u, i) = x_u B; B (m, m) over the items it covers, 0 for the others."""

    recipe: CollaborativeRecipe
    matrix: ItemItem

    name: ClassVar[str] = "collaborative"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        return self.matrix.score(self._history(profiles), exact=exact)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item."""
        return self.matrix.votes(self._history(profile), item)

    def _history(self, profiles: Profiles) -> csr_matrix:
        past = past_weights(profiles, self.recipe.level, self.recipe.recency)
        return profiles.history(past)

    def arrays(self) -> dict[str, np.ndarray]:
        """B and the items it covers."""
        return self.matrix.arrays()


def fit(
    profiles: Profiles, items: ItemSide, recipe: CollaborativeRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Collaborative:
    """Fit B in closed form.

    EASE (Steck 2019): P = (X'X + reg I)^-1, B = I - P diag(1 / diag P). The denoising form
    (Steck 2020) adds dropout / (1 - dropout) x diag(X'X) to the penalty; without the constraint
    on the diagonal B = P X'X. A catalogue too large for memory is covered from its most taken
    items down (`covered_items`).
    """
    r, memo = recipe, memo or Memo()
    covered = covered_items(profiles, matrices=3)
    gram = memo.get("co-occurrence", r.level, lambda: _gram(profiles, covered, r.level))
    weight = memo.get(
        "collaborative", (r.level, r.reg, r.dropout, r.zero_diagonal), lambda: _solve(gram, r)
    )
    return Collaborative(r, ItemItem(covered, weight))


def _gram(profiles: Profiles, items: np.ndarray, level: float) -> np.ndarray:
    """X'X (m, m) float32, X the histories of the covered items weighted by level alone."""
    x = profiles.history(past_weights(profiles, level, 0.0))[:, items]
    return np.asarray((x.T @ x).todense(), np.float32)


def _solve(gram: np.ndarray, recipe: CollaborativeRecipe) -> np.ndarray:
    """B (m, m) float32 from X'X."""
    penalty = recipe.reg + recipe.dropout / (1 - recipe.dropout) * gram.diagonal()
    solved = inverse(gram, penalty)
    if recipe.zero_diagonal:
        weight = -solved / solved.diagonal()
        np.fill_diagonal(weight, 0.0)
    else:
        # (G + L)^-1 G = I - (G + L)^-1 L: one product with a diagonal instead of a full one.
        weight = -solved * penalty
        weight[np.diag_indices(len(gram))] += 1.0
    return np.ascontiguousarray(weight, np.float32)


def load(
    recipe: CollaborativeRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Collaborative:
    """The signal as it was stored."""
    return Collaborative(recipe, ItemItem(arrays["items"], arrays["weight"]))
