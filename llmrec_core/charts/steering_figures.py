"""Steering in pictures: the trade-off by weight, places gained, kinds that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}


def trade_off_figure(curve: Sequence[Mapping[str, float]], weight: float) -> go.Figure:
    """Share of lists that follow a swap, NDCG and tail share against the description's weight.

    All three in per cent of their largest value but the first, which is a share; `weight` is the
    one in force, marked by a line.
    """
    import plotly.graph_objects as go

    x = [point["description"] for point in curve]
    figure = go.Figure()
    for key, name, dash in (
        ("right", "lists that follow a swap (%)", "solid"),
        ("ndcg", "NDCG, best = 100", "dash"), ("tail_share", "tail share, best = 100", "dot"),
    ):
        values = np.array([point[key] for point in curve], float)
        known = values[np.isfinite(values)]
        top = 1.0 if key == "right" else float(known.max()) if len(known) else 1.0
        figure.add_trace(
            go.Scatter(
                x=x, y=(100 * values / (top or 1.0)).tolist(), name=name, mode="lines+markers",
                line={"dash": dash}, customdata=values.tolist(),
                hovertemplate="weight %{x}: %{customdata:.4f}",
            )
        )
    figure.add_vline(x=weight, line_dash="dot", annotation_text="in force")
    figure.update_layout(
        xaxis={"title": "Weight of the description"},
        yaxis={"title": "Per cent", "range": [0, 105]}, legend=LEGEND,
    )
    return figure


def places_figure(gained: Mapping[str, Sequence[int]]) -> go.Figure:
    """Distribution of places gained, a trace a setting (name -> places of each user)."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, values in gained.items():
        figure.add_trace(
            go.Histogram(
                x=list(values), name=label(name), opacity=0.6, nbinsx=40,
                hovertemplate="%{x} places: %{y} users",
            )
        )
    figure.update_layout(
        barmode="overlay", legend=LEGEND,
        xaxis={"title": "Places gained (below 0: lost)"}, yaxis={"title": "Users"},
    )
    return figure


def kinds_figure(kinds: Sequence[Mapping[str, Any]]) -> go.Figure:
    """By kind: how often lists lost it as the former favourite and gained it as the former least.

    Kinds that nobody has as either are left out.
    """
    import plotly.graph_objects as go

    told = [row for row in kinds if row["favourite_of"] or row["least_of"]]
    names = [label(str(row["kind"]), 30) for row in told]
    figure = go.Figure()
    for key, count, name in (
        ("falls", "favourite_of", "falls as the former favourite"),
        ("rises", "least_of", "rises as the former least favourite"),
    ):
        figure.add_trace(
            go.Bar(
                x=[100 * row[key] for row in told], y=list(range(len(told))), name=name,
                orientation="h", customdata=[row[count] for row in told],
                hovertemplate="%{x:.0f} % of %{customdata} users",
            )
        )
    figure.update_layout(
        xaxis={"title": "Users (%)", "range": [0, 100]}, legend=LEGEND, barmode="group",
        yaxis={"tickvals": list(range(len(told))), "ticktext": names, "autorange": "reversed",
               "automargin": True},
        height=160 + 34 * max(1, len(told)),
    )  # fmt: skip
    return figure
