"""Deletion and insertion curves as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from llmrec_core.explain.faithful import Curves

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}
FAINT = "rgba(128, 128, 128, 0.25)"
"""Grey that is seen on a light and on a dark background."""


def item_figure(curves: Curves) -> go.Figure:
    """One item's score as its reasons go, the strongest first, and in random orders with a band.

    The band holds nine of ten random orders. A third line is what the strongest reasons alone give
    to somebody of whom nothing else is known.
    """
    import plotly.graph_objects as go

    x = curves.count.tolist()
    low, high = np.quantile(curves.random, [0.05, 0.95], axis=0)
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=[*x, *x[::-1]], y=[*high.tolist(), *low.tolist()[::-1]], fill="toself",
            fillcolor=FAINT, line={"width": 0}, name="9 of 10 random orders", hoverinfo="skip",
        )
    )
    for name, score, place, dash, done in (
        ("random order", curves.random.mean(axis=0), np.median(curves.random_places, 0), "dot",
         "away"),
        ("strongest taken away first", curves.deletion, curves.places, "solid", "away"),
        ("only the strongest known", curves.insertion, curves.known_places, "dash", "known"),
    ):
        figure.add_trace(
            go.Scatter(
                x=x, y=score.tolist(), name=name, mode="lines+markers", line={"dash": dash},
                customdata=place.tolist(),
                hovertemplate=f"%{{x}} reasons {done}: %{{y:.3f}} points, "
                "place %{customdata:,.0f}",
            )
        )
    figure.update_layout(
        xaxis={"title": "Reasons taken away, or known"}, yaxis={"title": "Score (points)"},
        legend=LEGEND, height=320, margin={"t": 30, "r": 10},
    )
    return figure


def mean_figure(share: Sequence[float], row: Mapping[str, Any]) -> go.Figure:
    """The mean curves of one recipe: what is left of the way from nothing to all that is known."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for kind, name, dash in (
        ("deletion", "strongest taken away first", "solid"), ("random", "random order", "dot"),
        ("insertion", "only the strongest known", "dash"),
    ):
        figure.add_trace(
            go.Scatter(
                x=[100 * s for s in share], y=[100 * y for y in row["curves"][kind]], name=name,
                mode="lines", line={"dash": dash}, hovertemplate="%{x:.0f} %: %{y:.0f}",
            )
        )
    figure.update_layout(
        title={"text": label(str(row["recipe"])), "font": {"size": 14}}, legend={
            **LEGEND, "y": -0.3, "yanchor": "top"},
        xaxis={"title": "Reasons taken away, or known (%)"},
        yaxis={"title": "Score, all known = 100"}, height=380, margin={"t": 40, "r": 10},
    )
    return figure
