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
from llmrec_core.charts.map_figure import GREY, RED

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0.0}
_SYMBOLS = ("star", "diamond", "square", "triangle-up", "x", "pentagon", "hexagon", "cross")
_OUTLINE = {"width": 1.5, "color": "#ffffff"}
_HEIGHT = 520


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
    figure = go.Figure(go.Scatterternary(
        a=a.tolist(), b=b.tolist(), c=c.tolist(),
        **_plane_trace(colour, as_good, hover, size=_size(len(places), 15)),
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
        ternary={"sum": whole, **sides}, legend=LEGEND, height=_HEIGHT, clickmode="event+select",
        margin={"t": 70, "b": 50, "l": 60, "r": 10}, dragmode=False,
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
    side = _size(len(places), 24)
    figure = go.Figure(go.Scatter(
        x=places[:, 0].tolist(), y=places[:, 1].tolist(),
        **_plane_trace(colour, as_good, hover, size=side, symbol="square"),
    ))  # fmt: skip
    for mark, at in _placed(marks):
        figure.add_trace(go.Scatter(x=[at[0]], y=[at[1]], **_mark_trace(mark, hover)))
    figure.update_layout(
        xaxis={"title": f"Weight of {names[0]}", "zeroline": False, "showgrid": False},
        yaxis={"title": f"Weight of {names[1]}", "zeroline": False, "showgrid": False},
        legend=LEGEND, height=_HEIGHT, margin={"t": 70, "r": 10}, clickmode="event+select",
        dragmode=False,
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
    for good, name, opacity in ((False, "worse beyond the noise", 0.35), (True, "as good", 0.9)):
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
        legend=LEGEND, height=_HEIGHT, margin={"t": 70, "r": 10}, clickmode="event+select",
        dragmode=False,
    )
    return figure


def _plane_trace(
    colour: Values, as_good: np.ndarray, hover: str, *, size: float, symbol: str = "circle"
) -> dict[str, Any]:
    """The points of a plane, coloured; those as good as the best have a ring."""
    known = np.isfinite(colour.values)
    values = np.where(known, colour.values, np.nan)
    return {
        "mode": "markers", "name": "weightings", "showlegend": False,
        "customdata": np.arange(len(values)).tolist(),
        "text": ["as good as the best" if good else "" for good in as_good],
        "hovertemplate": f"{hover}<br>{colour.title} %{{marker.color:{colour.shown}}}"
        "<br>%{text}<extra></extra>",
        "marker": {
            "size": size, "symbol": symbol, "color": [v if np.isfinite(v) else None
                                                      for v in values.tolist()],
            "showscale": True,
            "colorbar": {"title": {"text": colour.title}, "thickness": 12, "len": 0.8,
                         "tickformat": colour.shown},
            "line": {"width": np.where(as_good, 2, 0).tolist(), "color": GREY},
        },
        **_plain_selection(1.0),
    }  # fmt: skip


def _plain_selection(opacity: float) -> dict[str, Any]:
    """A click is shown by a mark of its own: nothing else is to fade."""
    return {"selected": {"marker": {"opacity": opacity}},
            "unselected": {"marker": {"opacity": opacity}}}  # fmt: skip


def _mark_trace(mark: Mark, hover: str) -> dict[str, Any]:
    ring = mark.number < 0
    return {
        "mode": "markers", "name": label(mark.name, 28),
        "customdata": None if ring else [mark.number], "hoverinfo": "skip" if ring else None,
        "hovertemplate": None if ring else f"{hover}<extra>{label(mark.name, 28)}</extra>",
        "marker": (
            {"size": 24, "symbol": "circle-open", "color": RED, "line": {"width": 3}}
            if ring else
            {"size": 13, "symbol": _SYMBOLS[mark.symbol % len(_SYMBOLS)], "line": _OUTLINE}
        ),
        **_plain_selection(1.0),
    }  # fmt: skip


def _placed(marks: Sequence[Mark]) -> list[tuple[Mark, tuple[float, ...]]]:
    """The marks that have a place, the ring round what is looked at below all others."""
    there = [(mark, mark.place) for mark in marks if mark.place is not None]
    return sorted(there, key=lambda one: one[0].number >= 0)


def _size(points: int, at_usual: float) -> float:
    """Markers that nearly touch: `at_usual` pixels for about 256 points, less for more."""
    return float(np.clip(at_usual * np.sqrt(256 / max(points, 1)), 4, 2 * at_usual))
