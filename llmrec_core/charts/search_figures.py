"""A search as a picture: what each trial was worth, and the best so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import GREY

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}


def history_figure(
    history: Sequence[tuple[int, float, float]], usual: float, title: str
) -> go.Figure:
    """Trials as dots, the best so far as steps, and the defaults' value as a dotted line.

    `history` holds (trial number, value, best so far), `usual` the value of the default settings.
    """
    import plotly.graph_objects as go

    number = [int(point[0]) + 1 for point in history]
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=number, y=[point[1] for point in history], mode="markers", name="trial",
            marker={"size": 7, "opacity": 0.6},
            hovertemplate="trial %{x}: %{y:.4f}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=number, y=[point[2] for point in history], mode="lines", name="best so far",
            line={"shape": "hv", "width": 2.5},
            hovertemplate="best after trial %{x}: %{y:.4f}<extra></extra>",
        )
    )
    figure.add_hline(
        y=usual, line_dash="dot", line_color=GREY, line_width=1.5,
        annotation_text="default settings", annotation_position="bottom right",
    )
    figure.update_layout(
        xaxis={"title": "Trial", "rangemode": "nonnegative",
               "dtick": 1 if max(number, default=0) <= 12 else None},
        yaxis={"title": label(title)},
        legend=LEGEND, height=340, margin={"t": 30, "r": 10},
    )  # fmt: skip
    return figure
