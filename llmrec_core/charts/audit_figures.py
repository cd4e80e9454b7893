"""The audit in pictures: how a figure is spread over users, and one user's texts on the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import GREY, RED, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

_BINS = 24
_MOST_ITEMS = 400


def spread_figure(values: np.ndarray, title: str, unit: str) -> go.Figure:
    """How many users have which value; undefined ones are left out.

    A value that all users share is one bar.
    """
    import plotly.graph_objects as go

    known = values[np.isfinite(values)]
    figure = go.Figure()
    if len(known):
        low, high = float(known.min()), float(known.max())
        ends = (low, high) if high > low else (low - 0.5, high + 0.5)
        count, edges = np.histogram(known, bins=_BINS if high > low else 1, range=ends)
        figure.add_trace(
            go.Bar(
                x=((edges[:-1] + edges[1:]) / 2).tolist(), y=count.tolist(),
                width=(0.94 * np.diff(edges)).tolist(),
                hovertemplate="about %{x:.3g}: %{y} users<extra></extra>",
            )
        )
    else:
        figure.add_annotation(text="Undefined for all users.", showarrow=False)
    figure.update_layout(
        title={"text": label(title), "font": {"size": 14}}, xaxis={"title": label(unit)},
        yaxis={"title": "Users"}, showlegend=False, height=230,
        margin={"t": 40, "b": 10, "l": 10, "r": 10}, bargap=0,
    )
    return figure


def ring_figure(
    item_xy: np.ndarray, titles: Sequence[str], ways: np.ndarray, texts: Sequence[str],
    *, user: np.ndarray | None = None,
) -> go.Figure:
    """The part of the map round one user's texts `ways` (k, 2), items (n, 2) as grey points.

    `texts` are shown on hovering, `user` (2,) is a star where it is finite. Ways that point
    nowhere (nan) are left out.
    """
    import plotly.graph_objects as go

    placed = np.flatnonzero(np.isfinite(ways).all(axis=1))
    low, high = _window(item_xy, ways[placed], user)
    wider = 0.6 * (high - low) * np.array([1.0, 0.1])
    inside = np.flatnonzero(((item_xy >= low - wider) & (item_xy <= high + wider)).all(axis=1))
    shown = inside[thin(item_xy[inside], _MOST_ITEMS)]
    figure = go.Figure(
        go.Scatter(
            x=item_xy[shown, 0], y=item_xy[shown, 1], mode="markers", name="Items",
            marker={"size": 5, "opacity": 0.45, "color": GREY},
            text=[label(titles[item]) for item in shown.tolist()],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=ways[placed, 0], y=ways[placed, 1], mode="markers", name="The text, each way",
            marker={"symbol": "circle-open", "size": 12, "color": RED, "line": {"width": 2}},
            text=[label(texts[way], 120) for way in placed.tolist()],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    if user is not None and np.isfinite(user).all():
        figure.add_trace(
            go.Scatter(
                x=[float(user[0])], y=[float(user[1])], mode="markers", name="By what was liked",
                marker={"symbol": "star", "size": 15, "color": RED},
                hovertemplate="By what was liked<extra></extra>",
            )
        )
    axis: dict[str, Any] = {"showgrid": False, "zeroline": False, "showticklabels": False,
                            "ticks": "", "title": "", "fixedrange": True}
    figure.update_layout(
        xaxis={**axis, "range": [low[0], high[0]]},
        yaxis={**axis, "range": [low[1], high[1]], "scaleanchor": "x", "scaleratio": 1},
        height=340, margin={"l": 0, "r": 0, "t": 0, "b": 0}, dragmode=False, hovermode="closest",
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
    )
    return figure


def _window(
    item_xy: np.ndarray, ways: np.ndarray, user: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """A square round what is drawn, at least three tenths of the map wide."""
    points = ways if user is None or not np.isfinite(user).all() else np.vstack([ways, user])
    extent = float(np.ptp(item_xy[np.isfinite(item_xy).all(axis=1)], axis=0).max())
    wide = max(0.3 * extent, 1.4 * float(np.ptp(points, axis=0).max()))
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return middle - wide / 2, middle + wide / 2
