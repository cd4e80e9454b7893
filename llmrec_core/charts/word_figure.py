"""One line of the ledger as a heat map: words of the user against words of the item."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.charts.labels import label
from llmrec_core.embed.items import field_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from llmrec_core.explain import Word, WordHeat

ROW = 24
"""Pixels a word of the user."""
OTHERS = "others"
"""The kind of what stands for several words (`WordKind`)."""


def word_figure(heat: WordHeat, *, user: str = "User", item: str = "Item") -> go.Figure:
    """Cells in points of the score, with the sums of rows on the right and of columns on top.

    Words are told by position: a text may say one twice. `user` and `item` name the sides whose
    texts stand side by side. Colours are those of the page's diverging scale, white (or dark) at 0;
    what they mean stands in the corner between the sums.
    """
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=2, cols=2, column_widths=[0.8, 0.2], row_heights=[0.2, 0.8], shared_xaxes=True,
        shared_yaxes=True, horizontal_spacing=0.015, vertical_spacing=0.03,
    )
    rows, columns = (_names(words) for words in (heat.rows, heat.columns))
    x, y = list(range(len(columns))), list(range(len(rows)))
    figure.add_trace(
        go.Heatmap(
            z=heat.cells, x=x, y=y, coloraxis="coloraxis", xgap=1, ygap=1,
            customdata=[[f"{row} × {column}" for column in columns] for row in rows],
            hovertemplate="%{customdata}: %{z:+.4f} points<extra></extra>",
        ), row=2, col=1,
    )  # fmt: skip
    figure.add_trace(_bars(heat.of_columns, x, columns, "v"), row=1, col=1)
    figure.add_trace(_bars(heat.of_rows, y, rows, "h"), row=2, col=2)
    _axes(figure, heat, rows, columns)
    _fields(figure, heat.columns, item, along_x=True)
    _fields(figure, heat.rows, user, along_x=False)
    one_row, one_column = _single(heat.rows), _single(heat.columns)
    sums = np.concatenate([heat.of_rows[one_row], heat.of_columns[one_column]])
    figure.update_layout(
        coloraxis=_scale(heat.cells[np.ix_(one_row, one_column)]) | _legend(),
        coloraxis2=_scale(sums),
        showlegend=False,
        height=270 + ROW * len(rows), margin={"t": 40, "r": 50, "l": 10, "b": 10}, bargap=0.15,
    )
    return figure


def _names(words: Sequence[Word]) -> list[str]:
    return [label(word.label, 28) for word in words]


def _bars(values: np.ndarray, places: list[int], names: list[str], orientation: str) -> go.Bar:
    import plotly.graph_objects as go

    upright = orientation == "v"
    return go.Bar(
        x=places if upright else values, y=values if upright else places, orientation=orientation,
        customdata=names, marker={"color": values, "coloraxis": "coloraxis2"},
        hovertemplate="%{customdata}: %{" + ("y" if upright else "x")
        + ":+.4f} points in all<extra></extra>",
    )  # fmt: skip


def _single(words: Sequence[Word]) -> np.ndarray:
    """Places of all but the sums of other words, beside which single words would lose colour."""
    return np.array([k for k, word in enumerate(words) if word.kind != OTHERS], int)


def _scale(values: np.ndarray) -> dict[str, Any]:
    """The page's diverging colours, the same for a gain and a loss of the same size."""
    most = float(np.abs(values).max(initial=0)) or 1.0
    return {"cmin": -most, "cmax": most, "autocolorscale": True, "showscale": False}


def _legend() -> dict[str, Any]:
    """The scale of the cells, in the corner that the sums leave free."""
    return {
        "showscale": True,
        "colorbar": {
            "orientation": "h", "x": 0.91, "xanchor": "center", "y": 0.9, "yanchor": "middle",
            "len": 0.17, "thickness": 10, "nticks": 3, "tickangle": 0,
            "title": {"text": label("points of a cell"), "side": "top"},
        },
    }


def _axes(figure: go.Figure, heat: WordHeat, rows: list[str], columns: list[str]) -> None:
    def ticks(names: list[str]) -> dict[str, Any]:
        return {"tickvals": list(range(len(names))), "ticktext": names, "showgrid": False}

    figure.update_xaxes(ticks(columns) | {"tickangle": -45, "automargin": True}, row=2, col=1)
    figure.update_yaxes(
        ticks(rows) | {"range": [len(rows) - 0.5, -0.5], "automargin": True}, row=2, col=1
    )
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], showgrid=False, row=2, col=2)
    figure.update_xaxes(title=label("points"), nticks=4, zeroline=True, row=2, col=2)
    figure.update_yaxes(title=label("points"), nticks=4, zeroline=True, row=1, col=1)


def _fields(figure: go.Figure, words: Sequence[Word], side: str, *, along_x: bool) -> None:
    """Name the texts that stand side by side, with a line between them."""
    start = 0
    for field, group in groupby(words, key=lambda word: word.field):
        many = len(list(group))
        if along_x and start:
            figure.add_vline(x=start - 0.5, row=2, col=1, line_width=1, line_color="gray")
        elif start:
            figure.add_hline(y=start - 0.5, row=2, col=1, line_width=1, line_color="gray")
        middle = start + (many - 1) / 2
        told = label(f"{side}'s {field_name(field)}" if field else "", 40)
        place: dict[str, Any] = (
            {"x": middle, "xref": "x3", "y": 1.0, "yref": "paper", "yanchor": "bottom"} if along_x
            else {"x": 1.0, "xref": "paper", "y": middle, "yref": "y3", "xanchor": "left",
                  "textangle": 90}
        )  # fmt: skip
        figure.add_annotation(text=told, showarrow=False, **place)
        start += many
