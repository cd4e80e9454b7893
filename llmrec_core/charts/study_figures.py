"""A study in pictures: the popularity of its items, and what each signal is worth alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.charts.labels import label

if TYPE_CHECKING:
    import plotly.graph_objects as go

_POINTS = 600
"""Points of the popularity curve; a browser draws more, an eye does not see them."""


def popularity_figure(counts: np.ndarray, *, head: float = 0.2) -> go.Figure:
    """Interactions of every item, most popular first, with the `head` share of items marked.

    `counts` (n_items,) int; items without interactions lie on the axis's end and are not drawn.
    """
    import plotly.graph_objects as go

    falling = np.sort(counts)[::-1]
    drawn = falling[falling > 0]
    # Dense at the steep beginning, even along the tail.
    ends, half = (1, max(len(drawn), 1)), _POINTS // 2
    ranks = np.concatenate([np.geomspace(*ends, half), np.linspace(*ends, half)])
    at = np.unique(ranks.round().astype(int))
    at = at[at <= len(drawn)] - 1
    figure = go.Figure(
        go.Scatter(
            x=(at + 1).tolist(), y=drawn[at].tolist(), mode="lines", fill="tozeroy",
            hovertemplate="item number %{x}: %{y} interactions<extra></extra>",
        )
    )
    if len(drawn):
        _mark_head(figure, int(np.ceil(len(counts) * head)), int(drawn[0]), head)
    figure.update_layout(
        xaxis={"title": "Item, most popular first (rank)", "range": [0, max(len(counts), 1)]},
        yaxis={"title": "Interactions (rows, log scale)", "type": "log", "dtick": 1},
        showlegend=False, height=320, margin={"t": 30, "b": 10},
    )
    return figure


def _mark_head(figure: go.Figure, border: int, top: int, head: float) -> None:
    """A dotted line behind the head. A trace, since a shape is black on every theme."""
    import plotly.graph_objects as go

    figure.add_trace(
        go.Scatter(
            x=[border, border], y=[1, top], mode="lines+text", line={"dash": "dot"},
            text=["", f" the most popular {head:.0%} of items"], textposition="bottom right",
            hoverinfo="skip",
        )
    )


def signals_figure(
    validation: Mapping[str, float], weights: Mapping[str, float], *, n: int = 10
) -> go.Figure:
    """NDCG@n on validation rows of each signal alone and of the blend, one bar each."""
    import plotly.graph_objects as go

    names = list(validation)
    values = [validation[name] for name in names]
    figure = go.Figure(
        go.Bar(
            x=values, y=[label(name) for name in names], orientation="h",
            text=[f"{value:.3f}" for value in values], textposition="auto",
            customdata=[
                f"weight {weights[name]:g}" if name in weights else "all signals, weighted"
                for name in names
            ],
            hovertemplate=f"%{{y}}: NDCG@{n} %{{x:.4f}} (%{{customdata}})<extra></extra>",
        )
    )
    figure.update_layout(
        xaxis={"title": f"NDCG@{n} on validation rows (0 to 1)", "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "automargin": True},
        showlegend=False, height=90 + 36 * max(1, len(names)), margin={"t": 10},
    )
    return figure
