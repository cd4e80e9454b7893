"""Settings and weights chosen on held-out training rows: one setting at a time, then the blend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import signals
from llmrec_core.behaviour import Split, SplitKind, split
from llmrec_core.steer.weights import STEERED, Point, Steered, enough, tried
from llmrec_core.threads import one_thread
from llmrec_core.validation import Validation

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals import ItemSide
    from llmrec_core.steer import Swaps

GRIDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "description": {"reg_user": (0.1, 0.3, 1.0), "reg_item": (0.03, 0.1, 0.3), "level": (0.0, 0.5)},
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

@dataclass(frozen=True)
class Choice:
    """The settings of every signal, the weights of the blend, and how they fared in validation."""

    recipes: dict[str, Recipe]
    weights: dict[str, float]
    """What lists are made with: the most accurate weights, the description's raised until an edit
    of it is followed (see `steer.weights.enough`)."""
    validation: dict[str, float]
    """NDCG on the validation rows of each signal alone, of the blend with the most accurate
    weights and, as «blend, steerable», of the one with `weights`."""
    accurate: dict[str, float] = field(default_factory=dict)
    """The most accurate weights."""
    curve: tuple[Point, ...] = ()
    """What each weight of the description is worth in accuracy, tail share and steering."""
    without: dict[str, float] = field(default_factory=dict)
    """The most accurate weights of the other signals alone; empty where nobody asked for them."""

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "recipes": {name: r.document() for name, r in self.recipes.items()},
            "weights": self.weights, "validation": self.validation, "accurate": self.accurate,
            "curve": [point.document() for point in self.curve],
            **({"without": self.without} if self.without else {}),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Choice:
        """The choice as it was stored."""
        recipes = {
            name: signals.recipe_from(name, r) for name, r in document["recipes"].items()
        }
        weights = dict(document["weights"])
        return cls(
            recipes, weights, dict(document["validation"]),
            dict(document.get("accurate", weights)),
            tuple(Point(**point) for point in document.get("curve", ())),
            dict(document.get("without", {})),
        )


Fold = tuple["Profiles", Any]
"""Profiles of inner training rows (what signals are fitted on) and the csr of what was held out."""

Attempt = tuple["Recipe", float, np.ndarray]
"""Settings, their NDCG in validation, and the normalised validation scores."""


Judged = tuple[Mapping[str, np.ndarray], Validation]
"""Normalised validation scores of every signal, and who judges them."""


def splits_like(first: Split) -> list[Split]:
    """The splits that weights are judged on: `first`, and two more like it.

    Weights fitted on one split follow its noise: on MovieLens-100K they differ more from seed to
    seed than signals differ. Random splits are drawn again with other seeds, splits by time cut
    at half and at one and a half times the share; the last row of a user is only one split.
    """
    if first.kind == SplitKind.LAST_ONE:
        return [first]
    if first.kind in (SplitKind.RANDOM, SplitKind.RANDOM_BY_ITEM):
        return [replace(first, seed=first.seed + k) for k in range(3)]
    return [replace(first, share=first.share * k) for k in (1.0, 0.5, 1.5)]


def make_folds(
    rows: Behaviour, first: Split, described: Callable[[Behaviour], Profiles]
) -> list[Fold]:
    """The folds of training `rows`; `described` makes profiles from a fold's inner rows alone.

    Empty where `first` holds nothing out (nobody has enough rows), or everything.
    """
    out = []
    for recipe in splits_like(first):
        inner, held_out = split(rows, recipe)
        if len(held_out) and len(inner):
            out.append((described(inner), held_out.matrix()))
        elif not out:
            return []
    return out


def choose(
    given: Sequence[Fold], items: ItemSide, *, n: int = 10,
    names: Sequence[str] = signals.NAMES, search: bool = True, swaps: Swaps | None = None,
    without: bool = False,
    progress: Callable[[int, int, str], object] | None = None,
) -> Choice:
    """Choose settings (by coordinate, from the defaults) and weights by validation NDCG@n.

    Settings are chosen on the first fold, weights by the mean over all folds; `search=False` keeps
    the default settings. `validation` holds the figures of the first fold. With `swaps` (of users
    of the first fold) the description weighs at least as much as following them takes. `without`
    also fits weights of the other signals alone, on the same folds.
    """
    (profiles, held_out), *others = given
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
        judged: list[Judged] = [(values, judge)]
        judged += [_judged(fold, items, recipes, n) for fold in others]
        accurate, _ = fit_weights(judged)
        curve: tuple[Point, ...] = ()
        weights = accurate
        if swaps is not None and STEERED in accurate:
            fitted = {
                name: signals.fit(name, profiles, items, recipe, memo)
                for name, recipe in recipes.items()
            }
            curve = _curve(judged, accurate, Steered(swaps, fitted))
            weights = accurate | {STEERED: enough(curve, accurate[STEERED])}
        validation["blend"] = judge.ndcg(_blended(values, accurate))
        validation["blend, steerable"] = judge.ndcg(_blended(values, weights))
        bare = _bare(judged, accurate) if without else {}
    return Choice(recipes, weights, validation, accurate, curve, bare)


def _bare(judged: Sequence[Judged], accurate: Mapping[str, float]) -> dict[str, float]:
    """The most accurate weights of a blend that has no description; {} where nothing is left.

    Weights of their own, or those of `accurate` where these do better without the description:
    the ascent may end elsewhere, and that is nothing which the description is worth.
    """
    left = [
        ({name: v for name, v in values.items() if name != STEERED}, judge)
        for values, judge in judged
    ]
    if not left[0][0]:
        return {}
    weights, best = fit_weights(left)
    rest = {name: weight for name, weight in accurate.items() if name != STEERED}
    worth = np.mean([judge.ndcg(_blended(values, rest)) for values, judge in left])
    return rest if any(rest.values()) and worth > best else weights


def _curve(
    judged: Sequence[Judged], accurate: Mapping[str, float], steered: Steered
) -> tuple[Point, ...]:
    """What each weight of the description is worth, the other weights kept.

    NDCG is the mean over the folds in `judged`, the tail share that of the first.
    """
    values, judge = judged[0]
    points = []
    for weight in tried(accurate):
        weights = dict(accurate) | {STEERED: weight}
        if not any(weights.values()):
            continue  # nothing is ranked
        totals = [_blended(v, weights) for v, _ in judged]
        worth = [j.ndcg(t) for (_, j), t in zip(judged, totals, strict=True)]
        right = float(steered.right(weights).mean())
        points.append(Point(weight, float(np.mean(worth)), judge.tail_share(totals[0]), right))
    return tuple(points)


def _judged(fold: Fold, items: ItemSide, recipes: Mapping[str, Recipe], n: int) -> Judged:
    """The normalised validation scores of one more fold, under settings already chosen."""
    profiles, held_out = fold
    judge, memo = Validation(profiles, held_out, n), signals.Memo()
    values = {
        name: judge.normalised(signals.fit(name, profiles, items, recipe, memo))
        for name, recipe in recipes.items()
    }
    return values, judge


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
    judged: Sequence[Judged], *, rounds: int = 4
) -> tuple[dict[str, float], float]:
    """Non-negative weights by coordinate ascent on NDCG, from the best signal alone at weight 1.

    NDCG is the mean over the folds in `judged`. A weight moves only for a gain above 1e-4, so
    that noise does not add signals.
    """
    names = list(judged[0][0])

    def worth(totals: Sequence[np.ndarray]) -> float:
        return float(np.mean([j.ndcg(t) for (_, j), t in zip(judged, totals, strict=True)]))

    first = max(names, key=lambda name: worth([values[name] for values, _ in judged]))
    weights = dict.fromkeys(names, 0.0) | {first: 1.0}
    best = worth([values[first] for values, _ in judged])
    for _ in range(rounds):
        before = best
        for name in names:
            rest = [_blended(values, weights | {name: 0.0}) for values, _ in judged]
            alone = not any(weights[other] for other in names if other != name)
            for step in STEPS:
                if step == weights[name] or (alone and step == 0):
                    continue  # with all weights 0 nothing is ranked
                score = worth(
                    [r + step * values[name] for r, (values, _) in zip(rest, judged, strict=True)]
                )
                if score > best + 1e-4:
                    best, weights[name] = score, step
        if best - before < 1e-4:
            break
    return weights, best


def _blended(values: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """(users, n_items) float32: the weighted sum."""
    some = next(iter(values.values()))
    total = np.zeros_like(some)
    for name, weight in weights.items():
        if weight:
            total += np.float32(weight) * values[name]
    return total
