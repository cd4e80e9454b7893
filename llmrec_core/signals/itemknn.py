"""ItemKNN: an item is as good as its nearest neighbours among the past items."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.taste import past_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix, spmatrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell


class Likeness(StrEnum):
    """How alike two items are, by who took them."""

    COSINE = "cosine"  # of their columns of weights
    TFIDF = "tfidf"  # the same, users who take much counting less
    BM25 = "bm25"  # dot product of columns weighted by Okapi BM25


GRID = {
    "recency": (0.0, 0.5, 1.0), "likeness": (Likeness.COSINE.value, Likeness.TFIDF.value),
    "neighbours": (50, 200), "level": (0.0, 0.4),
}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class ItemKnnRecipe(Recipe):
    """Settings of the neighbourhood model."""

    stage: ClassVar[str] = "itemknn"
    likeness: str = Likeness.TFIDF.value
    """«cosine», «tfidf» or «bm25»: see `Likeness`."""
    neighbours: int = 200
    """How many items may vote for an item: those most like it."""
    level: float = 0.4
    """How much ratings matter: a past item weighs 1 - level + level x (its level in [0, 1])."""
    recency: float = 0.0
    """Share of a past item's weight, when scoring, that fades with age."""


@dataclass(frozen=True)
class ItemKnn:
    """score(u, i) = sum_j x_uj S_ji; S csr (n_items, n_items) float32, column i holds the
    likeness of i to its neighbours and 0 for all other items."""

    recipe: ItemKnnRecipe
    likeness: csr_matrix

    name: ClassVar[str] = "itemknn"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        history, likeness = self._history(profiles), self.likeness
        if exact:
            met = np.unique(history.indices)
            history, likeness = history[:, met].astype(np.float64), likeness[met]
        return np.asarray((history @ likeness).toarray())

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item."""
        history = self._history(profile)
        column = self.likeness[history.indices][:, [item]].toarray()  # no history is no row
        shares = history.data.astype(np.float64) * column.ravel().astype(np.float64)
        return contribution_frame(Kind.PAST_ITEM, history.indices, [""] * history.nnz, shares)

    def _history(self, profiles: Profiles) -> csr_matrix:
        weight = past_weights(profiles, self.recipe.level, self.recipe.recency)
        return profiles.history(weight)

    def arrays(self) -> dict[str, np.ndarray]:
        """S as its three arrays."""
        s = self.likeness
        return {"data": s.data, "indices": s.indices, "indptr": s.indptr}


def fit(
    profiles: Profiles, items: ItemSide, recipe: ItemKnnRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> ItemKnn:
    """Find the neighbours of every item with `implicit`, on one thread.

    Memory grows with items x neighbours. An item is no neighbour of its own.
    """
    r = recipe
    likeness = (memo or Memo()).get(
        "itemknn", (r.likeness, r.neighbours, r.level),
        lambda: _likeness(profiles.history(past_weights(profiles, r.level, 0.0)), r),
    )
    return ItemKnn(r, likeness)


def _likeness(history: csr_matrix, recipe: ItemKnnRecipe) -> csr_matrix:
    """S (n_items, n_items) float32 from weighted histories (n, n_items)."""
    from implicit.nearest_neighbours import (
        ItemItemRecommender,
        bm25_weight,
        normalize,
        tfidf_weight,
    )
    from scipy.sparse import csr_matrix

    by_item = history.T.tocsr()  # (n_items, n): a row for each item
    weighted = {
        Likeness.COSINE: lambda x: normalize(_without_zeros(x)),
        Likeness.TFIDF: lambda x: normalize(_without_zeros(tfidf_weight(x))),
        Likeness.BM25: bm25_weight,
    }[Likeness(recipe.likeness)](by_item)
    model = ItemItemRecommender(K=recipe.neighbours + 1, num_threads=1)
    model.fit(weighted.tocsr().T.tocsr(), show_progress=False)
    found = model.similarity.tocoo()  # row i holds the neighbours of i: they vote for i
    other = (found.row != found.col) & (found.data != 0)
    votes = (found.data[other].astype(np.float32), (found.col[other], found.row[other]))
    return csr_matrix(votes, shape=found.shape)


def _without_zeros(weighted: spmatrix) -> csr_matrix:
    """An item of weights of 0 alone has no length that one could divide by.

    The idf of a user who took all items but one is 0, and what only this user took weighs nothing.
    """
    out = weighted.tocsr()
    out.eliminate_zeros()
    return out


def load(
    recipe: ItemKnnRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> ItemKnn:
    """The signal as it was stored."""
    from scipy.sparse import csr_matrix

    n = len(arrays["indptr"]) - 1
    s = csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=(n, n))
    return ItemKnn(recipe, s)
