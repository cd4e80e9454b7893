"""What was picked on a map, by a click, a lasso or by name: row numbers kept in the session.

Rows mean the same on all maps of a study, so what is picked in one is pointed out in the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.atlas import Atlas
from llmrec_core.charts import map_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

FIRST, SECOND = "map_chart", "map_chart_2"
"""The widget keys of the two maps."""
PICKED, SOURCE = "map_picked", "map_source"
"""What is picked, and the map whose figure shows that by itself: "" where none does."""


def take(atlas: Atlas, drawn: go.Figure, chart: str) -> None:
    """Keep what was picked in `chart` as row numbers; `atlas` is the first map.

    A figure that pointed out an earlier pick becomes another one, of which the browser has no
    selection: then what is picked now is pointed out in it as well.
    """
    pointed_out = any(ringed(atlas, chart))
    points = st.session_state[chart]["selection"]["points"]
    items, users = map_figure.picked_rows(drawn, points)
    st.session_state[PICKED] = (atlas.key, items, users)
    st.session_state[SOURCE] = "" if pointed_out else chart


def pick(atlas: Atlas, items: Sequence[int] = (), users: Sequence[int] = ()) -> None:
    """Choose points from outside the figures; a callback."""
    st.session_state[PICKED] = (atlas.key, list(items), list(users))
    st.session_state[SOURCE] = ""


def picked(atlas: Atlas) -> tuple[list[int], list[int]]:
    """(item rows, user rows) that were picked on this map, not on another study's."""
    key, items, users = st.session_state.get(PICKED, ("", [], []))
    return (items, users) if key == atlas.key else ([], [])


def ringed(atlas: Atlas, chart: str) -> tuple[list[int], list[int]]:
    """What `chart` has to point out: all that was picked elsewhere, or in a figure before this one.

    What was picked in the figure that is still there is selected in it already.
    """
    return ([], []) if st.session_state.get(SOURCE, chart) == chart else picked(atlas)
