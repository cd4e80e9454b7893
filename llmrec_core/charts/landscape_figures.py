"""What weights are worth in pictures: a plane by colour, and accuracy against the long tail.

Points carry their number as `customdata`, so that a click says which one it was. Marks carry theirs
after those of the plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import RED

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "top", "y": -0.17, "xanchor": "left", "x": 0.0}
_SYMBOLS = ("star", "diamond", "square", "triangle-up", "x", "pentagon", "hexagon", "cross")
_MARK = {"size": 12, "color": "#ffffff", "line": {"width": 2, "color": "#16242b"}}
"""Marks lie on any colour of the scale, in a light and in a dark theme."""
_HEIGHT = 500


@dataclass(frozen=True)
class Mark:
    """A weighting with a name: its number, its figures, its place in the plane (None: elsewhere).

    `symbol` says which of the symbols is its own, so that it looks the same in both pictures. A
    number below 0 is what is looked at: a ring, and no click goes to it.
    """

    name: str
    number: int
    ndcg: float
    tail_share: float
    place: tuple[float, ...] | None
    symbol: int = 0


@dataclass(frozen=True)
class Values:
    """What points are coloured by: `values` (k,), `title` heads the scale, `shown` its format."""

    values: np.ndarray
    title: str
    shown: str = ".4f"


def triangle_figure(
    places: np.ndarray, axes: Sequence[str], colour: Values, as_good: np.ndarray,
    marks: Sequence[Mark],
) -> go.Figure:
    """A triangle of three signals: a corner is the sum of the three on that one alone.

    `places` (k, 3) are the weights, `as_good` (k,) bool the points that get an outline.
    """
    import plotly.graph_objects as go

    names = [label(name, 24) for name in axes]
    hover = "<br>".join(f"{name} %{{{key}:.2f}}" for name, key in zip(names, "abc", strict=True))
    a, b, c = places.T
    figure, size = go.Figure(), _size(len(places), 7)
    for mine, trace in _plane_traces(colour, as_good, hover, size, "circle"):
        figure.add_trace(go.Scatterternary(
            a=a[mine].tolist(), b=b[mine].tolist(), c=c[mine].tolist(), **trace
        ))  # fmt: skip
    for mark, at in _placed(marks):
        figure.add_trace(go.Scatterternary(
            a=[at[0]], b=[at[1]], c=[at[2]], **_mark_trace(mark, hover)
        ))  # fmt: skip
    whole = float(places.sum(axis=1).max())
    sides = {
        axis: {"title": {"text": name}, "min": 0, "ticks": "outside", "nticks": 5}
        for axis, name in zip(("aaxis", "baxis", "caxis"), names, strict=True)
    }
    figure.update_layout(
        ternary={"sum": whole, **sides}, showlegend=False, height=_HEIGHT, dragmode=False,
        clickmode="event+select", margin={"t": 40, "b": 20, "l": 58, "r": 58},
    )
    return figure


def square_figure(
    places: np.ndarray, axes: Sequence[str], colour: Values, as_good: np.ndarray,
    marks: Sequence[Mark],
) -> go.Figure:
    """A square along two weights; the arguments are those of `triangle_figure`, places (k, 2)."""
    import plotly.graph_objects as go

    names = [label(name, 24) for name in axes]
    hover = f"{names[0]} %{{x:.2f}}<br>{names[1]} %{{y:.2f}}"
    figure, size = go.Figure(), _size(len(places), 12)
    for mine, trace in _plane_traces(colour, as_good, hover, size, "square"):
        x, y = places[mine].T
        figure.add_trace(go.Scatter(x=x.tolist(), y=y.tolist(), **trace))
    for mark, at in _placed(marks):
        figure.add_trace(go.Scatter(x=[at[0]], y=[at[1]], **_mark_trace(mark, hover)))
    figure.update_layout(
        xaxis={"title": f"Weight of {names[0]}", "zeroline": False, "showgrid": False},
        yaxis={"title": f"Weight of {names[1]}", "zeroline": False, "showgrid": False},
        showlegend=False, height=_HEIGHT, margin={"t": 20, "b": 20, "r": 10},
        clickmode="event+select", dragmode=False,
    )  # fmt: skip
    return figure


def trade_figure(
    ndcg: np.ndarray, tail_share: np.ndarray, front: np.ndarray, as_good: np.ndarray,
    marks: Sequence[Mark], titles: tuple[str, str],
) -> go.Figure:
    """NDCG against tail share: every point of the plane, the Pareto front as a line, the marks.

    `titles` are those of the axes, tail share (across, in per cent) first.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    share = 100 * tail_share
    on_front = np.flatnonzero(front)
    along = on_front[np.lexsort((ndcg[on_front], share[on_front]))]
    hover = "NDCG %{y:.4f}<br>tail share %{x:.1f} %"
    known = np.flatnonzero(np.isfinite(ndcg) & np.isfinite(share))
    for good, name, opacity in ((False, "worse beyond noise", 0.35), (True, "as good", 0.9)):
        mine = known[as_good[known] == good]
        figure.add_trace(go.Scatter(
            x=share[mine].tolist(), y=ndcg[mine].tolist(), mode="markers", name=name,
            customdata=mine.tolist(), marker={"size": 8, "opacity": opacity},
            hovertemplate=f"{hover}<extra></extra>", **_plain_selection(opacity),
        ))  # fmt: skip
    figure.add_trace(go.Scatter(
        x=share[along].tolist(), y=ndcg[along].tolist(), mode="lines+markers",
        name="Pareto front", customdata=along.tolist(), line={"dash": "dot", "width": 1.5},
        marker={"size": 9, "symbol": "circle-open", "line": {"width": 2}},
        hovertemplate=f"{hover}<extra>Pareto front</extra>", **_plain_selection(1.0),
    ))  # fmt: skip
    shown = [mark for mark in marks if np.isfinite(mark.ndcg) and np.isfinite(mark.tail_share)]
    there = [replace(mark, place=(100 * mark.tail_share, mark.ndcg)) for mark in shown]
    for mark, at in _placed(there):
        figure.add_trace(go.Scatter(x=[at[0]], y=[at[1]], **_mark_trace(mark, hover)))
    figure.update_layout(
        xaxis={"title": titles[0], "rangemode": "tozero"}, yaxis={"title": titles[1]},
        legend=LEGEND, height=_HEIGHT, margin={"t": 20, "b": 20, "r": 10},
        clickmode="event+select", dragmode=False,
    )
    return figure


