"""Sequence: what tends to come next, a directed ridge from the past to the next window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from llmrec_core.errors import StudioError
from llmrec_core.recipe import Recipe
from llmrec_core.signals.collaborative import MEMORY_LIMIT, item_votes
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.ridge import inverse, relative
from llmrec_core.signals.taste import apply, past_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles


@dataclass(frozen=True, kw_only=True)
class SequenceRecipe(Recipe):
    """Settings of the directed ridge."""

    stage: ClassVar[str] = "sequence"
    reg: float = 30.0
    """Ridge penalty relative to the mean diagonal of P'P."""
    window: int = 20
    """How many next items count as the future."""
    cuts: int = 8
    """At how many random places each history is cut."""
    recency: float = 0.7
    """Share of a past item's weight that fades with age."""
    span: float = 50.0
    """After how many interactions the fading share has fallen to 1/e."""
    level: float = 0.0
    """How much ratings matter."""
    seed: int = 42


@dataclass(frozen=True)
class Sequence:
    """score(u, i) = p_u W, p_u the recency-weighted past; W (n_items, n_items) is not symmetric."""

    recipe: SequenceRecipe
    weight: np.ndarray

    name: ClassVar[str] = "sequence"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        return apply(profiles.history(self._past(profiles)), self.weight, exact=exact)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item."""
        return item_votes(profile, self._past(profile), self.weight, item)

    def _past(self, profiles: Profiles) -> np.ndarray:
        r = self.recipe
        return past_weights(profiles, r.level, r.recency, span=r.span)

    def arrays(self) -> dict[str, np.ndarray]:
        """W."""
        return {"weight": self.weight}

    @classmethod
    def from_arrays(cls, recipe: SequenceRecipe, arrays: Mapping[str, np.ndarray]) -> Self:
        """The signal as it was stored."""
        return cls(recipe, arrays["weight"])


def fit(profiles: Profiles, recipe: SequenceRecipe, memo: Memo | None = None) -> Sequence:
    """Fit W = (P'P + c I)^-1 P'F over random cuts of every history with at least two rows."""
    n, r = profiles.n_items, recipe
    need = 4 * 4.0 * n * n
    if need > MEMORY_LIMIT:
        raise StudioError(
            f"The sequence signal needs {need / 1e9:.1f} GB for {n} items (limit "
            f"{MEMORY_LIMIT / 1e9:.0f} GB): raise the rows per item in the filters."
        )
    gram, cross = (memo or Memo()).get(
        "sequence sums", (r.window, r.cuts, r.recency, r.span, r.level, r.seed),
        lambda: _sums(profiles, r),
    )
    if not gram.any():  # no history has two rows: nothing follows anything
        return Sequence(r, np.zeros((n, n), np.float32))
    return Sequence(r, (inverse(gram, relative(gram, r.reg)) @ cross).astype(np.float32))


def _sums(profiles: Profiles, recipe: SequenceRecipe) -> tuple[np.ndarray, np.ndarray]:
    """P'P and P'F, both (n_items, n_items) float32, over all users and cuts."""
    rng = np.random.default_rng(recipe.seed)
    gram = np.zeros((profiles.n_items,) * 2, np.float32)
    cross = np.zeros_like(gram)
    for _ in range(recipe.cuts):
        past, future = _cut(profiles, recipe, rng)
        gram += (past.T @ past).toarray()
        cross += (past.T @ future).toarray()
    return gram, cross


def _cut(
    profiles: Profiles, recipe: SequenceRecipe, rng: np.random.Generator
) -> tuple[csr_matrix, csr_matrix]:
    """One random cut of each history: (past weights, next window as 0/1), both (n, n_items)."""
    lengths = profiles.lengths
    # between 1 and length - 1 interactions before the cut; a history of one gives no past
    place = 1 + np.floor(rng.random(len(profiles)) * np.maximum(lengths - 1, 0)).astype(np.int64)
    place = np.where(lengths > 1, place, 0)
    owner = profiles.owner()
    position = np.arange(len(profiles.item)) - profiles.start[owner]
    before = profiles.keep_rows(position < place[owner])
    window = (position >= place[owner]) & (position < place[owner] + recipe.window)
    after = profiles.keep_rows(window & (place[owner] > 0))
    weights = past_weights(before, recipe.level, recipe.recency, span=recipe.span)
    return before.history(weights), after.history()
