"""BPR: factors learned from pairs of a taken item and one that was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe
from llmrec_core.signals.factors import Factors
from llmrec_core.signals.item_item import taken_items
from llmrec_core.signals.memo import Memo
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell


GRID = {"iterations": (50, 100, 200), "shrink": (10.0, 30.0, 100.0)}
"""What is tried on validation rows, in this order."""


@dataclass(frozen=True, kw_only=True)
class BprRecipe(Recipe):
    """Settings of Bayesian personalised ranking."""

    stage: ClassVar[str] = "bpr"
    factors: int = 32
    """Numbers an item and a user have, beside the item's bias."""
    learning_rate: float = 0.01
    reg: float = 0.03
    """L2 penalty of each step."""
    iterations: int = 100
    """Passes over all rows; more of them are not always better."""
    alpha: float = 10.0
    """How much surer a past item is than one that was not taken, when a history's factors are
    found."""
    shrink: float = 30.0
    """Penalty on the factors of a history."""
    seed: int = 42


@dataclass(frozen=True)
class Bpr:
    """score(u, i) = scale y_i' x_u + b_i, x_u found from u's history; see `Factors`."""

    recipe: BprRecipe
    factors: Factors

    name: ClassVar[str] = "bpr"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); the items' biases for a profile with no history."""
        return self.factors.score(profiles.history(), exact=exact)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item, and a line for the item's bias."""
        return self.factors.votes(profile.history(), item)

    def arrays(self) -> dict[str, np.ndarray]:
        """The item factors and biases, and what a history's factors are multiplied by."""
        return self.factors.arrays()


def fit(
    profiles: Profiles, items: ItemSide, recipe: BprRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Bpr:
    """Fit item factors and biases with `implicit` (Rendle et al. 2009), on one thread.

    A history's factors are found by the ridge of `Factors` and brought to the size of those that
    the training gave its users, so that the biases keep their say. On MovieLens-100K that is better
    than the trained factors: validation NDCG@10 .177 against .169 by time and .370 against .317 by
    item with 100 passes; with 25 it is worse (.152 against .156, .294 against .303). `implicit`
    draws negatives by how often they were taken, which its own factors suffer from in such lists.
    """
    r = recipe
    covered = taken_items(profiles)
    history = profiles.history()[:, covered]
    y, bias, size = (memo or Memo()).get(
        "bpr", (r.factors, r.learning_rate, r.reg, r.iterations, r.seed),
        lambda: _trained(history, r, tell),
    )
    found = Factors(covered, y, bias, r.alpha, r.shrink)
    norm = float(np.linalg.norm(found.users(history)))
    return Bpr(r, Factors(covered, y, bias, r.alpha, r.shrink, size / norm if norm else 1.0))


def _trained(
    history: csr_matrix, recipe: BprRecipe, tell: Tell | None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Y (m, k) and biases (m,) float32 of histories (n, m), and the norm of all users' factors."""
    r = recipe
    if not history.nnz:
        none = np.zeros((history.shape[1], r.factors), np.float32)
        return none, none[:, 0], 0.0
    with one_thread():
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        model = BayesianPersonalizedRanking(
            factors=r.factors, learning_rate=r.learning_rate, regularization=r.reg,
            iterations=r.iterations, random_state=r.seed, num_threads=1,
        )
        heard = tell or (lambda done, total: None)
        model.fit(
            history, show_progress=False,
            callback=lambda iteration, *_: heard(iteration + 1, r.iterations),
        )
    # The last column is the bias, against a constant 1 of every user.
    y, bias = model.item_factors[:, :-1], model.item_factors[:, -1]
    size = float(np.linalg.norm(model.user_factors[:, :-1]))
    return np.ascontiguousarray(y, np.float32), np.ascontiguousarray(bias, np.float32), size


def load(recipe: BprRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide) -> Bpr:
    """The signal as it was stored."""
    scale = float(arrays["scale"][0])
    found = Factors(
        arrays["items"], arrays["y"], arrays["bias"], recipe.alpha, recipe.shrink, scale
    )
    return Bpr(recipe, found)
