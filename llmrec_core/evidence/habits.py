"""Facts about how a user chooses and values, whatever the content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.behaviour import NO_TIME
from llmrec_core.evidence.facts import Fact, FactKind
from llmrec_core.evidence.verdicts import ValueKind

if TYPE_CHECKING:
    from llmrec_core.evidence.background import Background
    from llmrec_core.evidence.reading import Reading

MIN_ROWS = 5
"""A habit is not claimed from fewer rows."""


def habit_facts(reading: Reading, crowd: Background) -> list[Fact]:
    """How the user values, how famous the liked items are, how much there is to go by."""
    everything = np.arange(len(reading.item))
    facts = []
    if crowd.kind is ValueKind.RATING and len(everything) >= MIN_ROWS and reading.row[0] >= 0:
        facts.append(
            reading.fact(FactKind.RATING_HABIT, 0, "", everything, _rating(reading, crowd))
        )
    if len(reading.liked) >= MIN_ROWS:
        numbers = _mainstream(reading, crowd)
        facts.append(reading.fact(FactKind.MAINSTREAM, 0, "", reading.liked, numbers))
    facts.append(reading.fact(FactKind.ACTIVITY, 0, "", everything, _activity(reading)))
    return facts


def _rating(reading: Reading, crowd: Background) -> dict[str, float]:
    """Mean, deviation and how many users' standard deviations the mean lies above theirs."""
    usual_mean, spread_of_means = crowd.typical_mean
    usual_deviation, spread_of_deviations = crowd.typical_deviation
    mean, deviation = float(reading.value.mean()), float(reading.value.std())
    return {
        "count": float(len(reading.value)), "mean": mean, "deviation": deviation,
        "generosity": (mean - usual_mean) / max(spread_of_means, 1e-6),
        "decisiveness": (deviation - usual_deviation) / max(spread_of_deviations, 1e-6),
    }


def _mainstream(reading: Reading, crowd: Background) -> dict[str, float]:
    """Mean fame of the liked items and its distance from other users' in their deviations."""
    fame = float(crowd.fame[reading.item[reading.liked]].mean())
    mean, deviation = crowd.typical_fame
    return {"fame": fame, "score": (fame - mean) / max(deviation, 1e-6)}


def _activity(reading: Reading) -> dict[str, float]:
    """Rows, and the days between the first and the last of them where times are known."""
    out = {"count": float(len(reading.item))}
    times = reading.time[reading.time != NO_TIME]
    if len(times):
        out["days"] = float(times.max() - times.min()) / 86_400
    return out
