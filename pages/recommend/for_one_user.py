"""Top n for one user, how the weights move it, why each item is there, and what an edit does."""

import streamlit as st

from llmrec_core.ui import cached, controls, follow, state, user_view
from llmrec_core.ui.description_editor import edit_description
from llmrec_core.ui.gauge import show_gauge
from llmrec_core.ui.ledger import show_ledger
from llmrec_core.ui.ranking import looked_at, show_list
from llmrec_core.ui.user_picker import pick_user
from llmrec_core.ui.weights import NO_WEIGHT, weight_panel
from llmrec_core.ui.why_not_view import show_why_not

recommender = state.current_recommender()
user = pick_user(recommender)


@st.fragment
def recommended() -> None:
    """All that follows the sliders and the description: they redraw this and nothing else."""
    follow.begin()
    state.show_told()
    with st.spinner("Reading new sentences…", show_time=True):
        profile, block = cached.block(recommender, user)
    user_view.show_words(recommender, user)
    n = weight_panel(recommender, len(profile.item))
    key = f"top_n:{recommender.study.name}:{user}"

    def the_list() -> None:
        weights = controls.current_weights(recommender)
        show_gauge(recommender, profile, block, weights)
        if weights.any():
            show_list(recommender, block, weights, n, key, follow.redraw)
        else:
            st.warning(NO_WEIGHT, icon=":material/tune:")

    def the_account() -> None:
        weights = controls.current_weights(recommender)
        item = looked_at(recommender, block, weights, n, key) if weights.any() else None
        if item is not None:
            show_ledger(recommender, profile, block, weights, item)

    def the_other() -> None:
        weights = controls.current_weights(recommender)
        show_why_not(recommender, user, profile, block, weights, n)

    def the_shares() -> None:
        weights = controls.current_weights(recommender)
        user_view.show_shares(recommender, profile, block, weights, n)

    def the_moves() -> None:
        user_view.show_moves(recommender, user, block, controls.current_weights(recommender), n)

    follow.follows("user_list", the_list)
    why, other, history, words, moves = st.tabs(
        [":material/account_tree: Why this item", ":material/quiz: Why not another",
         ":material/history: History",
         ":material/edit_note: Description", ":material/swap_vert: Who rose and fell"],
        key="user_tabs", on_change="rerun",
    )
    if why.open:
        with why:
            follow.follows("user_why", the_account)
    if other.open:
        with other:
            follow.follows("user_why_not", the_other)
    if history.open:
        with history:
            user_view.show_history(recommender, user)
    if words.open:
        with words:
            edit_description(recommender, user)
            follow.follows("user_shares", the_shares)
    if moves.open:
        with moves:
            follow.follows("user_moves", the_moves)


recommended()
