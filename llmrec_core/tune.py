"""Settings and weights chosen on held-out training rows: one setting at a time, then the blend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import signals
from llmrec_core.blend import standardise_many
from llmrec_core.metrics import ndcg
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals import ItemSide

GRIDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "description": {"reg_user": (0.3, 1.0, 3.0), "reg_item": (0.1, 0.3, 1.0), "level": (0.0, 0.5)},
    "taste": {
        "recency": (0.0, 0.4, 0.7), "reg_item": (0.03, 0.1, 0.3), "reg_user": (0.1, 0.3, 1.0),
        "level": (0.0, 0.5),
    },
    "collaborative": {
        "reg": (100.0, 200.0, 300.0, 500.0), "recency": (0.0, 0.4, 0.7),
        "dropout": (0.0, 0.3, 0.5), "zero_diagonal": (True, False), "level": (0.0, 0.2, 0.4),
    },
    "sequence": {"reg": (3.0, 10.0, 30.0), "span": (20.0, 50.0, 100.0), "window": (10, 20, 40)},
    "popularity": {},
}
"""What is tried for each setting, in this order, the others kept."""

STEPS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Weights tried in turn for each signal."""

MOST_USERS = 2000
"""Validation users looked at; more would make the choice slower, hardly better."""


@dataclass(frozen=True)
class Choice:
    """The settings of every signal, the weights of the blend, and how they fared in validation."""

    recipes: dict[str, Recipe]
    weights: dict[str, float]
    validation: dict[str, float]
    """NDCG on the validation rows of each signal alone and of the blend."""

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "recipes": {name: r.document() for name, r in self.recipes.items()},
            "weights": self.weights, "validation": self.validation,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Choice:
        """The choice as it was stored."""
        recipes = {
            name: signals.recipe_from(name, r) for name, r in document["recipes"].items()
        }
        return cls(recipes, dict(document["weights"]), dict(document["validation"]))


Attempt = tuple["Recipe", float, np.ndarray]
"""Settings, their NDCG in validation, and the normalised validation scores."""


class Validation:
    """The held-out training rows, ready to judge scores by NDCG@n.

    Parameters
    ----------
    profiles : profiles of the inner training rows, one a user.
    held_out : csr (n_users, n_items), non-zero where a row was held out of training.
    """

    def __init__(self, profiles: Profiles, held_out: Any, n: int, seed: int = 42) -> None:
        users = np.flatnonzero(np.diff(held_out.indptr) > 0)
        if len(users) > MOST_USERS:
            users = np.sort(np.random.default_rng(seed).choice(users, MOST_USERS, replace=False))
        self.n = n
        self.profiles = profiles.select(users)
        self.seen = self.profiles.history().nonzero()
        self.relevant = held_out[users].toarray() > 0
        self.relevant[self.seen] = False
        self.n_relevant = self.relevant.sum(axis=1)

    def ndcg(self, score: np.ndarray) -> float:
        """Mean NDCG@n of scores (users, n_items); seen items must be at -inf or masked already."""
        n = min(self.n, score.shape[1])
        part = np.argpartition(score, score.shape[1] - n, axis=1)[:, -n:]
        order = np.argsort(-np.take_along_axis(score, part, axis=1), axis=1, kind="stable")
        lists = np.take_along_axis(part, order, axis=1)
        hits = np.take_along_axis(self.relevant, lists, axis=1)
        return float(np.nanmean(ndcg(hits, self.n_relevant)))

    def normalised(self, signal: signals.Signal) -> np.ndarray:
        """(users, n_items) float32: standardised over unseen items, seen ones at -1e9."""
        values = standardise_many(signal.score(self.profiles), self.seen)
        values[self.seen] = -1e9
        return values


def choose(
    profiles: Profiles, held_out: Any, items: ItemSide, *, n: int = 10,
    names: Sequence[str] = signals.NAMES, search: bool = True,
    progress: Callable[[int, int, str], object] | None = None,
) -> Choice:
    """Choose settings (by coordinate, from the defaults) and weights by validation NDCG@n.

    `profiles` holds the inner training rows of all users and is what signals are fitted on;
    `search=False` keeps the default settings and fits the weights only.
    """
    judge, memo = Validation(profiles, held_out, n), signals.Memo()
    recipes: dict[str, Recipe] = {}
    values: dict[str, np.ndarray] = {}
    validation: dict[str, float] = {}
    tell = progress or (lambda done, total, what: None)
    with one_thread():
        for done, name in enumerate(names):
            tell(done, len(names) + 1, name)

            def attempt(recipe: Recipe, name: str = name) -> Attempt:
                value = judge.normalised(signals.fit(name, profiles, items, recipe, memo))
                return recipe, judge.ndcg(value), value

            found = _best_recipe(signals.DEFAULTS[name], attempt, GRIDS[name] if search else {})
            recipes[name], validation[name], values[name] = found
        tell(len(names), len(names) + 1, "weights")
        weights, validation["blend"] = fit_weights(values, judge)
    return Choice(recipes, weights, validation)


def _best_recipe(
    start: Recipe, attempt: Callable[[Recipe], Attempt], grid: Mapping[str, Sequence[Any]]
) -> Attempt:
    """Coordinate search from `start`: the best attempt."""
    best = attempt(start)
    for setting, options in grid.items():
        for option in options:
            if option == getattr(best[0], setting):
                continue
            tried = attempt(replace(best[0], **{setting: option}))
            if tried[1] > best[1]:
                best = tried
    return best


def fit_weights(
    values: Mapping[str, np.ndarray], judge: Validation, *, rounds: int = 4
) -> tuple[dict[str, float], float]:
    """Non-negative weights by coordinate ascent on NDCG, from the best signal alone at weight 1.

    A weight moves only for a gain above 1e-4, so that noise does not add signals.
    """
    names = list(values)
    weights = dict.fromkeys(names, 0.0)
    first = max(names, key=lambda name: judge.ndcg(values[name]))
    weights[first] = 1.0
    total = values[first].copy()
    best = judge.ndcg(total)
    for _ in range(rounds):
        before = best
        for name in names:
            rest = total - weights[name] * values[name]
            for step in STEPS:
                if step == weights[name]:
                    continue
                score = judge.ndcg(rest + step * values[name])
                if score > best + 1e-4:
                    best, weights[name] = score, step
            total = rest + weights[name] * values[name]
        if best - before < 1e-4:
            break
    return weights, best
