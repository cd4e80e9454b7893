"""Whether probabilities mean what they say, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llmrec_core.charts.labels import label

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}


def reliability_figure(curves: Mapping[str, Sequence[Mapping[str, Any]]]) -> go.Figure:
    """What was said against what happened, with 95 % intervals; below, how many pairs it was.

    `curves` holds for each model the steps that `metrics.chances.reliability` gives; the first
    model's pairs are the bars. On the dotted line probabilities mean what they say.
    """
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.78, 0.22], vertical_spacing=0.06
    )
    figure.add_trace(
        go.Scatter(x=[0, 100], y=[0, 100], mode="lines", name="as said", line={"dash": "dot"},
                   hoverinfo="skip"), row=1, col=1,
    )  # fmt: skip
    for number, (name, steps) in enumerate(curves.items()):
        happened = [100 * step["happened"] for step in steps]
        figure.add_trace(
            go.Scatter(
                x=[100 * step["said"] for step in steps], y=happened, name=label(name),
                mode="lines+markers", marker={"symbol": ("circle", "diamond")[number % 2]},
                line={"dash": ("solid", "dash")[number % 2]},
                error_y={
                    "type": "data", "symmetric": False, "thickness": 1.2, "width": 3,
                    "array": [100 * (step["interval"][1] - step["happened"]) for step in steps],
                    "arrayminus": [
                        100 * (step["happened"] - step["interval"][0]) for step in steps
                    ],
                },
                customdata=[step["pairs"] for step in steps],
                hovertemplate="said %{x:.1f} %, happened %{y:.1f} % of %{customdata:,} pairs",
            ), row=1, col=1,
        )  # fmt: skip
    first: Sequence[Mapping[str, Any]] = next(iter(curves.values()), ())
    figure.add_trace(
        go.Bar(
            x=[50 * (step["from"] + step["to"]) for step in first],
            y=[step["pairs"] for step in first], showlegend=False, width=8,
            hovertemplate="%{y:,} pairs<extra></extra>",
        ), row=2, col=1,
    )  # fmt: skip
    figure.update_xaxes(range=[0, 100])
    figure.update_xaxes(title="Said (%)", row=2, col=1)
    figure.update_yaxes(title="Happened (%)", range=[0, 100], row=1, col=1)
    figure.update_yaxes(title="Pairs", row=2, col=1)
    figure.update_layout(legend=LEGEND, height=460)
    return figure
