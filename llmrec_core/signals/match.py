"""Text match: the texts about a user against the texts of items as they are, nothing learned."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.recipe import Recipe
from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.match_sides import UserSide, item_parts
from llmrec_core.signals.meeting import Meeting

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from llmrec_core.concepts import Concepts
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.memo import Memo
    from llmrec_core.signals.registry import Tell


GRID = {
    "of": ("history", "description", "both"), "fields": ("apart", "together"),
    "similarity": ("cosine", "dot", "euclidean"), "level": (0.0, 0.5, 1.0),
    "recency": (0.0, 0.4, 0.7), "weighted": (False, True),
}
"""What is tried on validation rows, in this order."""

ITS_LENGTH, YOUR_LENGTH = (
    "how far the item's texts lie from the average item's", "how far you lie from the average item",
)
"""The words of what a squared distance has beside the products."""


@dataclass(frozen=True, kw_only=True)
class MatchRecipe(Recipe):
    """Settings of the text match."""

    stage: ClassVar[str] = "match"
    similarity: str = "cosine"
    """«cosine», «dot», or «euclidean» (minus the squared distance)."""
    of: str = "both"
    """What stands for the user: «description», «history», or «both»."""
    fields: str = "apart"
    """«apart»: each text field is met by the same field of past items (item vectors then have
    length 1, and the three similarities rank alike); «together»: an item is the mean of its
    texts."""
    level: float = 0.5
    """How much ratings matter: a past item weighs 1 - level + level x (its level in [0, 1])."""
    recency: float = 0.4
    """Share of a past item's weight that fades with age."""
    centred: bool = True
    """Whether what all texts share is taken off; False is the raw match, of the history alone."""
    weighted: bool = False
    """Whether concepts have weights of their own, learned from what people took."""
    seed: int = 42


