"""iALS: a few factors an item, learned by alternating least squares; memory grows with items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.factors import Factors
from llmrec_core.signals.item_item import taken_items
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.taste import past_weights
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell


GRID = {
    "recency": (0.0, 0.5, 1.0), "reg": (10.0, 30.0), "alpha": (3.0, 6.0), "level": (0.0, 0.4),
}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class IalsRecipe(Recipe):
    """Settings of the weighted factorisation."""

    stage: ClassVar[str] = "ials"
    factors: int = 48
    """Numbers an item and a user have."""
    reg: float = 30.0
    """L2 penalty on all factors."""
    alpha: float = 3.0
    """How much surer a taken item is than one that was not: its confidence, against 1."""
    level: float = 0.4
    """How much ratings matter: a past item weighs 1 - level + level x (its level in [0, 1])."""
    recency: float = 0.0
    """Share of a past item's weight, when scoring, that fades with age."""
    iterations: int = 15
    seed: int = 42


@dataclass(frozen=True)
class Ials:
    """score(u, i) = y_i' x_u, x_u found from u's history as in fitting; see `Factors`."""

    recipe: IalsRecipe
    factors: Factors

    name: ClassVar[str] = "ials"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        return self.factors.score(self._history(profiles), exact=exact)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item."""
        return self.factors.votes(self._history(profile), item)

    def _history(self, profiles: Profiles) -> csr_matrix:
        past = past_weights(profiles, self.recipe.level, self.recipe.recency)
        return profiles.history(past)

    def arrays(self) -> dict[str, np.ndarray]:
        """The item factors and the items they are of."""
        return self.factors.arrays()


def fit(
    profiles: Profiles, items: ItemSide, recipe: IalsRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Ials:
    """Fit item factors with `implicit` (Hu, Koren, Volinsky 2008), on one thread: no result
    depends on a race. Users' factors are thrown away, since histories give them again."""
    r = recipe
    covered = taken_items(profiles)
    y = (memo or Memo()).get(
        "ials", (r.factors, r.reg, r.alpha, r.level, r.iterations, r.seed),
        lambda: _factors(profiles.history(past_weights(profiles, r.level, 0.0))[:, covered], r,
                         tell),
    )
    return Ials(r, _found(covered, y, r))


def _factors(history: csr_matrix, recipe: IalsRecipe, tell: Tell | None) -> np.ndarray:
    """Y (m, k) float32 of histories (n, m)."""
    r = recipe
    if not history.nnz:
        return np.zeros((history.shape[1], r.factors), np.float32)
    with one_thread():
        from implicit.cpu.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(
            factors=r.factors, regularization=r.reg, alpha=r.alpha, iterations=r.iterations,
            random_state=r.seed, num_threads=1,
        )
        heard = tell or (lambda done, total: None)
        model.fit(
            history, show_progress=False,
            callback=lambda iteration, spent, loss: heard(iteration + 1, r.iterations),
        )
    return np.ascontiguousarray(model.item_factors, np.float32)


def _found(covered: np.ndarray, y: np.ndarray, recipe: IalsRecipe) -> Factors:
    return Factors(covered, y, np.zeros(len(covered), np.float32), recipe.alpha, recipe.reg)


def load(recipe: IalsRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide) -> Ials:
    """The signal as it was stored."""
    return Ials(recipe, _found(arrays["items"], arrays["y"], recipe))
