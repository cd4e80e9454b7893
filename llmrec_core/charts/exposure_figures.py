"""The long tail in pictures: Lorenz curve, exposure by popularity decile, gains and losses.

Figures carry no colours: whoever shows them brings the theme. `names` are what the reader calls
the two settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.errors import InputError
from llmrec_core.exposure import ExposureReport, gini, lorenz_points

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

NAMES = ("now", "other setting")
LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0}


def lorenz_figure(
    now: ExposureReport, other: ExposureReport | None = None, *, names: Sequence[str] = NAMES
) -> go.Figure:
    """Lorenz curves of exposure against that of the training interactions and the equal share.

    Axes in per cent; each name in the legend carries its Gini index.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for report, name in _named(now, other, names):
        title = f"{label(name)}, Gini {_number(report.gini)}"
        figure.add_trace(_curve(report.lorenz, title, "solid"))
    past = f"training interactions, Gini {_number(gini(now.counts))}"
    figure.add_trace(_curve(lorenz_points(now.counts), past, "dot"))
    figure.add_trace(_curve(np.array([[0.0, 0.0], [1.0, 1.0]]), "every item alike, Gini 0", "dash"))
    figure.update_layout(
        title="Lorenz curve: how evenly the catalogue is shown",
        xaxis={"title": "Share of the catalogue, least shown first (%)", "range": [0, 100]},
        yaxis={"title": _places(now), "range": [0, 100]},
        # Inside, upper left: a Lorenz curve never gets there.
        legend={"x": 0.02, "y": 0.98, "xanchor": "left", "yanchor": "top"},
    )
    return _say_if_empty(figure, now, other)


def decile_figure(
    now: ExposureReport, other: ExposureReport | None = None, *, names: Sequence[str] = NAMES
) -> go.Figure:
    """Share of shown places (bars) and of training interactions (points) by popularity decile."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for report, name in _named(now, other, names):
        table = report.deciles
        figure.add_trace(
            go.Bar(
                x=table["decile"].to_list(),
                y=_per_cent(table["exposure_share"].to_numpy()),
                name=label(name),
                customdata=table[["items_shown", "items"]].to_numpy(),
                hovertemplate="decile %{x}: %{y:.2f} % of places<br>"
                "%{customdata[0]} of %{customdata[1]} items shown",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=now.deciles["decile"].to_list(),
            y=_per_cent(now.deciles["interaction_share"].to_numpy()),
            name="training interactions",
            mode="markers",
            cliponaxis=False,
            marker={"symbol": "diamond-open", "size": 11, "line": {"width": 2}},
            hovertemplate="decile %{x}: %{y:.2f} % of interactions",
        )
    )
    figure.update_layout(
        title={"text": "Who is shown: exposure by popularity", "y": 0.97, "yanchor": "top"},
        xaxis={"title": "Popularity decile (1 = most popular tenth of the items)", "dtick": 1},
        yaxis={"title": _places(now), "rangemode": "tozero"},
        barmode="group",
        legend=LEGEND,
    )
    return _say_if_empty(figure, now, other)


def change_figure(change: pd.DataFrame, titles: Sequence[str], *, most: int = 10) -> go.Figure:
    """The `most` largest gains and losses of a `compare` frame; `titles` (n_items,) by item number.

    Bars to the right gain places, bars to the left lose them.
    """
    import plotly.graph_objects as go

    gains = change[change["change"] > 0].head(most)
    losses = change[change["change"] < 0].tail(most)
    items = [*gains["item"], *losses["item"]]
    if items and max(items) >= len(titles):
        raise InputError(
            f"Item {max(items)} changed but there are {len(titles)} titles: pass one for each item."
        )
    position = list(range(len(items)))
    figure = go.Figure(
        go.Bar(
            x=[*gains["change"], *losses["change"]],
            y=position,
            orientation="h",
            # Rows by position: two items may have one title, and would fall on one bar.
            customdata=[
                [label(titles[item], 200), before, after]
                for item, before, after in zip(
                    items,
                    [*gains["before"], *losses["before"]],
                    [*gains["after"], *losses["after"]],
                    strict=True,
                )
            ],
            hovertemplate="%{customdata[0]}<br>shown %{customdata[1]} times before, "
            "%{customdata[2]} after<extra></extra>",
        )
    )
    figure.update_layout(
        title="Who gains and who loses places",
        xaxis={"title": "Change in times shown (lists)"},
        yaxis={
            "tickvals": position,
            "ticktext": [label(titles[item], 36) for item in items],
            "autorange": "reversed",
            "automargin": True,
        },
        height=160 + 24 * max(1, len(items)),
    )
    return figure if items else _note(figure, "No item is shown more or less often")


def _named(
    now: ExposureReport, other: ExposureReport | None, names: Sequence[str]
) -> list[tuple[ExposureReport, str]]:
    reports = [now] if other is None else [now, other]
    if other is not None and other.n_items != now.n_items:
        raise InputError(
            f"One setting has {now.n_items} items, the other {other.n_items}: "
            "compare settings over the same catalogue."
        )
    return list(zip(reports, names, strict=False))


def _curve(points: np.ndarray, name: str, dash: str) -> go.Scatter:
    import plotly.graph_objects as go

    return go.Scatter(
        x=_per_cent(points[:, 0]),
        y=_per_cent(points[:, 1]),
        name=name,
        mode="lines",
        line={"dash": dash},
        hovertemplate="the least shown %{x:.1f} % of items: %{y:.2f} %",
    )


def _places(report: ExposureReport) -> str:
    return f"Share of top-{report.n} places (%)"


def _per_cent(shares: np.ndarray) -> list[float]:
    return (100 * shares).tolist()


def _number(value: float) -> str:
    return "undefined" if np.isnan(value) else f"{value:.3f}"


def _say_if_empty(
    figure: go.Figure, now: ExposureReport, other: ExposureReport | None
) -> go.Figure:
    """A note where a setting shows nothing: an empty picture would look like a fault."""
    empty = [r for r in (now, other) if r is not None and not r.shown.any()]
    return _note(figure, "A setting shows no item at all") if empty else figure


def _note(figure: go.Figure, text: str) -> go.Figure:
    where = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    return figure.add_annotation(text=text, **where)
