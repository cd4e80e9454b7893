"""The controllability report as lines for people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any


def steering_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The three tests by setting, the trade-off, and what the figures mean."""
    first, last = document["ranks"]
    yield (
        f"{document['users']:,} of {document['of']:,} users, attribute {document['attribute']}, "
        f"{document['seconds']:.1f} s"
    )
    yield "swap   the favourite and the least favourite kind change places in the description:"
    yield "       share of users whose list then holds less of the one and more of the other"
    yield f"words  five words of an item at places {first} to {last} are put in: median gain"
    yield "more   «Wants more X.», less «Wants less X.»: share of lists that follow"
    yield "other words: edits in words that neither the template nor the map's lessons use"
    yield f"{'recipe':<30}{'swap':>8}{'95 %':>14}{'words':>8}{'95 %':>14}{'more':>8}{'less':>8}"
    for row in document["rows"]:
        swap, words = row["swap"], row["words"]
        low, high = words.get("interval", (math.nan, math.nan))
        yield (
            f"{row['recipe']:<30}{_percent(swap['right'])}{_between(swap['interval'])}"
            f"{_number(words['median']):>8}{f'{_number(low)}-{_number(high)}':>14}"
            f"{_percent(row['more']['right'])}{_percent(row['less']['right'])}"
        )
    yield "weight of the description against steering (here), NDCG and tail share (validation):"
    for point in document["curve"]:
        yield (
            f"{point['description']:>6.2f}  swap{_percent(point['right'])}"
            f"  ndcg {_fraction(point['ndcg'])}  tail share {_fraction(point['tail_share'])}"
        )


def _percent(share: float) -> str:
    return f"{100 * share:>6.1f} %" if math.isfinite(share) else f"{'undefined':>8}"


def _between(interval: list[float]) -> str:
    low, high = interval
    return f"{100 * low:>7.1f}-{100 * high:.1f}" + " " * 2


def _number(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "undefined"


def _fraction(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "undefined"
