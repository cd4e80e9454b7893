"""Where a user stands along concepts, beside the mean user and an item: bars or a radar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.charts.labels import label

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}
UNIT = "Cosine with the concept (0: says nothing of it)"


def bar_figure(phrases: Sequence[str], places: Mapping[str, np.ndarray]) -> go.Figure:
    """A row of bars a concept, a colour for each of `places` (name -> (K,) cosines)."""
    import plotly.graph_objects as go

    rows = list(range(len(phrases)))
    names = [label(phrase, 200) for phrase in phrases]
    figure = go.Figure(
        [
            go.Bar(
                x=np.asarray(values, float).tolist(), y=rows, orientation="h", name=label(name, 40),
                customdata=names, hovertemplate="%{customdata}: %{x:.3f}",
            )
            for name, values in places.items()
        ]
    )
    figure.update_layout(
        barmode="group", legend=LEGEND, xaxis={"title": UNIT, "zeroline": True},
        yaxis={
            # Rows by position: two shortened labels may be the same.
            "tickvals": rows, "ticktext": [label(phrase, 32) for phrase in phrases],
            "autorange": "reversed", "automargin": True,
        },
        height=130 + (14 + 12 * len(places)) * max(len(phrases), 1), margin={"t": 30, "r": 20},
    )  # fmt: skip
    return figure


def radar_figure(phrases: Sequence[str], places: Mapping[str, np.ndarray]) -> go.Figure:
    """The same round a circle, a closed line for each of `places`; the middle is the least one."""
    import plotly.graph_objects as go

    angles = (np.arange(len(phrases)) * 360 / max(len(phrases), 1)).tolist()
    names = [label(phrase, 200) for phrase in phrases]
    figure = go.Figure()
    for name, values in places.items():
        radius = np.asarray(values, float).tolist()
        figure.add_trace(
            go.Scatterpolar(
                r=[*radius, *radius[:1]], theta=[*angles, *angles[:1]], name=label(name, 40),
                mode="lines+markers", customdata=[*names, *names[:1]],
                hovertemplate="%{customdata}: %{r:.3f}",
            )
        )
    figure.update_layout(
        legend={**LEGEND, "y": 1.12}, height=600, margin={"t": 90, "b": 60, "l": 110, "r": 110},
        polar={
            "bgcolor": "rgba(0,0,0,0)",  # the theme's own shows through, light or dark
            "angularaxis": {"tickvals": angles, "ticktext": [label(p, 24) for p in phrases],
                            "direction": "clockwise", "rotation": 90},
            "radialaxis": {"angle": 90, "tickangle": 90, "nticks": 5},
        },
    )  # fmt: skip
    return figure
