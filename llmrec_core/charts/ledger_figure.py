"""The account of one score as a waterfall: every part is a step, the last bar is their sum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core.charts.labels import label
from llmrec_core.errors import InputError

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_PARTS = 12


def ledger_figure(
    parts: Sequence[tuple[str, float]],
    *,
    title: str = "How the score adds up",
    unit: str = "points of the score",
    total: str = "score",
    most: int = MOST_PARTS,
) -> go.Figure:
    """Horizontal waterfall of `(label, contribution)` parts, the largest first, then their sum.

    Beyond `most` parts the smallest are drawn as one step, so that the steps always lead to the
    score. No parts give a bar of 0. Raises `InputError` for a contribution that is not finite.
    """
    import plotly.graph_objects as go

    steps = _steps(parts, most)
    names = [name for name, _ in steps] + [total]
    values = [value for _, value in steps] + [math.fsum(value for _, value in parts)]
    position = list(range(len(names)))
    figure = go.Figure(
        go.Waterfall(
            x=values,
            # Rows by position: two parts may have one label, and would fall on one bar.
            y=position,
            orientation="h",
            measure=["relative"] * len(steps) + ["total"],
            text=[f"{value:+.3f}" for value in values[:-1]] + [f"{values[-1]:.3f}"],
            textposition="outside",  # inside a narrow bar it would shrink to nothing
            cliponaxis=False,
            customdata=[label(name, 200) for name in names],
            hovertemplate="%{customdata}: %{text}<extra></extra>",
        )
    )
    figure.update_layout(
        title=label(title, 80),
        xaxis={"title": label(unit), "zeroline": True},
        yaxis={
            "tickvals": position,
            "ticktext": [label(name, 36) for name in names],
            "autorange": "reversed",
            "automargin": True,
        },
        height=120 + 28 * len(names),
        margin={"t": 50, "r": 70},  # room for the numbers beside the longest bars
        showlegend=False,
    )
    return figure


def _steps(parts: Sequence[tuple[str, float]], most: int) -> list[tuple[str, float]]:
    """The parts by falling size (ties as given), the smallest folded into one beyond `most`."""
    if most < 2:
        raise InputError(f"A ledger of at most {most} parts cannot be drawn: allow 2 or more.")
    for name, value in parts:
        if not math.isfinite(value):
            raise InputError(f"The part {name!r} of the ledger is {value}: rebuild its signal.")
    ordered = sorted(parts, key=lambda part: -abs(part[1]))
    if len(ordered) <= most:
        return ordered
    rest = ordered[most - 1 :]
    folded = (f"{len(rest)} smaller parts", math.fsum(value for _, value in rest))
    return [*ordered[: most - 1], folded]
