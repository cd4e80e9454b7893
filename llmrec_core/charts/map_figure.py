"""The map of items and users as one WebGL figure: typed arrays, few traces, no text per point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_colours import Colouring
from llmrec_core.charts.map_thin import ITEM_PARTS, USER_PARTS, shown_note, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

ITEMS, USERS, MARK = "items", "users", "mark"
"""What a trace holds, in its `meta`: `picked_rows` reads it back from a selection."""
MOST_HOVERED = 5_000
"""Points up to which titles travel with the figure; above, details come on click."""
MOST_POINTS = 100_000

GREY, RED, BLUE = "#a3a8b8", "#ff4b4b", "#1c83e1"
"""Streamlit's own grey, red and blue, readable on its light and its dark background."""


class MarkKind(StrEnum):
    """What is pointed out on the map, and so how it is drawn."""

    HISTORY = "history"  # what the user took
    LIST = "list"  # what is recommended to the user
    USER = "user"  # where the user is
    FOUND = "found"  # what a search found, with its name


_STYLES: dict[MarkKind, dict[str, Any]] = {
    MarkKind.HISTORY: {"symbol": "circle-open", "size": 8, "color": BLUE, "line": {"width": 1.5}},
    MarkKind.LIST: {"symbol": "diamond", "size": 10, "color": RED},
    MarkKind.USER: {"symbol": "star", "size": 17, "color": RED},
    MarkKind.FOUND: {"symbol": "circle-open", "size": 18, "color": RED, "line": {"width": 3}},
}


@dataclass(frozen=True)
class Mark:
    """Points drawn over the map: positions `xy` (k, 2), their `titles`, and their `rows`."""

    kind: MarkKind
    name: str
    xy: np.ndarray
    titles: Sequence[str]
    rows: Sequence[int] = ()


def map_figure(
    item_xy: np.ndarray,
    titles: Sequence[str],
    colouring: Colouring,
    *,
    user_xy: np.ndarray | None = None,
    user_ids: Sequence[str] = (),
    marks: Iterable[Mark] = (),
    moves: Iterable[tuple[np.ndarray, np.ndarray]] = (),
    dragmode: str = "pan",
    most: int = MOST_POINTS,
    counts: np.ndarray | None = None,
    lengths: np.ndarray | None = None,
) -> go.Figure:
    """Items (n, 2) coloured by `colouring`, users (m, 2; nan is left out) muted beneath them.

    Each trace's `customdata` holds row numbers as int32. `marks` are drawn above, `moves` are
    arrows from an old to a new position (2,). More than `most` items or users are thinned by
    `thin`, by `counts` (n,) and `lengths` (m,) of interactions where they are given, and the
    figure says so. Colours of categories and scales are left to the theme.
    """
    import plotly.graph_objects as go

    marks = list(marks)
    figure = go.Figure()
    notes = []
    if user_xy is not None:
        shown = thin(user_xy, most, strata=lengths)
        notes += shown_note(shown, _placed(user_xy), "users", lengths, USER_PARTS)
        figure.add_trace(_user_trace(user_xy, user_ids, shown))
    shown = thin(item_xy, most, strata=counts)
    notes += shown_note(shown, _placed(item_xy), "items", counts, ITEM_PARTS)
    figure.add_traces(_item_traces(item_xy, titles, colouring, shown, faint=bool(marks)))
    figure.add_traces([_mark_trace(mark) for mark in marks if len(mark.xy)])
    figure.update_layout(
        xaxis=_AXIS, yaxis={**_AXIS, "scaleanchor": "x", "scaleratio": 1},
        dragmode=dragmode, hovermode="closest", uirevision="map",
        margin={"l": 0, "r": 0, "t": 24 * len(notes), "b": 0},
        legend=_legend(colouring),
        annotations=[arrow(old, new) for old, new in moves],
    )
    if notes:
        figure.update_layout(title={"text": "<br>".join(notes), "font": {"size": 13}})
    return figure


def _placed(xy: np.ndarray) -> int:
    """How many points have a place."""
    return int(np.isfinite(xy).all(axis=1).sum())


def _legend(colouring: Colouring) -> dict[str, Any]:
    """Beside the map; above it where a colour bar has that place."""
    if colouring.names:
        return {"title": {"text": label(colouring.title)}, "itemsizing": "constant"}
    return {"orientation": "h", "x": 0, "y": 1, "yanchor": "top", "itemsizing": "constant"}


_AXIS = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "title": ""}


