"""Where a state is changed: past items, sentences, weights; and back to the user as stored."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from llmrec_core.recommender import Recommender
from llmrec_core.ui import controls, follow, what_if_history, what_if_sentences
from llmrec_core.ui import what_if_state as working
from llmrec_core.whatif import State


def changes(recommender: Recommender, user_id: str) -> None:
    """Draw the three places where something can be changed."""
    past, words, weights = st.tabs(
        [":material/history: Past items", ":material/edit_note: Sentences",
         ":material/tune: Weights"],
        key="what_if_tabs", on_change="rerun",
    )
    if past.open:
        with past:
            what_if_history.show(recommender, user_id)
            _again(recommender, user_id)
    if words.open:
        with words:
            what_if_sentences.show(recommender, user_id)
    if weights.open:
        with weights:
            _weights(recommender)
    st.button(
        "Undo all changes", key="what_if_undo", icon=":material/undo:", type="tertiary",
        on_click=working.take_up, args=(recommender, State(user_id)),
        help="Back to the user as stored and the fitted weights. The back button of the browser "
        "undoes one change; pinned states stay.",
    )


def _again(recommender: Recommender, user_id: str) -> None:
    key = f"{working.base(recommender, user_id)}:again"
    st.session_state[key] = working.current(recommender, user_id).again
    st.toggle(
        "Removed items may be recommended again", key=key, on_change=_take_again,
        args=(recommender, user_id, key),
        help="Off, a removed past item is no candidate. On, its place shows whether the rest of "
        "what is known would have led to it.",
    )


def _take_again(recommender: Recommender, user_id: str, key: str) -> None:
    again = bool(st.session_state[key])
    working.changed_and_follow(recommender, user_id, lambda state: replace(state, again=again))


def _weights(recommender: Recommender) -> None:
    if working.LENGTH not in st.session_state:
        st.session_state[working.LENGTH] = 10
    with st.container(horizontal=True):
        controls.weight_sliders(recommender, working.WEIGHTS, on_change=follow.redraw)
    st.number_input(
        "Length of the list", 1, working.LONGEST, key=working.LENGTH, width=150,
        on_change=follow.redraw, persist_state="session", help="Items in the list.",
    )
    with st.container(horizontal=True):
        controls.reset_weights(recommender, working.WEIGHTS)
        here = controls.current_weights(recommender)
        given = {
            controls.weight_key(recommender, name, working.WEIGHTS): float(weight)
            for name, weight in zip(recommender.names, here, strict=True)
        }
        st.button(
            "Those of «For one user»", key="what_if_take_weights", type="tertiary",
            icon=":material/person:", on_click=st.session_state.update, args=(given,),
            help="Puts the sliders to where they stand on the page «For one user».",
        )
