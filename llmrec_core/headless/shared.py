"""What all answers share: weights by name, and numbers as JSON has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.answered import FITTED
from llmrec_core.blend import parse_weights
from llmrec_core.errors import InputError, WrongUseError

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender


def without_nan(value: Any) -> Any:
    """The document with null for undefined numbers, since NaN is no JSON."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(v) for v in value]
    return value


def weights_for(
    recommender: Recommender, given: str | None, rows: int | None = None
) -> tuple[str, np.ndarray]:
    """(name, weights) from a saved name or JSON; for None the fitted ones.

    These are those of people with as few `rows` where validation found any, everybody's without.
    """
    if given is None and rows is not None:
        name, fitted = recommender.fitted_weights(rows)
        return name, recommender.weights(fitted)
    if given is None:
        return FITTED, recommender.weights()
    if given.lstrip().startswith(("{", "[")):
        return "given", recommender.weights(parse_weights(given))
    saved = recommender.study.journal.weights(given)
    if saved is None:
        names = ", ".join(recommender.study.journal.weight_names()) or "none yet"
        raise InputError(
            f"There are no saved weights {given!r} (saved: {names}): give a name or JSON such as "
            '{"taste": 1.0}.'
        )
    return given, recommender.weights(saved)


def named(recommender: Recommender, weights: np.ndarray) -> dict[str, float]:
    """Signal -> its weight as it was given, not as float32 rounds it; `weights` (signals,)."""
    return {name: round(float(w), 6) for name, w in zip(recommender.names, weights, strict=True)}


def check_length(n: int) -> None:
    """Raises `WrongUseError` for a list of fewer than one item."""
    if n < 1:
        raise WrongUseError(f"A list of {n} items is none: ask for 1 or more.")
