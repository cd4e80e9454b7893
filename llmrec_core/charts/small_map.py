"""A small map of a person who is in no build: where they lie, what they named, what they get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import BLUE, GREY, RED, thin
from llmrec_core.charts.map_names import group_notes

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST = 500
"""Items drawn: few enough for plain shapes, without WebGL, so that a slider may redraw them."""


def small_map(
    item_xy: np.ndarray, titles: Sequence[str], person: np.ndarray, *,
    listed: Sequence[int] = (), named: Sequence[int] = (), group: np.ndarray | None = None,
    names: Sequence[str] = (), height: int = 300,
) -> go.Figure:
    """Items (n, 2) as grey points, `person` (2,; nan is nowhere) as a star.

    The rows `listed` are diamonds, the rows `named` rings; `group` (n,) and `names` write the names
    of the largest groups where they are. Items without a place are left out.
    """
    import plotly.graph_objects as go

    placed = np.isfinite(item_xy).all(axis=1)
    shown = thin(item_xy, MOST)
    figure = go.Figure(
        go.Scatter(
            x=item_xy[shown, 0], y=item_xy[shown, 1], mode="markers", name="Items",
            marker={"size": 4, "opacity": 0.4, "color": GREY},
            text=[label(titles[item]) for item in shown], hovertemplate="%{text}<extra></extra>",
        )
    )
    ring = {"symbol": "circle-open", "size": 10, "color": BLUE, "line": {"width": 2}}
    diamond = {"symbol": "diamond", "size": 9, "color": RED}
    for rows, name, marker in ((named, "Named", ring), (listed, "The list", diamond)):
        kept = [row for row in rows if placed[row]]
        if kept:
            figure.add_trace(_marks(item_xy[kept], [titles[row] for row in kept], name, marker))
    if np.isfinite(person).all():
        star = {"symbol": "star", "size": 17, "color": RED}
        figure.add_trace(_marks(person[None], ["This person"], "This person", star))
    notes = [] if group is None else group_notes(
        item_xy, group, names, np.ptp(item_xy[placed], axis=0), keep_off=[person], most=3,
        apart=np.array([0.6, 0.15]),
    )
    axis: dict[str, Any] = {"showgrid": False, "zeroline": False, "showticklabels": False,
                            "ticks": "", "title": "", "fixedrange": True}
    return figure.update_layout(
        xaxis=axis, yaxis={**axis, "scaleanchor": "x", "scaleratio": 1}, annotations=notes,
        height=height, margin={"l": 0, "r": 0, "t": 0, "b": 0}, dragmode=False,
        hovermode="closest", legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
    )


def _marks(
    xy: np.ndarray, titles: Sequence[str], name: str, marker: dict[str, Any]
) -> go.Scatter:
    import plotly.graph_objects as go

    return go.Scatter(
        x=xy[:, 0], y=xy[:, 1], mode="markers", name=name, marker=marker,
        text=[label(title) for title in titles],
        hovertemplate="%{text}<extra>" + name + "</extra>",
    )
