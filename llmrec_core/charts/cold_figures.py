"""Cold start as pictures: lists by how much is known of a user, and lists of new items."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import GREY

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star", "cross", "hexagon")
_HOVER = "%{customdata[0]}: %{y:.4f} (95 % %{customdata[1]:.4f} to %{customdata[2]:.4f})"


def cold_figure(
    known: Sequence[str], rows: Sequence[Mapping[str, Any]], title: str, drawn: Sequence[str]
) -> go.Figure:
    """How good lists are by what is known of a user: a line a recipe, intervals on hover.

    `rows` are {"recipe", "values", "intervals"}, one value for each of `known`; what is no number
    of interactions (a typed sentence) stands apart, with no line to it. The recipes that are not
    in `drawn` wait in the legend.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for number, row in enumerate(rows):
        x, y, told = _apart(known, row)
        figure.add_trace(
            go.Scatter(
                x=x, y=y, customdata=told, name=label(row["recipe"]), mode="lines+markers",
                visible=True if row["recipe"] in drawn else "legendonly",
                marker={"size": 9, "symbol": _SYMBOLS[number % len(_SYMBOLS)]},
                hovertemplate=_HOVER + f"<extra>{label(row['recipe'])}</extra>",
            )
        )
    figure.update_layout(
        # Categories: 0, 1, 3, 5 and 10 interactions are about as far apart in what they tell.
        xaxis={"title": "Known interactions", "type": "category",
               "categoryarray": [label(name, 24) for name in known], "categoryorder": "array"},
        yaxis={"title": label(title), "rangemode": "tozero"}, legend=LEGEND, height=460,
        margin={"t": 30, "r": 10},
    )  # fmt: skip
    return figure


def _apart(
    known: Sequence[str], row: Mapping[str, Any]
) -> tuple[list[str], list[float | None], list[list[Any]]]:
    """Places, values and words of a row's points, a gap before each one that is no number."""
    x: list[str] = []
    y: list[float | None] = []
    told: list[list[Any]] = []
    for name, value, (low, high) in zip(known, row["values"], row["intervals"], strict=True):
        place = label(name, 24)
        if not name.isdigit() and x:
            x, y, told = [*x, place], [*y, None], [*told, ["", 0.0, 0.0]]
        words = f"{place} known" if name.isdigit() else place
        x, told = [*x, place], [*told, [words, low, high]]
        y = [*y, None if math.isnan(value) else value]
    return x, y, told


def new_items_figure(rows: Sequence[Mapping[str, Any]], chance: float, title: str) -> go.Figure:
    """A bar a recipe with its interval and how many times chance it is; chance is a line.

    `rows` are {"recipe", "value", "interval"}, from top to bottom; `chance` may be nan.
    """
    import plotly.graph_objects as go

    known = math.isfinite(chance) and chance > 0
    values = [float(row["value"]) for row in rows]
    times = [f", {value / chance:.1f} × chance" if known else "" for value in values]
    names = [label(row["recipe"], 40) + more for row, more in zip(rows, times, strict=True)]
    bounds = [[float(end) for end in row["interval"]] for row in rows]
    figure = go.Figure(
        go.Bar(
            x=values, y=names, orientation="h", marker={"opacity": 0.5},
            error_x={"type": "data", "symmetric": False, "thickness": 2, "width": 5,
                     "color": GREY,
                     "array": [_reach(b[1] - v) for v, b in zip(values, bounds, strict=True)],
                     "arrayminus": [
                         _reach(v - b[0]) for v, b in zip(values, bounds, strict=True)
                     ]},
            customdata=bounds,
            hovertemplate="%{y}: %{x:.4f} (95 % %{customdata[0]:.4f} to %{customdata[1]:.4f})"
            "<extra></extra>",
        )
    )  # fmt: skip
    if known:
        figure.add_vline(x=chance, line_dash="dot", line_color=GREY, line_width=1.5,
                         annotation_text="chance", annotation_position="top")  # fmt: skip
    figure.update_layout(
        xaxis={"title": label(title), "rangemode": "tozero"}, showlegend=False,
        yaxis={"autorange": "reversed", "automargin": True}, margin={"t": 30, "r": 10},
        height=120 + 30 * max(1, len(rows)),
    )
    return figure


def _reach(distance: float) -> float:
    """How far an interval reaches to one side; nothing where it is undefined."""
    return max(distance, 0.0) if math.isfinite(distance) else 0.0