@dataclass(frozen=True)
class Match:
    """score(u, i) = d.z / |z|, d.z or -|d - z|^2, with d the direction of the user (length 1).

    d is the weighted mean of the sentences' vectors and of past items' vectors, each brought to
    length 1. The squared distance is a sum too: 2 d.z - |z|^2 - |d|^2. With weights of concepts
    every product is sum_k alpha_k d_k z_k and what lies beside the concepts.
    """

    recipe: MatchRecipe
    items: ItemSide
    concepts: Concepts | None = None
    alpha: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    name: ClassVar[str] = "match"

    @cached_property
    def parts(self) -> np.ndarray:
        """(fields, n_items, E) float32, summing to the items' vectors."""
        return item_parts(self.items, self.recipe)

    @cached_property
    def vectors(self) -> np.ndarray:
        """(n_items, E) float32."""
        return np.asarray(self.parts.sum(axis=0))

    def mapped(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n, E): the direction of each profile, 0 for one that nothing is known of."""
        dtype = np.float64 if exact else np.float32
        return UserSide(profiles, self.recipe, self.vectors).vectors(dtype)

    def targets(self, *, exact: bool = False) -> np.ndarray:
        """(n_items, E): the items' vectors as they are multiplied, concepts weighed."""
        dtype = np.float64 if exact else np.float32
        item = self._weighed(self.vectors.astype(dtype, copy=False))
        if self.recipe.similarity == "cosine":
            return np.asarray(item / self._lengths(dtype)[:, None])
        return 2 * item if self.recipe.similarity == "euclidean" else item

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items)."""
        user = self.mapped(profiles, exact=exact)
        product = np.asarray(user @ self.targets(exact=exact).T)
        if self.recipe.similarity != "euclidean":
            return product
        item = self.vectors.astype(user.dtype, copy=False)
        of_item, of_user = ((v * self._weighed(v)).sum(axis=1) for v in (item, user))
        return np.asarray(product - of_item - of_user[:, None])

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each sentence or past item and text field of the recommended item."""
        import pandas as pd

        said, met = UserSide(profile, self.recipe, self.vectors).rows()
        mapped = self._weighed(self.parts[:, item].astype(np.float64))  # (fields, E)
        if self.recipe.similarity == "cosine":
            mapped = mapped / self._lengths(np.float64)[item]
        elif self.recipe.similarity == "euclidean":
            mapped = 2 * mapped
        names, frames = list(self.items.fields), []
        for kind, rows, evidence in (
            (Kind.SENTENCE, said, np.arange(len(said))), (Kind.PAST_ITEM, met, profile.item),
        ):
            frames.append(contribution_frame(
                kind, np.repeat(evidence, len(names)), names * len(rows), (rows @ mapped.T).ravel(),
            ))  # fmt: skip
        frames = [frame.assign(words="") for frame in frames if len(frame)]
        if self.recipe.similarity == "euclidean":
            frames.append(self._distances(profile, item))
        if not frames:
            return contribution_frame(Kind.WHOLE, np.array([-1]), [""], np.zeros(1))
        return pd.concat(frames, ignore_index=True)

    def meetings(self, profile: Profiles, item: int, kind: Kind, evidence: int) -> list[Meeting]:
        """A sentence, or each text of a past item, against each text of the item that it meets.

        Fields «apart» meet the same field, a sentence meets all; [] for the lengths of a squared
        distance, in which no word of the user meets one of the item.
        """
        said, met = UserSide(profile, self.recipe, self.vectors).factors()
        fields = self.vectors.shape[1] // self.items.dim
        if kind == Kind.SENTENCE:
            factor = said[evidence] / np.sqrt(fields)
            had = {"": profile.sentence_vector[evidence]}
        elif kind == Kind.PAST_ITEM:
            factor, had = met[profile.item == evidence].sum(), self._texts_of(evidence)
        else:
            return []
        if self.recipe.similarity == "euclidean":
            factor = 2 * factor
        elif self.recipe.similarity == "cosine":
            factor = factor / self._lengths(np.float64)[item]
        return [
            Meeting(kind, evidence, source, field, float(factor), left, right, self._bridge)
            for source, left in had.items() for field, right in self._texts_of(item).items()
            if factor and (fields == 1 or source in ("", field))
        ]

    def _texts_of(self, item: int) -> dict[str, np.ndarray]:
        """Field -> (dim,) for each text that an item has, as `parts` hold it."""
        blocks = self.parts[:, item].reshape(len(self.items.fields), -1, self.items.dim)
        texts = zip(self.items.fields, blocks.sum(axis=1), strict=True)
        return {field: vector for field, vector in texts if vector.any()}

    @cached_property
    def _bridge(self) -> np.ndarray | None:
        """(dim, dim) float64: what weights of concepts put between two texts; None without."""
        if self.concepts is None:
            return None
        return self.concepts.weighed(np.eye(self.items.dim), self.alpha)

    def _distances(self, profile: Profiles, item: int) -> pd.DataFrame:
        user = self.mapped(profile, exact=True)
        its = self.vectors[item : item + 1].astype(np.float64)
        values = np.array([-float((v * self._weighed(v)).sum()) for v in (its, user)])
        frame = contribution_frame(Kind.WHOLE, np.array([-1, -2]), ["", ""], values)
        return frame.assign(words=[ITS_LENGTH, YOUR_LENGTH])

    def _lengths(self, dtype: type) -> np.ndarray:
        """(n_items,): of the items' vectors, 1 where one is zero."""
        lengths = np.linalg.norm(self.vectors.astype(np.float64), axis=1)
        return np.where(lengths > 1e-6, lengths, 1).astype(dtype)

    def _weighed(self, vectors: np.ndarray) -> np.ndarray:
        return vectors if self.concepts is None else self.concepts.weighed(vectors, self.alpha)

    def arrays(self) -> dict[str, np.ndarray]:
        """The concepts and their weights; nothing without."""
        if self.concepts is None:
            return {}
        phrases = np.array(self.concepts.phrases, dtype=np.str_)
        return {"phrases": phrases, "basis": self.concepts.basis, "alpha": self.alpha}


def fit(
    profiles: Profiles, items: ItemSide, recipe: MatchRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Match:
    """Nothing is fitted but, where asked for, the weights of concepts (see `match_weights`)."""
    _check(recipe)
    plain = Match(recipe, items)
    if not recipe.weighted or items.concepts is None:
        return plain
    from llmrec_core.signals.match_weights import fit_weights

    concepts = items.concepts()
    if concepts is None:  # the catalogue names nothing
        return plain
    found = fit_weights(plain, profiles, concepts, seed=recipe.seed)
    return Match(recipe, items, concepts, found.alpha)


def _check(recipe: MatchRecipe) -> None:
    """Raises `InputError` for settings that mean nothing."""
    if recipe.similarity not in GRID["similarity"] or recipe.of not in GRID["of"]:
        raise InputError(
            f"A match cannot be the {recipe.similarity!r} of {recipe.of!r}: the similarities are "
            f"{', '.join(map(str, GRID['similarity']))}, of {', '.join(map(str, GRID['of']))}."
        )
    if not recipe.centred and recipe.of != "history":
        raise InputError(
            "The raw match (centred=False) is of the history alone: what sentences were centred "
            "on is no part of a profile. Set of=history."
        )


def load(
    recipe: MatchRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Match:
    """The signal as it was stored."""
    if "alpha" not in arrays:
        return Match(recipe, items)
    from llmrec_core.concepts import Concepts

    phrases = tuple(map(str, arrays["phrases"]))
    return Match(recipe, items, Concepts(phrases, arrays["basis"]), arrays["alpha"])