def picked_rows(
    figure: go.Figure, points: Iterable[Mapping[str, Any]]
) -> tuple[list[int], list[int]]:
    """(item rows, user rows) of the points of a selection, ascending, each once.

    `points` are what the browser sends: `curve_number` (or `curveNumber`) and `customdata`.
    """
    found: dict[str, set[int]] = {ITEMS: set(), USERS: set()}
    for point in points:
        curve = point.get("curve_number", point.get("curveNumber", -1))
        data = point.get("customdata")
        row: Any = data[0] if isinstance(data, list | tuple) and data else data
        if row is None or not 0 <= curve < len(figure.data):
            continue
        kind = str(figure.data[curve].meta)
        if kind in found:
            found[kind].add(int(row))
    return sorted(found[ITEMS]), sorted(found[USERS])


def _item_traces(
    xy: np.ndarray, titles: Sequence[str], colouring: Colouring, rows: np.ndarray, *, faint: bool
) -> list[go.Scattergl]:
    """One trace for each category, or one on a colour scale."""
    marker: dict[str, Any] = {"size": _size(len(rows)), "opacity": 0.6 if faint else 0.85}
    codes = colouring.codes[rows]
    if not colouring.names:
        where, words = zip(*colouring.ticks, strict=True) if colouring.ticks else ((), ())
        bar = {
            "title": {"text": label(colouring.title)}, "tickvals": where, "ticktext": words,
            "thickness": 14, "len": 0.7,
        }
        marker |= {"color": codes, "cmin": 0, "cmax": 100, "showscale": True, "colorbar": bar}
        return [_points(xy, titles, rows, ITEMS, "Items", marker, legend=False)]
    return [
        _points(xy, titles, rows[codes == code], ITEMS, label(name), marker)
        for code, name in enumerate(colouring.names)
        if (codes == code).any()
    ]


def _user_trace(xy: np.ndarray, ids: Sequence[str], rows: np.ndarray) -> go.Scattergl:
    marker = {"size": max(3, _size(len(rows)) - 2), "opacity": 0.3, "color": GREY}
    names = [f"User {name}" for name in ids] if len(rows) <= MOST_HOVERED else ids
    return _points(xy, names, rows, USERS, "Users", marker)


def _points(
    xy: np.ndarray, titles: Sequence[str], rows: np.ndarray, kind: str, name: str,
    marker: dict[str, Any], *, legend: bool = True,
) -> go.Scattergl:
    import plotly.graph_objects as go

    # Titles are sent up to a budget on all points of the kind, so that no category is mute alone.
    spoken = 0 < len(titles) <= MOST_HOVERED
    hover: dict[str, Any] = {"hoverinfo": "none"}
    if spoken:
        shown = [label(titles[row]) for row in rows]
        hover = {"text": shown, "hovertemplate": "%{text}<extra></extra>"}
    return go.Scattergl(
        x=xy[rows, 0].astype(np.float32), y=xy[rows, 1].astype(np.float32), mode="markers",
        customdata=rows.astype(np.int32), marker=marker, meta=kind, name=name,
        showlegend=legend, **hover,
    )


def _mark_trace(mark: Mark) -> go.Scattergl:
    import plotly.graph_objects as go

    kind = USERS if mark.kind is MarkKind.USER else ITEMS
    rows = np.asarray(mark.rows, np.int32)
    return go.Scattergl(
        x=mark.xy[:, 0].astype(np.float32), y=mark.xy[:, 1].astype(np.float32),
        mode="markers+text" if mark.kind is MarkKind.FOUND else "markers",
        text=[label(title) for title in mark.titles], textposition="top center",
        textfont={"color": RED, "size": 13},
        hovertemplate="%{text}<extra>" + label(mark.name) + "</extra>",
        customdata=rows if len(rows) else None, meta=kind if len(rows) else MARK,
        marker=_STYLES[mark.kind], name=label(mark.name),
    )


def arrow(old: np.ndarray, new: np.ndarray) -> dict[str, Any]:
    """An annotation that points from `old` to `new` (2,), in the units of the map."""
    return {
        "x": float(new[0]), "y": float(new[1]), "ax": float(old[0]), "ay": float(old[1]),
        "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "", "showarrow": True,
        "arrowhead": 2, "arrowwidth": 2, "arrowcolor": RED,
    }


def _size(n: int) -> int:
    """Marker diameter in pixels: smaller as points crowd."""
    return 7 if n <= 2_000 else 5 if n <= 20_000 else 3
