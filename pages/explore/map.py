"""Items and users on maps: what lies where, who is drawn to what, one user's list on it."""

import streamlit as st

from llmrec_core.ui import (
    controls,
    map_arrow,
    map_controls,
    map_details,
    map_naming,
    map_picks,
    map_second,
    map_tables,
    map_view,
    map_words,
    map_zoom,
    state,
)
from llmrec_core.ui.gauge import show_gauge_of
from llmrec_core.ui.user_picker import pick_user

atlas, recommender = map_view.open_map()
user = pick_user(recommender) if recommender is not None else ""


@st.fragment
@state.shown_errors()
def the_map() -> None:
    """Controls, figures and what was picked: they redraw this and nothing else."""
    weights, recipe, said = None, None, ""
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
        if recommender is not None:
            recipe = map_second.choose(recommender)
            said = map_controls.typed_text()
            with st.popover("Weights", icon=":material/tune:", key="map_weights"):
                weights = controls.weight_sliders(recommender)
                controls.reset_weights(recommender)
        shown = map_controls.display_settings(recommender)
    state.show_told()
    if recommender is not None:
        map_naming.panel(recommender.study)
    found = map_controls.search(atlas, typed)
    asked = map_view.Asked(atlas, recommender, colour, shown, found, user, weights, said)
    items, people = map_picks.picked(atlas)
    two = recommender is not None and recipe is not None
    live = map_second.draw_maps(asked, recommender, recipe) if two else None
    if live is None:
        picture, beside = st.columns([3, 1], gap="medium")
        with picture:
            drawn = map_view.figure(asked, atlas, map_picks.FIRST)
            live = map_view.draw(asked, atlas, drawn, map_picks.FIRST)
            map_zoom.keep_zoom({map_picks.FIRST: atlas.key})
            st.caption(map_words.how_drawn(atlas))
        side = beside.container(height=map_view.HEIGHT, border=False)
    else:
        side = st.container()
    with side:
        map_controls.found(atlas, typed, *found)
        map_details.one_point(atlas, items, people, live=live)
    if recommender is not None and shown.user and weights is not None and weights.any():
        show_gauge_of(recommender, user, weights)
        if map_arrow.moves_of(recommender, atlas, user):
            st.caption(map_arrow.MEANING)
    if items or people:
        map_tables.table(atlas, recommender, weights, items, people)


the_map()
