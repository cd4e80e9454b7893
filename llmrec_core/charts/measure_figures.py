"""Evaluations in pictures: figures with their intervals, metric against metric, one line a recipe.

Figures carry no colours: whoever shows them brings the theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import GREY

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star", "cross", "hexagon")


def dots_figure(
    names: Sequence[str], groups: Sequence[str], values: np.ndarray,
    intervals: np.ndarray, title: str, *, reference: float = float("nan"), called: str = "",
) -> go.Figure:
    """One dot a row with its interval, from top to bottom; a group is a colour and a symbol.

    `values` (k,) and `intervals` (k, 2), nan where undefined. `reference` is marked by a line
    that is `called` something.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    places = np.arange(len(names))
    for number, group in enumerate(dict.fromkeys(groups)):
        mine = np.flatnonzero([g == group for g in groups])
        low, high = intervals[mine, 0], intervals[mine, 1]
        figure.add_trace(
            go.Scatter(
                x=values[mine].tolist(), y=places[mine].tolist(), name=label(group), mode="markers",
                marker={"size": 9, "symbol": _SYMBOLS[number % len(_SYMBOLS)]},
                error_x={"type": "data", "symmetric": False, "thickness": 1.5, "width": 4,
                         "array": _reach(high - values[mine]),
                         "arrayminus": _reach(values[mine] - low)},
                customdata=[[label(names[k], 80), *intervals[k].tolist()] for k in mine.tolist()],
                hovertemplate="%{customdata[0]}: %{x:.4f} (95 % %{customdata[1]:.4f} to "
                "%{customdata[2]:.4f})<extra></extra>",
            )
        )  # fmt: skip
    if np.isfinite(reference):
        figure.add_vline(x=reference, line_dash="dot", line_color=GREY, line_width=1.5,
                         annotation_text=label(called), annotation_position="top")  # fmt: skip
    figure.update_layout(
        xaxis={"title": title}, legend=LEGEND | {"y": 1.06}, height=170 + 26 * max(1, len(names)),
        yaxis={"tickvals": places.tolist(), "ticktext": [label(name, 44) for name in names],
               "autorange": "reversed", "automargin": True, "zeroline": False},
    )  # fmt: skip
    return figure


def _reach(distance: np.ndarray) -> list[float]:
    """How far an interval reaches to one side; nothing where it is undefined."""
    return np.nan_to_num(np.maximum(distance, 0.0)).tolist()


def scatter_figure(
    names: Sequence[str], groups: Sequence[str], x: np.ndarray, y: np.ndarray, on_front: np.ndarray,
    titles: tuple[str, str],
) -> go.Figure:
    """Recipes by two metrics, a colour and a symbol a group, and a line along the Pareto front.

    Points on the front carry their name where it would not lie on another one's; those without one
    of the values are left out.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    drawn = np.flatnonzero(on_front)
    along = drawn[np.lexsort((y[drawn], x[drawn]))]
    figure.add_trace(
        go.Scatter(
            x=x[along].tolist(), y=y[along].tolist(), mode="lines", name="Pareto front",
            line={"dash": "dot", "width": 1.5}, hoverinfo="skip",
        )
    )
    known = np.isfinite(x) & np.isfinite(y)
    named = _apart(x, y, on_front)
    for number, group in enumerate(dict.fromkeys(groups)):
        mine = np.flatnonzero(known & np.array([g == group for g in groups]))
        figure.add_trace(
            go.Scatter(
                x=x[mine].tolist(), y=y[mine].tolist(), name=label(group), mode="markers+text",
                marker={"size": 10, "symbol": _SYMBOLS[number % len(_SYMBOLS)]},
                text=[label(names[k], 28) if named[k] else "" for k in mine.tolist()],
                textposition="top center", cliponaxis=False,
                customdata=[label(names[k], 80) for k in mine.tolist()],
                hovertemplate="%{customdata}<br>%{x:.4f}, %{y:.4f}<extra></extra>",
            )
        )
    figure.update_layout(
        xaxis={"title": titles[0]}, yaxis={"title": titles[1]}, legend=LEGEND, height=460
    )
    return figure


def _apart(x: np.ndarray, y: np.ndarray, on_front: np.ndarray) -> np.ndarray:
    """(k,) bool: points on the front, the higher ones first, that lie far enough from each other.
    """
    named = np.zeros(len(x), bool)
    wide, high = (float(np.nanmax(v) - np.nanmin(v)) or 1.0 if np.isfinite(v).any() else 1.0
                  for v in (x, y))  # fmt: skip
    drawn = np.flatnonzero(on_front)
    for k in drawn[np.argsort(-y[drawn], kind="stable")]:
        near = (np.abs(x - x[k]) < 0.2 * wide) & (np.abs(y - y[k]) < 0.04 * high)
        named[k] = not (named & near).any()
    return named
