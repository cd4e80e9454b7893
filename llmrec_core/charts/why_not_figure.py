"""What one item lacks against another as a waterfall: a step a signal, down to what decides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from llmrec_core.charts.ledger_figure import ledger_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ROOM = 0.22
"""Room on either side for the numbers beside the bars, as a share of the widest."""


def difference_figure(parts: Sequence[tuple[str, float]]) -> go.Figure:
    """Steps of `(signal, points ahead)`, the largest first, and their sum as the last bar.

    Unlike a score the steps go both ways, so there is room for numbers on the left too. Raises
    `InputError` for a difference that is not finite.
    """
    figure = ledger_figure(
        parts, title="", unit="points, this item less the other", total="sum",
        most=max(2, len(parts)),
    )
    ordered = sorted((value for _, value in parts), key=lambda value: -abs(value))
    ends = [0.0, *accumulate(ordered)]
    low, high = min(ends), max(ends)
    room = _ROOM * ((high - low) or 1.0)
    figure.update_xaxes(range=[low - room, high + room])
    figure.update_layout(margin={"t": 10, "r": 10})
    return figure
