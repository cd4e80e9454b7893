"""PureSVD: histories seen through the few directions in which they differ most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.item_item import apply, inside, place_of, places, spread, taken_items
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


MOST_TRIED = 30
"""Directions found at once, of which a fit takes the first."""

GRID = {
    "recency": (0.0, 0.5, 1.0), "span": (10.0, 20.0, 50.0),
    "factors": (10, 15, 20, MOST_TRIED), "damping": (0.0, 0.1, 0.2), "level": (0.0, 0.4, 0.7),
}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class PureSvdRecipe(Recipe):
    """Settings of the truncated singular value decomposition."""

    stage: ClassVar[str] = "puresvd"
    factors: int = 15
    """Directions that are kept."""
    damping: float = 0.1
    """An item's column is divided by its count to this power before, and multiplied after."""
    user_damping: float = 0.2
    """A user's row is divided by its count to this power before: heavy users say less each."""
    level: float = 0.4
    """How much ratings matter: a past item weighs 1 - level + level x (its level in [0, 1])."""
    recency: float = 0.0
    """Share of a past item's weight, when scoring, that fades with age."""
    span: float = 20.0
    """After how many interactions the fading share has fallen to 1/e."""
    seed: int = 42


@dataclass(frozen=True)
class PureSvd:
    """score(u, i) = x_u D^-1 V V' D: `past` = D^-1 V and `future` = D V, both (m, k) float32 over
    the `items` (m,) that somebody took."""

    recipe: PureSvdRecipe
    items: np.ndarray
    past: np.ndarray
    future: np.ndarray

    name: ClassVar[str] = "puresvd"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        history = self._history(profiles)
        seen = apply(inside(history, self.items), self.past, exact=exact)
        values = seen @ self.future.T.astype(seen.dtype, copy=False)
        return spread(values, self.items, history.shape[1])

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item."""
        past, weight, place = places(self._history(profile), self.items)
        target, shares = place_of(item, self.items), np.zeros(len(past))
        if target >= 0:
            shares = weight * (
                self.past[place].astype(np.float64) @ self.future[target].astype(np.float64)
            )
        return contribution_frame(Kind.PAST_ITEM, past, [""] * len(past), shares)

    def _history(self, profiles: Profiles) -> csr_matrix:
        r = self.recipe
        weight = past_weights(profiles, r.level, r.recency, span=r.span)
        return profiles.history(weight)

    def arrays(self) -> dict[str, np.ndarray]:
        """Both sides of V and the items they cover."""
        return {"items": self.items, "past": self.past, "future": self.future}


def fit(
    profiles: Profiles, items: ItemSide, recipe: PureSvdRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> PureSvd:
    """Fit V, the first right singular vectors of the weighted histories X D^-1.

    PureSVD (Cremonesi, Koren, Turrin 2010): missing ratings are 0. D holds the counts of the items
    to the power `damping`, which keeps the most taken ones from being all that is seen; rows are
    divided by the users' counts to the power `user_damping`. The vectors are found by a seeded
    randomised decomposition (Halko et al. 2011).
    """
    r, memo = recipe, memo or Memo()
    covered = taken_items(profiles)
    scale = np.bincount(profiles.item, minlength=profiles.n_items)[covered] ** r.damping
    most = max(r.factors, MOST_TRIED)  # fewer directions are the first of more
    vectors = memo.get(
        "puresvd", (r.damping, r.user_damping, r.level, most, r.seed),
        lambda: _directions(_damped(profiles, covered, scale, r), most, r.seed),
    )[:, : r.factors]
    past = np.asarray(vectors / scale[:, None], np.float32)
    return PureSvd(r, covered, past, np.asarray(vectors * scale[:, None], np.float32))


def _damped(
    profiles: Profiles, covered: np.ndarray, scale: np.ndarray, recipe: PureSvdRecipe
) -> csr_matrix:
    """(n, m): weighted histories, columns divided by `scale` (m,), rows by their own counts."""
    from scipy.sparse import diags_array

    history = profiles.history(past_weights(profiles, recipe.level, 0.0))[:, covered]
    rows = np.maximum(np.diff(history.indptr), 1.0) ** -recipe.user_damping
    return (diags_array(rows) @ history @ diags_array(1 / scale)).tocsr()


def _directions(history: csr_matrix, factors: int, seed: int) -> np.ndarray:
    """V (m, factors or fewer) float64 of damped histories (n, m)."""
    most = min(factors, *history.shape)
    if not history.nnz:
        return np.zeros((history.shape[1], most))
    with one_thread():
        from sklearn.utils.extmath import randomized_svd

        _, _, directions = randomized_svd(history, most, n_iter=7, random_state=seed)
    return np.asarray(directions.T, np.float64)


def load(
    recipe: PureSvdRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> PureSvd:
    """The signal as it was stored."""
    return PureSvd(recipe, arrays["items"], arrays["past"], arrays["future"])
