"""How sure a fitted weight is: the range of weights that are as good within the noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.tune.weights import STEPS, blended

if TYPE_CHECKING:
    from llmrec_core.validation import Validation

SURE = 1.96
"""Standard errors that a difference over users has to reach to be more than noise (95 %)."""


def as_good(
    values: Mapping[str, np.ndarray], judge: Validation, weights: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """name -> (lowest, highest) weight that is not worse than `weights` beyond the noise.

    Each signal's weight is moved away from its place through `STEPS`, the others kept, until the
    mean NDCG falls by more than 1.96 standard errors of the users' paired differences. Neighbours
    of a wide range are worth looking at by something other than accuracy.
    """
    usual = judge.per_user(blended(values, weights))
    out = {}
    for name, mine in weights.items():
        rest = blended(values, {**weights, name: 0.0})

        def good(step: float, rest: np.ndarray = rest, name: str = name) -> bool:
            return no_worse(judge.per_user(rest + np.float32(step) * values[name]), usual)

        low = high = float(mine)
        for step in sorted((s for s in STEPS if s < mine), reverse=True):
            if (step == 0 and not rest.any()) or not good(step):
                break
            low = step
        for step in (s for s in STEPS if s > mine):
            if not good(step):
                break
            high = step
        out[name] = (low, high)
    return out


def range_words(ends: Sequence[float]) -> str:
    """«as good within the noise from 0.1 to 0.5», for the lowest and highest weight that is."""
    low, high = ends
    if low == high:
        return "any other is worse beyond the noise"
    most = " or more" if high == max(STEPS) else ""
    return f"as good within the noise from {low:g} to {high:g}{most}"


def ranges_line(choice: Mapping[str, Any]) -> str:
    """«weights, with the range …: taste 0.6 (0.4 to 1), …» of a choice's document; "" without."""
    ranges, weights = choice.get("as_good") or {}, choice.get("accurate") or choice["weights"]
    told = [
        f"{name} {weights[name]:g} ({low:g} to {high:g})"
        for name, (low, high) in ranges.items() if name in weights
    ]
    words = "weights, with the range that is as good within the noise: "
    return words + ", ".join(told) if told else ""


def no_worse(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the mean of `one` is not below that of `other` beyond the noise."""
    gap = (one - other)[~np.isnan(one - other)]
    if not len(gap):
        return True
    error = gap.std(ddof=1) / np.sqrt(len(gap)) if len(gap) > 1 else 0.0
    return bool(gap.mean() + SURE * error >= 0)
