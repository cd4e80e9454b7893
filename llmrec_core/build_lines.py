"""What the command says when a build is done: who wrote, what was chosen, how the map came out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np


def placement_line(placed: dict[str, float]) -> str:
    """How near users lie to what they like, in one sentence."""
    liked, others = placed["liked_distance"], placed["random_distance"]
    if not np.isfinite([liked, others]).all():
        return "How near users lie to items they like is undefined: too few points."
    return (
        f"On the map users lie {liked:.2f} from items they like and {others:.2f} from random "
        "items (medians, map units)."
    )


def writers_line(card: dict[str, Any]) -> str:
    """Who wrote the descriptions, in one sentence; "" where it was the template alone."""
    writers, stood_in = card.get("writers", {}), card.get("fallbacks", 0)
    if not set(writers) - {"template"} and not stood_in:
        return ""
    counted = ", ".join(f"{count:,} by {name}" for name, count in sorted(writers.items()))
    words = f"Descriptions: {counted}."
    if stood_in:
        reason = next(iter(card["reasons"]))
        words += f" For {stood_in:,} the template stands in, most often because: {reason}"
    return words


def signal_lines(card: dict[str, Any]) -> Iterator[str]:
    """The fitted weights and how sure they are, then why a signal is part of the blend or not.

    From the card of the choice: a line of weights, then a line for each signal with a reason.
    """
    from llmrec_core.signals import label
    from llmrec_core.tune.intervals import ranges_line

    if words := ranges_line(card["choice"]):
        yield words
    for name, why in card["choice"].get("reasons", {}).items():
        yield f"{label(name)}: {why}"
