"""Taste: a learned linear map from the texts of past items to the texts of the next ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.item_item import apply
from llmrec_core.signals.meeting import Meeting
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.ridge import item_side_inverse, semantic_map

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell


GRID = {
    "recency": (0.0, 0.4, 0.7), "reg_item": (0.03, 0.1, 0.3), "reg_user": (0.1, 0.3, 1.0),
    "level": (0.0, 0.5),
}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class TasteRecipe(Recipe):
    """Settings of the taste map."""

    stage: ClassVar[str] = "taste"
    reg_user: float = 0.3
    """Ridge penalty on the user side, relative to the mean diagonal."""
    reg_item: float = 0.3
    """Ridge penalty on the item side, relative to the mean diagonal."""
    level: float = 0.5
    """How much ratings matter: a past item weighs 1 - level + level x (its level in [0, 1])."""
    recency: float = 0.0
    """Share of a past item's weight that fades with age."""
    splits: int = 4
    """Into how many random (past, future) pairs each history is cut."""
    seed: int = 42


@dataclass(frozen=True)
class Taste:
    """score(u, i) = p_u' W z_i, p_u = sum of weighted past item vectors / sqrt(their number)."""

    recipe: TasteRecipe
    items: ItemSide
    weight: np.ndarray  # W, (D, D)

    name: ClassVar[str] = "taste"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        return self.mapped(profiles, exact=exact) @ self.targets(exact=exact).T

    def mapped(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n, D): p_u' W."""
        past = past_weights(profiles, self.recipe.level, self.recipe.recency)
        total = apply(sum_rows(profiles, past), self.items.vectors, exact=exact)
        total /= np.sqrt(np.maximum(profiles.lengths, 1))[:, None]
        return np.asarray(total @ self.weight.astype(total.dtype, copy=False))

    def targets(self, *, exact: bool = False) -> np.ndarray:
        """(n_items, D): the items' vectors."""
        return self.items.vectors.astype(np.float64 if exact else np.float32, copy=False)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item and text field of the recommended item."""
        past = past_weights(profile, self.recipe.level, self.recipe.recency)
        past = past.astype(np.float64) / np.sqrt(max(len(profile.item), 1))
        mapped = self.items.by_field(item) @ self.weight.T.astype(np.float64)  # (fields, D)
        parts = (self.items.vectors[profile.item] * past[:, None]) @ mapped.T  # (h, fields)
        names = list(self.items.fields) * len(profile.item)
        evidence = np.repeat(profile.item, len(self.items.fields))
        return contribution_frame(Kind.PAST_ITEM, evidence, names, parts.ravel())

    def meetings(self, profile: Profiles, item: int, kind: Kind, evidence: int) -> list[Meeting]:
        """Each text of a past item against each text of the item; [] for anything else.

        An item that was taken several times is one line, and one factor.
        """
        mine = profile.item == evidence
        if kind != Kind.PAST_ITEM or not mine.any():
            return []
        past = past_weights(profile, self.recipe.level, self.recipe.recency).astype(np.float64)
        factor = float((past[mine] / np.sqrt(max(len(profile.item), 1))).sum())
        return [
            Meeting(Kind.PAST_ITEM, evidence, source, field, factor, had, text, self.weight[a, b])
            for source, a, had in self.items.texts_of(evidence)
            for field, b, text in self.items.texts_of(item)
        ]

    def arrays(self) -> dict[str, np.ndarray]:
        """The map."""
        return {"weight": self.weight}


def past_weights(
    profiles: Profiles, level: float, recency: float, *, span: float = 50.0
) -> np.ndarray:
    """(h,) float32: what each past interaction weighs, by its level and its age.

    (1 - level + level x l) x (1 - recency + recency x exp(-age / span)).
    """
    liked = 1 - level + level * profiles.level
    fresh = 1 - recency + recency * np.exp(-profiles.age() / span)
    return (liked * fresh).astype(np.float32)


def sum_rows(profiles: Profiles, weight: np.ndarray) -> csr_matrix:
    """(n, n_items) csr: the weights of each profile's rows, repeated items summed."""
    from scipy.sparse import csr_matrix

    shape = (len(profiles), profiles.n_items)
    return csr_matrix((weight, profiles.item, profiles.start), shape=shape)


def fit(
    profiles: Profiles, items: ItemSide, recipe: TasteRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Taste:
    """Fit the map on histories cut at random into past and future, `recipe.splits` times."""
    memo = memo or Memo()
    r = recipe
    gram, cross = memo.get(
        "taste sums", (r.level, r.recency, r.splits, r.seed),
        lambda: _sums(profiles, items.vectors, r),
    )
    right = memo.get(
        "item side", r.reg_item, lambda: item_side_inverse(items.vectors, r.reg_item)
    )
    return Taste(r, items, semantic_map(gram, cross, right, r.reg_user))


def _sums(
    profiles: Profiles, vectors: np.ndarray, recipe: TasteRecipe
) -> tuple[np.ndarray, np.ndarray]:
    """P'P and P'F Z, both (D, D) float64, over all users and splits.

    Each user gives every split the same say, so the result depends on no order of users.
    """
    rng = np.random.default_rng(recipe.seed)
    gram = np.zeros((vectors.shape[1],) * 2, np.float64)
    cross = np.zeros_like(gram)
    weight = past_weights(profiles, recipe.level, recipe.recency)
    for _ in range(recipe.splits):
        share = rng.uniform(0.3, 0.9, len(profiles))  # how much of each history is the past
        is_past = rng.random(len(profiles.item)) < share[profiles.owner()]
        past = sum_rows(profiles, np.where(is_past, weight, 0)) @ vectors
        count = np.bincount(profiles.owner()[is_past], minlength=len(profiles))
        past /= np.sqrt(np.maximum(count, 1))[:, None]
        future = sum_rows(profiles, np.where(is_past, 0, weight).astype(np.float32))
        gram += past.T @ past
        cross += past.T @ (future @ vectors)
    return gram, cross


def load(
    recipe: TasteRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Taste:
    """The signal as it was stored."""
    return Taste(recipe, items, arrays["weight"])
