"""Items and users on one map: what lies where, who is drawn to what, one user's list on it."""

import streamlit as st

from llmrec_core.ui import (
    controls,
    map_arrow,
    map_controls,
    map_details,
    map_marks,
    map_picks,
    map_tables,
    map_view,
    map_zoom,
)
from llmrec_core.ui.gauge import show_gauge_of
from llmrec_core.ui.user_picker import pick_user

atlas, recommender = map_view.open_map()
user = pick_user(recommender) if recommender is not None else ""


@st.fragment
def the_map() -> None:
    """Controls, figure and what was picked: they redraw this and nothing else."""
    marks, moves, weights = [], [], None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        colour = st.selectbox(
            "Colour items by", map_controls.colour_choices(atlas), key="map_colour", width=210,
            format_func=map_controls.colour_name, persist_state="session",
            help="An item with several values takes the rarest of the frequent ones.",
        )
        typed = st.text_input(
            "Find items or users", key="map_find", type="search", width=230,
            icon=":material/search:", placeholder="title or user id", persist_state="session",
            help="Rings round everything that matches; the first few with their names.",
        )
        shown = map_controls.display_settings(with_user=recommender is not None)
        if recommender is not None:
            with st.popover("Weights", icon=":material/tune:", key="map_weights"):
                weights = controls.weight_sliders(recommender)
                controls.reset_weights(recommender)
            if shown.user and weights.any():
                marks += map_marks.user_marks(atlas, recommender, user, weights, 10)
                moves = map_arrow.moves_of(recommender, atlas, user)
    items, people = map_picks.picked(atlas)
    found = map_controls.search(atlas, typed)
    marks += map_marks.found_marks(atlas, *map_marks.chosen(atlas, *found))
    picture, beside = st.columns([3, 1], gap="medium")
    with picture:
        drawn = map_view.figure(
            atlas, colour, users=shown.users, marks=marks, most=shown.most, moves=moves
        )
        live = map_view.draw(atlas, drawn, static=shown.static)
        map_zoom.keep_zoom({"map_chart": atlas.key})
    with beside.container(height=map_view.HEIGHT, border=False):
        map_controls.found(atlas, typed, *found)
        map_details.one_point(atlas, items, people, live=live)
    if recommender is not None and shown.user and weights.any():
        show_gauge_of(recommender, user, weights)
    st.caption(map_view.how_drawn(atlas) + (f" {map_arrow.MEANING}" if moves else ""))
    if items or people:
        map_tables.table(atlas, recommender, weights, items, people)


the_map()
