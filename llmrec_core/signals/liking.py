"""Liking: how likely it is that somebody likes an item, as log-odds that are a sum of reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.liking_fit import Coefficients, fit_coefficients
from llmrec_core.signals.liking_parts import Parts, fit_parts, latest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.memo import Memo
    from llmrec_core.signals.registry import Tell


GRID: dict[str, tuple[Any, ...]] = {}
"""Nothing is chosen by NDCG: `fit` chooses its penalty by the log-loss of held-out rows."""

OFTEN, EVERYBODY, YOURSELF = (
    "how often anything is liked", "how much everybody likes the item", "how readily you like"
)
"""The words of what no past item says."""


@dataclass(frozen=True, kw_only=True)
class LikingRecipe(Recipe):
    """Settings of the probability of a like."""

    stage: ClassVar[str] = "liking"
    like: str = "level"
    """What a like is: «level», a level of at least `threshold`; «own», one above the user's own
    mean. Where levels do not differ a like is that the item was taken."""
    threshold: float = 0.75
    """The level in [0, 1] from which a row is a like: 4 of 5 stars are 0.75."""
    held_out: str = "last"
    """Which rows of a history coefficients are fitted on: «last» or «random»."""
    share: float = 0.2
    """The share of a history that coefficients are fitted on."""
    means_only: bool = False
    """Only the means of items and users: what the votes of past items are measured against."""
    seed: int = 42


@dataclass(frozen=True)
class Liking:
    """score(u, i) = log-odds of a like = b + sum_k c_k part_k(u, i), see `liking_parts.PARTS`.

    Each past item j adds c_rated r_j S_ji + c_met M_ji + c_text r_j z_j' W z_i / sqrt(h), r_j
    being what its level says beyond both means: all are parts that can be read.
    """

    recipe: LikingRecipe
    items: ItemSide
    parts: Parts
    coefficients: Coefficients

    name: ClassVar[str] = "liking"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items) log-odds."""
        dtype = np.float64 if exact else np.float32
        columns = self.parts.columns(latest(profiles), self.items.vectors, dtype)
        return self.coefficients.log_odds(columns)

    def probability(self, profiles: Profiles) -> np.ndarray:
        """(n_profiles, n_items) float64: the calibrated probability of a like.

        Where a like is that an item is taken, it is the probability that the item is the taken
        one of a pair, the other being drawn from all that the user has not.
        """
        return self.coefficients.probability(self.score(profiles, exact=True))

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item, and three that no past item says."""
        import pandas as pd

        own, c = latest(profile), self.coefficients
        votes = np.asarray(c.weights[2:]) @ self.parts.votes(own, item, self.items.vectors)
        user = float(self.parts.user(own)[0])
        values = np.array([c.base, c.weights[0] * self.parts.item[item], c.weights[1] * user])
        whole = contribution_frame(Kind.WHOLE, np.array([-1, -2, -3]), [""] * 3, values)
        whole["words"] = [OFTEN, EVERYBODY, YOURSELF]
        past = contribution_frame(Kind.PAST_ITEM, own.item, [""] * len(votes), votes)
        return pd.concat([past.assign(words=""), whole], ignore_index=True)

    def arrays(self) -> dict[str, np.ndarray]:
        """The parts and their coefficients."""
        return self.parts.arrays() | self.coefficients.arrays()


def fit(
    profiles: Profiles, items: ItemSide, recipe: LikingRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Liking:
    """Coefficients on rows held out of the training rows, then the parts anew on all of them."""
    own = latest(profiles)
    coefficients, reg, taken = fit_coefficients(own, items.vectors, recipe, tell)
    parts = fit_parts(own, items.vectors, taken=taken, reg=reg, seed=recipe.seed,
                      means_only=recipe.means_only)  # fmt: skip
    return Liking(recipe, items, parts, coefficients)


def load(
    recipe: LikingRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Liking:
    """The signal as it was stored."""
    return Liking(recipe, items, Parts.load(arrays), Coefficients.load(arrays))
