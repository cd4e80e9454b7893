"""Lists side by side as lines: where each item stands in one list after another.

Figures carry no colours: whoever shows them brings the theme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmrec_core.charts.labels import label
from llmrec_core.charts.map_figure import GREY

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW = 26
"""Pixels of one place."""
MARGIN, MOST_LETTERS = 150, 22
"""Pixels on either side for titles of so many letters."""


def rank_lines(
    lists: Sequence[Sequence[int]], names: Sequence[str], title: Callable[[int], str]
) -> go.Figure:
    """One column a list (item numbers, best first), one line an item through all that hold it.

    Items of the first list keep a colour; those that come new are grey and begin where they first
    are. An item that is missing in between is a broken line.
    """
    import plotly.graph_objects as go

    figure, first = go.Figure(), set(lists[0] if lists else ())
    for item in dict.fromkeys(item for one in lists for item in one):
        places = [one.index(item) + 1 if item in one else None for one in map(list, lists)]
        grey = {} if item in first else {"line": {"color": GREY}, "marker": {"color": GREY}}
        figure.add_trace(
            go.Scatter(
                x=list(range(len(lists))), y=places, mode="lines+markers", connectgaps=False,
                name=label(title(item)), showlegend=False,
                hovertemplate="%{fullData.name}: place %{y}<extra></extra>", **grey,
            )
        )
    longest = max((len(one) for one in lists), default=0)
    figure.update_layout(
        xaxis={"tickvals": list(range(len(lists))), "ticktext": [label(n, 16) for n in names],
               "side": "top", "range": [-0.08, len(lists) - 0.92], "showgrid": False,
               "zeroline": False},
        yaxis={"range": [longest + 0.7, 0.3], "tickvals": [], "showgrid": False,
               "zeroline": False},
        annotations=_ends(lists, title), height=70 + ROW * max(1, longest), hovermode="closest",
        margin={"t": 40, "l": MARGIN, "r": MARGIN, "b": 10},
    )  # fmt: skip
    return figure


def _ends(
    lists: Sequence[Sequence[int]], title: Callable[[int], str]
) -> list[dict[str, object]]:
    """The titles of the first list on the left, of the last one on the right."""
    out: list[dict[str, object]] = []
    if not lists:
        return out
    for place, anchor, shift, one in (
        (0, "right", -10, lists[0]), (len(lists) - 1, "left", 10, lists[-1]),
    ):
        out += [
            {"x": place, "y": k, "text": label(title(item), MOST_LETTERS), "showarrow": False,
             "xanchor": anchor, "xshift": shift, "font": {"size": 12}}
            for k, item in enumerate(one, 1)
        ]  # fmt: skip
    return out
