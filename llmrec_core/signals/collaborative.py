"""Collaborative: which items go together, in closed form from co-occurrence alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.recipe import Recipe
from llmrec_core.signals.item_item import ItemItem, ease_fits, ease_refused, taken_items
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


class Known(StrEnum):
    """What is known of an item beside who took it."""

    TEXTS = "texts"  # its text vectors
    ENTITIES = "entities"  # its attributes and triples, weighted by how rare each is


GRID = {
    "recency": (0.0, 0.5, 1.0), "span": (10.0, 20.0, 50.0), "dropout": (0.0, 0.3, 0.5, 0.7),
    "zero_diagonal": (False, True),
    "reg": (50.0, 100.0, 200.0, 300.0, 500.0), "level": (0.2, 0.4, 0.7),
    "content": (0.0, 0.1, 0.3), "known": (Known.TEXTS.value, Known.ENTITIES.value),
}
"""What is tried on validation rows, in this order: EASE itself (no dropout, no item votes for
itself), its denoising form, and what lies between."""


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
    span: float = 50.0
    """After how many interactions the fading share has fallen to 1/e."""
    content: float = 0.0
    """How much alike items count as taken together: 0 looks at who took them and nothing else."""
    known: str = Known.ENTITIES.value
    """What items are alike by, «texts» or «entities»: see `Known`."""


START = CollaborativeRecipe(
    reg=200.0, dropout=0.5, zero_diagonal=False, level=0.4, span=20.0, content=0.3,
    known=Known.TEXTS.value,
)
"""Where the search for settings begins, and what large catalogues keep; the recipe's own defaults
are EASE as published."""


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
        r = self.recipe
        past = past_weights(profiles, r.level, r.recency, span=r.span)
        return profiles.history(past)

    def arrays(self) -> dict[str, np.ndarray]:
        """B and the items it covers."""
        return self.matrix.arrays()


def fit(
    profiles: Profiles, items: ItemSide, recipe: CollaborativeRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Collaborative:
    """Fit B in closed form.

    EASE (Steck 2019): P = (G + reg I)^-1 with G = X'X, B = I - P diag(1 / diag P). The denoising
    form (Steck 2020) adds dropout / (1 - dropout) x diag G to the penalty; without the constraint
    on the diagonal B = P G. With `content`, G + content x mean(diag G) x Z Z' stands for G, Z
    (m, k) what is known of the items: rows of Z count as users who took what they describe.
    Raises `InputError` where memory does not hold the matrices: a catalogue cut short by what
    happens to be free would be another model under the same name.
    """
    r, memo = recipe, memo or Memo()
    covered = taken_items(profiles)
    if not ease_fits(len(covered), share=1.0):  # who offered it (`offers`) left some to spare
        raise InputError(ease_refused(len(covered)))
    gram = memo.get("co-occurrence", r.level, lambda: _gram(profiles, covered, r.level))
    weight = memo.get(
        "collaborative",
        (r.level, r.reg, r.dropout, r.zero_diagonal, r.content, r.known if r.content else ""),
        lambda: _solve(gram, _lifted(gram, covered, items, r), r),
    )
    return Collaborative(r, ItemItem(covered, weight))


def _gram(profiles: Profiles, items: np.ndarray, level: float) -> np.ndarray:
    """X'X (m, m) float32, X the histories of the covered items weighted by level alone."""
    x = profiles.history(past_weights(profiles, level, 0.0))[:, items]
    return np.asarray((x.T @ x).todense(), np.float32)


def _lifted(
    gram: np.ndarray, covered: np.ndarray, items: ItemSide, recipe: CollaborativeRecipe
) -> np.ndarray:
    """G + content x mean(diag G) x Z Z' (m, m) float32; `gram` itself without content."""
    if not recipe.content:
        return gram
    weight = np.float32(recipe.content * gram.diagonal().mean())
    entities = items.entities
    if recipe.known == Known.TEXTS or entities is None:
        z = items.vectors[covered]
        out = z @ (weight * z.T)
    else:
        z = _rare(entities.holds[covered])
        out = (z @ (weight * z).T).toarray()
    out += gram
    return np.asarray(out, np.float32)


def _rare(holds: csr_matrix) -> csr_matrix:
    """(m, entities) rows of norm 1 or 0: log(m / items that have it), of what two or more have."""
    from scipy.sparse import diags_array

    count = np.asarray(holds.sum(axis=0)).ravel()
    weight = np.log(len(holds.indptr) / np.maximum(count, 1)) * (count > 1)
    rare = (holds @ diags_array(weight)).tocsr().astype(np.float32)
    norm = np.sqrt(np.asarray(rare.multiply(rare).sum(axis=1)).ravel())
    return (diags_array(1 / np.maximum(norm, 1e-9)) @ rare).tocsr().astype(np.float32)


def _solve(counts: np.ndarray, gram: np.ndarray, recipe: CollaborativeRecipe) -> np.ndarray:
    """B (m, m) float32 from G, and the co-occurrences whose diagonal the penalty grows with."""
    share = recipe.dropout / (1 - recipe.dropout)
    penalty = (recipe.reg + share * counts.diagonal()).astype(np.float32)
    weight = inverse(gram, penalty)
    if recipe.zero_diagonal:
        weight /= -weight.diagonal().copy()
        np.fill_diagonal(weight, 0.0)
    else:
        # (G + L)^-1 G = I - (G + L)^-1 L: one product with a diagonal instead of a full one.
        weight *= -penalty
        weight[np.diag_indices(len(weight))] += 1.0
    return np.ascontiguousarray(weight, np.float32)


def load(
    recipe: CollaborativeRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Collaborative:
    """The signal as it was stored."""
    return Collaborative(recipe, ItemItem(arrays["items"], arrays["weight"]))
