"""Two maps that are read together: what is picked in one lit in the other, one legend for both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.map_figure import ITEMS, RED, USERS

if TYPE_CHECKING:
    import plotly.graph_objects as go


def light(figure: go.Figure, items: Sequence[int], users: Sequence[int]) -> go.Figure:
    """The map with these rows as if they were selected in it: all other points grow faint.

    Marks stay as they are.
    """
    wanted = {ITEMS: np.asarray(items, np.int64), USERS: np.asarray(users, np.int64)}
    for trace in figure.data:
        if trace.meta in wanted and len(trace.customdata) == len(trace.x) and not _is_mark(trace):
            rows = np.asarray(trace.customdata)
            trace.selectedpoints = np.flatnonzero(np.isin(rows, wanted[trace.meta])).tolist()
            trace.unselected = {"marker": {"opacity": 0.08}}
            if trace.meta == USERS:
                trace.selected = {"marker": {"color": RED, "opacity": 0.9}}
    return figure


def _is_mark(trace: go.Scattergl) -> bool:
    """Marks name a symbol, points do not."""
    return trace.marker.symbol is not None


_ROW, _IN_A_ROW = 21, 3


def legend_of(figure: go.Figure) -> go.Figure:
    """The legend of a map alone, without WebGL, to stand once below several maps.

    Its traces are those of the map in their order, so that the theme gives them the same colours.
    """
    import plotly.graph_objects as go

    named = sum(trace.showlegend is not False for trace in figure.data)
    height = _ROW * (2 + -(-named // _IN_A_ROW))
    empty: dict[str, Any] = {"visible": False, "fixedrange": True}
    traces = [
        go.Scatter(
            x=[None], y=[None], mode="markers", name=trace.name, marker=_marker(trace),
            showlegend=trace.showlegend is not False, hoverinfo="skip",
        )
        for trace in figure.data
    ]
    return go.Figure(traces).update_layout(
        height=height, margin={"l": 0, "r": 0, "t": 0, "b": 0}, xaxis=empty, yaxis=empty,
        dragmode=False, legend={
            "orientation": "h", "x": 0, "y": 1, "yanchor": "top", "itemsizing": "constant",
            "maxheight": 1, "itemclick": False, "itemdoubleclick": False,
            "title": figure.layout.legend.title,
        },
    )  # fmt: skip


def without_legend(figure: go.Figure) -> go.Figure:
    """The map alone, for a legend that stands elsewhere."""
    figure.update_traces(marker_showscale=False, selector={"meta": ITEMS})
    return figure.update_layout(showlegend=False)


def _marker(trace: go.Scattergl) -> dict[str, Any]:
    """The trace's marker, a colour scale lying flat below the names."""
    marker: dict[str, Any] = trace.marker.to_plotly_json()
    if marker.get("showscale"):
        flat = {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom",
                "len": 0.6, "thickness": 8}
        marker |= {"color": [0], "colorbar": {**marker["colorbar"], **flat}}
    return marker
