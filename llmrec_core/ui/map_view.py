"""The map page's view: the figure of it, live or as a picture, and how to read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.atlas import PCA, Atlas
from llmrec_core.charts import map_figure
from llmrec_core.charts.map_figure import Mark
from llmrec_core.errors import MissingArtefactError
from llmrec_core.ui import cached, map_picks, state, webgl
from llmrec_core.ui.map_controls import colouring
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from llmrec_core.recommender import Recommender

HEIGHT = 640
_TOOLS = {
    "scrollZoom": True, "displaylogo": False, "displayModeBar": True,
    "modeBarButtonsToRemove": ["autoScale2d", "toImage"],
}  # fmt: skip


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
        return cached.atlas(study, recommender), recommender
    except MissingArtefactError as error:
        st.info(plain(error), icon=":material/info:")
        st.page_link("pages/study/data.py", label="To the data page", icon=":material/build:")
        st.stop()


def figure(
    atlas: Atlas, choice: str, *, users: bool, marks: Sequence[Mark], most: int,
    moves: Sequence[tuple[np.ndarray, np.ndarray]] = (),
) -> go.Figure:
    """The map as it is asked for, its legend below it: a long one would take the map's width."""
    drawn = map_figure.map_figure(
        atlas.item_xy,
        atlas.tables.items.frame["title"].tolist(),
        colouring(atlas, choice),
        user_xy=atlas.user_xy if users else None,
        user_ids=[atlas.user_id(user) for user in range(len(atlas.user_xy))] if users else (),
        marks=marks, moves=moves,
        # With a lasso in hand Streamlit leaves clicks unanswered; they are the commoner wish.
        dragmode="pan",
        most=most,
    )
    legend = {"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "itemsizing": "constant"}
    return drawn.update_layout(height=HEIGHT, legend=legend)


def draw(atlas: Atlas, drawn: go.Figure, *, static: bool) -> bool:
    """The figure, live; or its picture where that is wanted or the browser has no WebGL.

    Returns whether it is live.
    """
    able = webgl.available()
    if able and not static:
        st.plotly_chart(
            drawn, key="map_chart", on_select=lambda: map_picks.take(atlas, drawn), config=_TOOLS,
            alt=f"{atlas.method} map of {len(atlas.item_xy):,} items and {len(atlas.user_xy):,} "
            "users: what lies close is alike",
        )
        return True
    from llmrec_core.charts.static_map import static_map

    if not able:
        st.warning(
            "This browser has no WebGL, which the live map needs, so this is a picture: nothing "
            "in it can be clicked. Search, colours and the user's list work as ever.",
            icon=":material/image:",
        )
    picture = static_map(drawn, height=HEIGHT, dark=st.context.theme.type == "dark")
    st.image(picture, width="stretch", alt=f"{atlas.method} map of items and users, as a picture")
    return False


def how_drawn(atlas: Atlas) -> str:
    """How to read the map, and how far it can be trusted."""
    if atlas.method == PCA:
        return (
            "First picture (PCA): the two directions in which the items' texts differ most. Users "
            "lie at the mean of up to ten items they like. The UMAP layout replaces it when the "
            "build is done; distances in this picture are rough."
        )
    words = (
        "UMAP of items and users together: what lies close is alike, the axes mean nothing. Items "
        "are held by the nearest items in meaning; a user hangs on up to ten liked items that say "
        "most about them."
    )
    report = atlas.placement
    if not np.isfinite(report.get("ratio", np.nan)):
        return words
    words += (
        f" In map units a user lies {report['liked_distance']:.2f} from liked items and "
        f"{report['random_distance']:.2f} from random items (medians), a ratio of "
        f"{report['ratio']:.2f}: 1 would mean that the map says nothing about users."
    )
    kept = report.get("neighbours_kept", np.nan)
    if np.isfinite(kept):
        words += f" Of an item's nearest items in meaning {100 * kept:.0f} % are nearest here too."
    return words
