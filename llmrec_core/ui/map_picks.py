"""What was picked on the map, by a click, a lasso or by name: row numbers kept in the session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.atlas import Atlas
from llmrec_core.charts import map_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

PICKED, POINTED = "map_picked", "map_pointed"


def take(atlas: Atlas, drawn: go.Figure) -> None:
    """Keep what was picked as row numbers: a figure that changes forgets its own selection."""
    points = st.session_state["map_chart"]["selection"]["points"]
    items, users = map_figure.picked_rows(drawn, points)
    st.session_state[PICKED] = (atlas.key, items, users)
    st.session_state[POINTED] = False


def pick(atlas: Atlas, items: Sequence[int] = (), users: Sequence[int] = ()) -> None:
    """Choose points from outside the figure; a callback."""
    st.session_state[PICKED] = (atlas.key, list(items), list(users))
    st.session_state[POINTED] = True


def picked(atlas: Atlas) -> tuple[list[int], list[int]]:
    """(item rows, user rows) that were picked on this map, not on another study's."""
    key, items, users = st.session_state.get(PICKED, ("", [], []))
    return (items, users) if key == atlas.key else ([], [])
