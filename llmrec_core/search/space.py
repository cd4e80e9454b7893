"""What a search may try: every signal's settings and its weight, as parameters of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llmrec_core import signals
from llmrec_core.signals.settings import start

if TYPE_CHECKING:
    from optuna.trial import Trial

    from llmrec_core.recipe import Recipe
    from llmrec_core.signals.settings import Given

MOST, STEP = 3.0, 0.05
"""The largest weight that is tried, and how finely: those of the sliders."""

_WEIGHT = "weight"


def suggested(
    trial: Trial, names: Sequence[str], fixed: Given | None = None
) -> tuple[dict[str, Recipe], dict[str, float]]:
    """The recipes and weights of a trial; a signal of weight 0 keeps its default settings.

    Settings that are `fixed` (signal -> setting -> value) are taken as they are.
    """
    recipes: dict[str, Recipe] = {}
    weights: dict[str, float] = {}
    for name in names:
        weights[name] = trial.suggest_float(f"{name}:{_WEIGHT}", 0.0, MOST, step=STEP)
        recipes[name] = start(name, fixed or {})
        if weights[name]:
            given = {
                setting: trial.suggest_categorical(f"{name}:{setting}", options)
                for setting, options in settings_of(name, fixed).items()
            }
            recipes[name] = replace(recipes[name], **given)
    return recipes, weights


def settings_of(name: str, fixed: Given | None = None) -> dict[str, tuple[Any, ...]]:
    """setting -> the values that are tried, the default among them, in a fixed order.

    What is `fixed` of the signal is not tried.
    """
    default = signals.DEFAULTS[name]
    out = {}
    for setting, options in signals.SIGNALS[name].module.GRID.items():
        if setting in (fixed or {}).get(name, ()):
            continue
        usual = getattr(default, setting)
        out[setting] = tuple(options) if usual in options else (usual, *options)
    return out


def parameters(
    recipes: Mapping[str, Recipe], weights: Mapping[str, float], fixed: Given | None = None
) -> dict[str, Any]:
    """The parameters of a trial that `suggested` reads as these recipes and weights."""
    out: dict[str, Any] = {}
    for name, recipe in recipes.items():
        weight = min(round(round(float(weights[name]) / STEP) * STEP, 6), MOST)
        out[f"{name}:{_WEIGHT}"] = weight
        if weight:
            out |= {
                f"{name}:{setting}": getattr(recipe, setting)
                for setting in settings_of(name, fixed)
            }
    return out


def read(
    given: Mapping[str, Any], names: Sequence[str], fixed: Given | None = None
) -> tuple[dict[str, Recipe], dict[str, float]]:
    """The recipes and weights that stored parameters mean."""
    from optuna.trial import FixedTrial

    return suggested(FixedTrial(dict(given)), names, fixed)  # type: ignore[arg-type]
