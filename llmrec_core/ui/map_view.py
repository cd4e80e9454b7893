"""The map page's view: one or two maps, live or as pictures, and how to read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core.atlas import PCA, Atlas
from llmrec_core.charts import map_figure, map_pair
from llmrec_core.charts.map_figure import Mark
from llmrec_core.charts.map_names import group_notes
from llmrec_core.errors import MissingArtefactError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, cached_map, map_arrow, map_marks, map_picks, state, webgl
from llmrec_core.ui.map_controls import Shown, colouring
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT, HEIGHT_OF_TWO = 640, 440
_TOOLS = {
    "scrollZoom": True, "displaylogo": False, "displayModeBar": True,
    "modeBarButtonsToRemove": ["autoScale2d", "toImage"],
}  # fmt: skip
_APART, _APART_IN_TWO = np.array([0.4, 0.05]), np.array([0.6, 0.075])
"""How far apart names of groups are kept, as shares of a map's width and height."""
_PAPER = {
    "light": ("rgba(255,255,255,.78)", "#31333f"), "dark": ("rgba(14,17,23,.72)", "#fafafa"),
}
"""Behind and in the names of groups: half clear, so that points are felt below."""
_TOP = 10
Moves = Sequence[tuple[np.ndarray, np.ndarray]]


def open_map() -> tuple[Atlas, Recommender | None]:
    """The study's map, and its recommender where the build has come that far.

    Ends the page with a hint where there is not even a first picture.
    """
    study = state.current_study()
    try:
        recommender = cached.recommender(study)
    except MissingArtefactError:
        recommender = None
    try:
        return cached_map.named(study, cached.atlas(study, recommender)), recommender
    except MissingArtefactError as error:
        st.info(plain(error), icon=":material/info:")
        st.page_link("pages/study/data.py", label="To the data page", icon=":material/build:")
        st.stop()


@dataclass(frozen=True)
class Asked:
    """What is to be drawn: the first map, colour, display, what was found and what is typed.

    `user` is "" and `weights` is None where there is no list to draw.
    """

    atlas: Atlas
    recommender: Recommender | None
    colour: str
    shown: Shown
    found: tuple[list[int], list[int]]
    user: str = ""
    weights: np.ndarray | None = None
    said: str = ""


def marks_of(asked: Asked, atlas: Atlas, chart: str) -> tuple[list[Mark], Moves]:
    """What is pointed out on one map, and the arrow of an edited description."""
    marks: list[Mark] = []
    moves: Moves = []
    recommender, weights = asked.recommender, asked.weights
    if recommender is not None and asked.shown.user and weights is not None and weights.any():
        marks += map_marks.user_marks(atlas, recommender, asked.user, weights, _TOP)
        moves = map_arrow.moves_of(recommender, atlas, asked.user)
    marks += map_marks.found_marks(atlas, *asked.found)
    marks += map_marks.picked_marks(atlas, *map_picks.ringed(asked.atlas, chart))
    if recommender is not None and asked.said.strip():
        marks += map_marks.said_marks(atlas, recommender, asked.said)
    return marks, moves


def figure(asked: Asked, atlas: Atlas, chart: str, *, height: int = HEIGHT) -> go.Figure:
    """The map as it is asked for, coloured as the first one.

    Its legend lies below it: a long one would take the map's width.
    """
    marks, moves = marks_of(asked, atlas, chart)
    users = asked.shown.users
    behaviour = atlas.behaviour
    version = asked.recommender.version if asked.recommender is not None else ""
    drawn = map_figure.map_figure(
        atlas.item_xy,
        _spoken(atlas.item_xy, lambda: atlas.tables.items.frame["title"].tolist()),
        colouring(asked.atlas, asked.colour, version),
        user_xy=atlas.user_xy if users else None,
        user_ids=_spoken(atlas.user_xy, lambda: list(map(str, behaviour.user_ids))),
        marks=marks, moves=moves,
        # With a lasso in hand Streamlit leaves clicks unanswered; they are the commoner wish.
        dragmode="pan",
        most=asked.shown.most,
        counts=behaviour.counts(), lengths=np.diff(behaviour.bounds()),
    )
    # The first picture of a second space has the groups of the first map, which lie anywhere in it.
    if asked.shown.names and (atlas is asked.atlas or atlas.method != PCA):
        notes = _names(atlas, _APART if height == HEIGHT else _APART_IN_TWO)
        drawn.update_layout(annotations=[*drawn.layout.annotations, *notes])
    items, people = map_picks.ringed(asked.atlas, chart)
    if len(items) + len(people) > map_marks.MOST_NAMED:
        map_pair.light(drawn, items, people)
    legend = {"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "itemsizing": "constant"}
    return drawn.update_layout(height=height, legend=legend)


def _spoken(xy: np.ndarray, names: Callable[[], list[str]]) -> list[str]:
    """The names of points that travel with the figure; of more points none do."""
    return names() if len(xy) <= map_figure.MOST_HOVERED else []


def _names(atlas: Atlas, apart: np.ndarray) -> list[dict[str, Any]]:
    """The names of the groups where their items lie, readable on points of any colour."""
    behind, ink = _PAPER["dark" if _dark() else "light"]
    placed = atlas.item_xy[np.isfinite(atlas.item_xy).all(axis=1)]
    return group_notes(
        atlas.item_xy, atlas.cluster, atlas.cluster_labels, np.ptp(placed, axis=0),
        most=len(atlas.cluster_labels), apart=apart, lines=(0, 1, -1, 2, -2),
        look={"font": {"size": 12, "color": ink}, "bgcolor": behind, "borderpad": 1},
    )


def _dark() -> bool:
    return st.context.theme.type == "dark"


def draw(asked: Asked, atlas: Atlas, drawn: go.Figure, chart: str) -> bool:
    """The figure, live; or its picture where that is wanted or the browser has no WebGL.

    Returns whether it is live.
    """
    able = webgl.available() if chart == map_picks.FIRST else webgl.known()
    if able and not asked.shown.static:
        st.plotly_chart(
            drawn, key=chart, on_select=lambda: map_picks.take(asked.atlas, drawn, chart),
            config=_TOOLS,
            alt=f"{atlas.method} map of {len(atlas.item_xy):,} items and {len(atlas.user_xy):,} "
            "users: what lies close is alike",
        )
        return True
    from llmrec_core.charts.static_map import static_map

    if not able and chart == map_picks.FIRST:
        st.warning(
            "This browser has no WebGL, which the live map needs, so this is a picture: nothing "
            "in it can be clicked. Search, colours and the user's list work as ever.",
            icon=":material/image:",
        )
    picture = static_map(drawn, height=int(drawn.layout.height), dark=_dark())
    st.image(picture, width="stretch", alt=f"{atlas.method} map of items and users, as a picture")
    return False
