"""Description: the sentences about a user against the texts of items, through a learned map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.profile import FOLDS
from llmrec_core.recipe import Recipe
from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.meeting import Meeting
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.ridge import item_side_inverse, semantic_map
from llmrec_core.signals.taste import sum_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell


FEW_TEXTS = 200
"""Item texts at which their lessons weigh half: what a few dozen items have in their words beside
their kind is chance, and a typed sentence would follow it."""


GRID = {"reg_user": (0.1, 0.3, 1.0), "reg_item": (0.03, 0.1, 0.3), "level": (0.0, 0.5)}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class DescriptionRecipe(Recipe):
    """Settings of the description map."""

    stage: ClassVar[str] = "description"
    reg_user: float = 1.0
    """Ridge penalty on the description side, relative to the mean diagonal."""
    reg_item: float = 0.1
    """Ridge penalty on the item side, relative to the mean diagonal."""
    level: float = 0.5
    """How much ratings matter in what the map is fitted to."""
    kinds: float = 2.0
    """Weight of the lessons of `ItemSide.lessons`, relative to all users' descriptions."""
    own: float = 1.0
    """Weight of the lessons that items' own texts give: such a text, that item. It shrinks in a
    small catalogue, see `FEW_TEXTS`."""


@dataclass(frozen=True)
class Description:
    """score(u, i) = d_u' W z_i, d_u the weighted mean of the sentence vectors.

    `weights` is (FOLDS + 1, dim, D): map k was fitted without the users of fold k, and the last
    one on everybody; a profile is scored by the map that never saw its own rows.
    """

    recipe: DescriptionRecipe
    items: ItemSide
    weights: np.ndarray

    name: ClassVar[str] = "description"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no sentence that is on."""
        return self.mapped(profiles, exact=exact) @ self.targets(exact=exact).T

    def mapped(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n, D): d_u' W, each profile by the map of its fold."""
        dtype = np.float64 if exact else np.float32
        text = profiles.text_vectors(dtype)
        mapped = np.zeros((len(profiles), self.weights.shape[2]), dtype)
        for fold in np.unique(profiles.fold):
            mine = profiles.fold == fold
            mapped[mine] = text[mine] @ self.weights[fold].astype(dtype, copy=False)
        return mapped

    def targets(self, *, exact: bool = False) -> np.ndarray:
        """(n_items, D): the items' vectors."""
        return self.items.vectors.astype(np.float64 if exact else np.float32, copy=False)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each sentence and text field of the recommended item."""
        weight = profile.sentence_weight.astype(np.float64)
        weight /= max(np.abs(weight).sum(), 1e-9)
        back = self.weights[profile.fold[0]].T.astype(np.float64)
        mapped = self.items.by_field(item) @ back  # (fields, dim)
        parts = (profile.sentence_vector * weight[:, None]) @ mapped.T  # (m, fields)
        names = list(self.items.fields) * len(weight)
        evidence = np.repeat(np.arange(len(weight)), len(self.items.fields))
        return contribution_frame(Kind.SENTENCE, evidence, names, parts.ravel())

    def meetings(self, profile: Profiles, item: int, kind: Kind, evidence: int) -> list[Meeting]:
        """A sentence against each text of the item; [] for one that is off, or no sentence."""
        weight = profile.sentence_weight.astype(np.float64)
        if kind != Kind.SENTENCE or not weight[evidence]:
            return []
        factor = float(weight[evidence] / max(np.abs(weight).sum(), 1e-9))
        said, through = profile.sentence_vector[evidence], self.weights[profile.fold[0]]
        return [
            Meeting(Kind.SENTENCE, evidence, "", field, factor, said, text, through[:, block])
            for field, block, text in self.items.texts_of(item)
        ]

    def arrays(self) -> dict[str, np.ndarray]:
        """The maps."""
        return {"weights": self.weights}


def fit(
    profiles: Profiles, items: ItemSide, recipe: DescriptionRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Description:
    """Fit the map from descriptions to what their users took, cross-fitted over users.

    Beside the users the map is shown lessons: what people took says little of what a word means,
    so that a rewritten sentence would hardly move a list. Each kind of lesson weighs as much as
    its setting times all users' descriptions together (by the traces of their Gram matrices).
    """
    memo = memo or Memo()
    grams, crosses = memo.get(
        "description sums", recipe.level, lambda: _sums(profiles, items.vectors, recipe.level)
    )
    taught = memo.get("lessons", (), lambda: _lessons(items))
    n_texts = len(items.vectors) * len(items.fields)
    weights = (recipe.kinds, recipe.own * n_texts / (n_texts + FEW_TEXTS))
    for weight, (gram, cross) in zip(weights, taught, strict=True):
        share = weight * np.trace(grams, axis1=1, axis2=2) / max(float(np.trace(gram)), 1e-12)
        share = share.astype(np.float32)[:, None, None]
        grams, crosses = grams + share * gram, crosses + share * cross
    right = memo.get(
        "item side", recipe.reg_item, lambda: item_side_inverse(items.vectors, recipe.reg_item)
    )
    maps = [
        semantic_map(gram, cross, right, recipe.reg_user)
        for gram, cross in zip(grams, crosses, strict=True)
    ]
    return Description(recipe, items, np.stack(maps))


def _sums(
    profiles: Profiles, vectors: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """P'P (FOLDS + 1, dim, dim) and P'F Z (FOLDS + 1, dim, D): without each fold, then of all."""
    text = profiles.text_vectors()
    weight = (1 - level + level * profiles.level).astype(np.float32)
    taken = sum_rows(profiles, weight) @ vectors
    # A user with a long history would otherwise outweigh hundreds of others.
    taken /= np.sqrt(np.maximum(profiles.lengths, 1))[:, None]
    grams, crosses = [], []
    for fold in range(FOLDS + 1):
        part = profiles.fold != fold
        grams.append(text[part].T @ text[part])
        crosses.append(text[part].T @ taken[part])
    return np.stack(grams), np.stack(crosses)


def _lessons(items: ItemSide) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """(S'S (dim, dim), S'G (dim, D)) of the kinds' sentences and of the items' own texts."""
    dim, vectors = items.dim, items.vectors
    kinds = (np.zeros((dim, dim), np.float32), np.zeros((dim, vectors.shape[1]), np.float32))
    if items.lessons is not None:
        said, taken = items.lessons.sentences, items.lessons.items
        kinds = (said.T @ said, said.T @ taken)
    fields = [vectors[:, f * dim : (f + 1) * dim] for f in range(len(items.fields))]
    own = (sum(f.T @ f for f in fields), sum(f.T @ vectors for f in fields))
    return kinds, own


def load(
    recipe: DescriptionRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Description:
    """The signal as it was stored."""
    return Description(recipe, items, arrays["weights"])
