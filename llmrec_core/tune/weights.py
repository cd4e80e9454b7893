"""The weights of a blend, fitted on what signals say of held-out training rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.validation import Validation

STEPS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Weights tried in turn for each signal."""

Judged = tuple[Mapping[str, np.ndarray], "Validation"]
"""Normalised validation scores of every signal, and who judges them."""


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
            rest = [blended(values, weights | {name: 0.0}) for values, _ in judged]
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


def blended(values: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """(users, n_items) float32: the weighted sum."""
    some = next(iter(values.values()))
    total = np.zeros_like(some)
    for name, weight in weights.items():
        if weight:
            total += np.float32(weight) * values[name]
    return total
