"""Weightings that have a name: what the build fitted, and what people saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core.answered import FITTED

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

ACCURATE = "most accurate"
"""What the fitted weights are called before the description's was raised."""


def with_names(recommender: Recommender) -> dict[str, dict[str, float]]:
    """Name -> weights: the fitted, the most accurate, and those saved that name signals of today.
    """
    journal, names = recommender.study.journal, recommender.names
    found = {FITTED: recommender.default_weights}
    accurate = {name: recommender.choice.accurate.get(name, 0.0) for name in names}
    if any(accurate.values()) and accurate != found[FITTED]:
        found[ACCURATE] = accurate
    for saved in journal.weight_names():
        weights = journal.weights(saved) or {}
        mine = {name: float(weights.get(name, 0.0)) for name in names}
        if any(mine.values()) and saved not in found:
            found[saved] = mine
    return found
