"""Sequence: what tends to come next, a directed ridge from the past to the next window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.item_item import ItemItem, covered_items
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.reach import TextReach, reach_from, reach_of
from llmrec_core.signals.ridge import inverse, relative
from llmrec_core.signals.taste import past_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell


GRID = {
    "reg": (3.0, 10.0, 30.0, 100.0), "window": (10, 20, 40), "span": (10.0, 20.0, 50.0, 100.0),
    "recency": (0.7, 1.0), "level": (0.0, 0.4),
}
"""What is tried on validation rows, in this order."""


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
    reg_item: float = 0.3
    """Ridge penalty of the map from texts to columns of W, for items without rows."""
    seed: int = 42


@dataclass(frozen=True)
class Sequence:
    """score(u, i) = p_u W, p_u the recency-weighted past; W (m, m) is not symmetric.

    Items that no column stands for, since nobody took them, are reached by their texts.
    """

    recipe: SequenceRecipe
    matrix: ItemItem
    reach: TextReach

    name: ClassVar[str] = "sequence"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        history = self._history(profiles)
        return self.reach.add(self.matrix.score(history, exact=exact), history, exact=exact)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item; by text field too where its texts alone reach the item."""
        history = self._history(profile)
        by_text = self.reach.votes(history, item)
        return self.matrix.votes(history, item) if by_text is None else by_text

    def _history(self, profiles: Profiles) -> csr_matrix:
        r = self.recipe
        return profiles.history(past_weights(profiles, r.level, r.recency, span=r.span))

    def arrays(self) -> dict[str, np.ndarray]:
        """W, the items it covers, and how texts reach the others."""
        return self.matrix.arrays() | self.reach.arrays()


def fit(
    profiles: Profiles, items: ItemSide, recipe: SequenceRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Sequence:
    """Fit W = (P'P + c I)^-1 P'F over random cuts of every history with at least two rows."""
    r = recipe
    covered, memo = covered_items(profiles, matrices=4), memo or Memo()
    gram, cross = memo.get(
        "sequence sums", (r.window, r.cuts, r.recency, r.span, r.level, r.seed),
        lambda: _sums(profiles, covered, r),
    )
    if not gram.any():  # no history has two rows: nothing follows anything
        return _sequence(r, ItemItem(covered, np.zeros_like(gram)), items, memo)
    weight = inverse(gram, relative(gram, r.reg)) @ cross
    return _sequence(r, ItemItem(covered, weight.astype(np.float32)), items, memo)


def _sequence(
    recipe: SequenceRecipe, matrix: ItemItem, items: ItemSide, memo: Memo
) -> Sequence:
    return Sequence(recipe, matrix, reach_of(matrix, items, recipe.reg_item, memo))


def _sums(
    profiles: Profiles, items: np.ndarray, recipe: SequenceRecipe
) -> tuple[np.ndarray, np.ndarray]:
    """P'P and P'F, both (m, m) float32 over the covered items, summed over users and cuts."""
    rng = np.random.default_rng(recipe.seed)
    gram = np.zeros((len(items),) * 2, np.float32)
    cross = np.zeros_like(gram)
    for _ in range(recipe.cuts):
        past, future = (side[:, items] for side in _cut(profiles, recipe, rng))
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


def load(
    recipe: SequenceRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Sequence:
    """The signal as it was stored."""
    matrix = ItemItem(arrays["items"], arrays["weight"])
    return Sequence(recipe, matrix, reach_from(arrays, items))