def _plane_traces(
    colour: Values, as_good: np.ndarray, hover: str, size: float, symbol: str
) -> list[tuple[np.ndarray, dict[str, Any]]]:
    """(points, trace): those of a plane that are known, coloured; an outline round the as good.

    The outline is the second trace, as the points that are as good are in `trade_figure`: the
    theme gives both one colour.
    """
    known = np.flatnonzero(np.isfinite(colour.values))
    good = known[as_good[known]]
    shown = f"{hover}<br>{colour.title} %{{text:{colour.shown}}}"
    bar = {"title": {"text": colour.title, "side": "bottom"}, "thickness": 12, "len": 0.7,
           "tickformat": colour.shown, "orientation": "h", "yanchor": "top", "y": -0.14,
           "nticks": 6}  # fmt: skip
    scale = {"color": colour.values[known].tolist(), "showscale": True, "colorbar": bar}
    outline = {"size": size + 4, "symbol": f"{symbol}-open", "line": {"width": 2.5}}
    traces = (
        (known, {"size": size, "symbol": symbol, **scale}, ""),
        (good, outline, "as good as the best"),
    )
    return [
        (mine, {
            "mode": "markers", "marker": marker, "customdata": mine.tolist(), "cliponaxis": False,
            "text": colour.values[mine].tolist(),
            "hovertemplate": f"{shown}<extra>{extra}</extra>", **_plain_selection(1.0),
        })
        for mine, marker, extra in traces
    ]  # fmt: skip


def _plain_selection(opacity: float) -> dict[str, Any]:
    """A click is shown by a mark of its own: nothing else is to fade."""
    return {"selected": {"marker": {"opacity": opacity}},
            "unselected": {"marker": {"opacity": opacity}}}  # fmt: skip


def _mark_trace(mark: Mark, hover: str) -> dict[str, Any]:
    ring = mark.number < 0
    return {
        "mode": "markers", "name": label(mark.name, 28), "cliponaxis": False,
        "customdata": None if ring else [mark.number], "hoverinfo": "skip" if ring else None,
        "hovertemplate": None if ring else f"{hover}<extra>{label(mark.name, 28)}</extra>",
        "marker": (
            {"size": 24, "symbol": "circle-open", "color": RED, "line": {"width": 3}}
            if ring else
            _MARK | {"symbol": _SYMBOLS[mark.symbol % len(_SYMBOLS)]}
        ),
        **_plain_selection(1.0),
    }  # fmt: skip


def _placed(marks: Sequence[Mark]) -> list[tuple[Mark, tuple[float, ...]]]:
    """The marks that have a place, the ring round what is looked at below all others."""
    there = [(mark, mark.place) for mark in marks if mark.place is not None]
    return sorted(there, key=lambda one: one[0].number >= 0)


def _size(points: int, at_usual: float) -> float:
    """Markers that nearly touch: `at_usual` pixels for 256 points, less for more."""
    return float(np.clip(at_usual * np.sqrt(256 / max(points, 1)), 4, 2 * at_usual))
