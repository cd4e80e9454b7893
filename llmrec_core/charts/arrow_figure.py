"""A small map with one arrow: where a text pointed before an edit, and where it points now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import GREY, RED, arrow, thin
from llmrec_core.charts.map_names import group_notes

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST = 400
"""Items drawn: few enough to be drawn as plain shapes, without WebGL, in no time."""
_ROOM = 3.0
"""The window is this many times as wide as the arrow is long…"""
_LEAST = 0.3
"""… but never less than this share of the map."""
_SIDES = 0.6
"""Share of the window that is drawn on either side of it."""


def arrow_figure(
    item_xy: np.ndarray, titles: Sequence[str], old: np.ndarray, new: np.ndarray, *,
    user: np.ndarray | None = None, group: np.ndarray | None = None, names: Sequence[str] = (),
    height: int = 320,
) -> go.Figure:
    """The part of the map round an arrow from `old` to `new` (2,), items (n, 2) as grey points.

    `user` (2,) is drawn as a star where it is finite. `group` (n,) and `names` put the names of
    the groups with most items in the picture at their middle.
    """
    import plotly.graph_objects as go

    low, high = _window(item_xy, old, new, user)
    # Wider than the window: equal scales on both axes stretch it to the shape of the page.
    wider = np.array([_SIDES * (high[0] - low[0]), 0.1 * (high[1] - low[1])])
    inside = np.flatnonzero(((item_xy >= low - wider) & (item_xy <= high + wider)).all(axis=1))
    shown = inside[thin(item_xy[inside], MOST)]
    figure = go.Figure(
        go.Scatter(
            x=item_xy[shown, 0], y=item_xy[shown, 1], mode="markers", name="Items",
            marker={"size": 5, "opacity": 0.45, "color": GREY},
            text=[label(titles[item]) for item in shown], hovertemplate="%{text}<extra></extra>",
        )
    )
    if user is not None and np.isfinite(user).all():
        figure.add_trace(_point(user, "By what was liked", "star", 15))
    figure.add_trace(_point(old, "The text before", "circle-open", 11))
    figure.add_trace(_point(new, "The text now", "circle", 11))
    notes = [arrow(old, new)] if np.linalg.norm(new - old) > 0 else []
    if group is not None:
        notes += group_notes(
            item_xy[inside], group[inside], names, high - low, keep_off=(old, new, user)
        )
    axis: dict[str, Any] = {"showgrid": False, "zeroline": False, "showticklabels": False,
                            "ticks": "", "title": "", "fixedrange": True}
    figure.update_layout(
        xaxis={**axis, "range": [low[0], high[0]]},
        yaxis={**axis, "range": [low[1], high[1]], "scaleanchor": "x", "scaleratio": 1},
        annotations=notes, height=height, margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False, hovermode="closest",
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
    )
    return figure


def _window(
    item_xy: np.ndarray, old: np.ndarray, new: np.ndarray, user: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """The lower left and the upper right corner of what is drawn: a square."""
    points = [old, new] if user is None or not np.isfinite(user).all() else [old, new, user]
    corners = np.array(points, np.float64)
    extent = np.ptp(item_xy[np.isfinite(item_xy).all(axis=1)], axis=0).max()
    length = float(np.linalg.norm(new - old))
    wide = max(_ROOM * length, _LEAST * float(extent), 1.3 * float(np.ptp(corners, axis=0).max()))
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    return middle - wide / 2, middle + wide / 2


def _point(xy: np.ndarray, name: str, symbol: str, size: int) -> go.Scatter:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[float(xy[0])], y=[float(xy[1])], mode="markers", name=name,
        marker={"symbol": symbol, "size": size, "color": RED, "line": {"width": 2, "color": RED}},
        hovertemplate=name + "<extra></extra>",
    )
