"""Settings one at a time, then the weights of the blend, on held-out training rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import signals
from llmrec_core.signals.settings import start
from llmrec_core.steer.weights import STEERED, Point, Steered, enough, tried
from llmrec_core.threads import suited
from llmrec_core.tune.choice import Choice
from llmrec_core.tune.family import form, settled
from llmrec_core.tune.intervals import as_good
from llmrec_core.tune.weights import Judged, blended, fit_weights
from llmrec_core.validation import Validation

if TYPE_CHECKING:
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals import ItemSide, Signal
    from llmrec_core.signals.settings import Given
    from llmrec_core.steer import Swaps
    from llmrec_core.tune.folds import Fold

Attempt = tuple["Recipe", float, list[np.ndarray]]
"""Settings, their mean NDCG over the folds that settings are chosen on, and the normalised
validation scores of each of these folds."""


Heard = Callable[[str], object]
"""Hears of the steps of a long fit, in words."""


class _Bench:
    """The folds, each with who judges it and the sums that fits on it share."""

    def __init__(
        self, given: Sequence[Fold], items: ItemSide, n: int, heard: Heard | None = None
    ) -> None:
        self.given, self.items, self.heard = given, items, heard
        self.judges = [Validation(profiles, wanted, n) for profiles, wanted in given]
        self.memos = [signals.Memo() for _ in given]

    def fitted(self, name: str, recipe: Recipe, k: int = 0) -> Signal:
        """A signal fitted on fold `k`."""
        def tell(done: int, total: int) -> None:
            if self.heard is not None:
                self.heard(f"{name}, fold {k + 1}, step {done:,} of {total:,}")

        return signals.fit(name, self.given[k][0], self.items, recipe, self.memos[k], tell)

    def value(self, name: str, recipe: Recipe, k: int) -> np.ndarray:
        """Normalised validation scores of a signal on fold `k`."""
        return self.judges[k].normalised(self.fitted(name, recipe, k))

    def attempt(self, name: str, recipe: Recipe, folds: int) -> Attempt:
        """A signal with these settings on the first `folds` folds."""
        values = [self.value(name, recipe, k) for k in range(folds)]
        worth = [judge.ndcg(v) for judge, v in zip(self.judges, values, strict=False)]
        return recipe, float(np.mean(worth)), values

    def judged(self, found: Mapping[str, Attempt]) -> list[Judged]:
        """All folds with the scores of the settings that were found."""
        return [
            (
                {
                    name: values[k] if k < len(values) else self.value(name, recipe, k)
                    for name, (recipe, _, values) in found.items()
                },
                judge,
            )
            for k, judge in enumerate(self.judges)
        ]


def choose(
    given: Sequence[Fold], items: ItemSide, *, n: int = 10,
    names: Sequence[str] = signals.NAMES, search: bool = True, swaps: Swaps | None = None,
    without: bool = False, kept: Collection[str] | None = None, thorough: bool = False,
    progress: Callable[[int, int, str], object] | None = None, fixed: Given | None = None,
) -> Choice:
    """Choose settings (by coordinate, from the defaults) and weights by validation NDCG@n.

    Settings are chosen on the first fold, or by the mean over all of them where that is `thorough`
    (and takes as many times as long); weights by the mean over all folds; `search=False` keeps
    the default settings. `validation` holds the figures of the first fold. With `swaps` (of users
    of the first fold) the description weighs at least as much as following them takes. `without`
    also fits weights of the other signals alone, on the same folds. Where `kept` are given, the
    ways of collaborating that got no weight and are not among them are left out of the choice.
    Settings that are `fixed` (signal -> setting -> value) are taken as they are.
    """
    tell = progress or (lambda done, total, what: None)
    at, mine = [0], fixed or {}
    bench = _Bench(given, items, n, lambda words: tell(at[0], len(names) + 1, words))
    with suited(given[0][0].n_items):
        found: dict[str, Attempt] = {}
        for done, name in enumerate(names):
            at[0] = done
            tell(done, len(names) + 1, name)

            def attempt(recipe: Recipe, name: str = name) -> Attempt:
                return bench.attempt(name, recipe, len(given) if thorough else 1)

            grid = _less(signals.SIGNALS[name].module.GRID, mine.get(name, ())) if search else {}
            found[name] = best_recipe(start(name, mine), attempt, grid)
        tell(len(names), len(names) + 1, "weights")
        judged = bench.judged(found)
        values, judge = judged[0]
        recipes = {name: attempt[0] for name, attempt in found.items()}
        validation = {name: judge.ndcg(value) for name, value in values.items()}
        accurate, _ = fit_weights(judged)
        idle, reasons = settled(accurate, validation, accurate if kept is None else kept)
        reasons |= form(recipes, search)
        recipes, accurate, validation = (_less(d, idle) for d in (recipes, accurate, validation))
        judged = [(_less(held, idle), by) for held, by in judged]
        curve, weights = _steered(bench, judged, recipes, accurate, swaps)
        validation["blend"] = judge.ndcg(blended(values, accurate))
        validation["blend, steerable"] = judge.ndcg(blended(values, weights))
        without_it = bare(judged, accurate) if without else {}
        ranges = as_good(judged[0][0], judge, accurate)
    return Choice(
        recipes, weights, validation, accurate, curve, without_it, reasons, as_good=ranges
    )


def _steered(
    bench: _Bench, judged: Sequence[Judged], recipes: Mapping[str, Recipe],
    accurate: dict[str, float], swaps: Swaps | None,
) -> tuple[tuple[Point, ...], dict[str, float]]:
    """What each weight of the description is worth, and the weights that steering takes."""
    if swaps is None or STEERED not in accurate:
        return (), accurate
    fitted = {name: bench.fitted(name, recipe) for name, recipe in recipes.items()}
    curve = _curve(judged, accurate, Steered(swaps, fitted))
    return curve, accurate | {STEERED: enough(curve, accurate[STEERED])}


def _less(given: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def bare(judged: Sequence[Judged], accurate: Mapping[str, float]) -> dict[str, float]:
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
    worth = np.mean([judge.ndcg(blended(values, rest)) for values, judge in left])
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
        totals = [blended(v, weights) for v, _ in judged]
        worth = [j.ndcg(t) for (_, j), t in zip(judged, totals, strict=True)]
        right = float(steered.right(weights).mean())
        points.append(Point(weight, float(np.mean(worth)), judge.tail_share(totals[0]), right))
    return tuple(points)


def best_recipe(
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
