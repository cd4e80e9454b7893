"""Top n for one user, how the weights move it, why each item is there, and what an edit does."""

import streamlit as st

from llmrec_core.ui import cached, state, user_view
from llmrec_core.ui.description_editor import edit_description
from llmrec_core.ui.gauge import show_gauge
from llmrec_core.ui.ledger import show_ledger
from llmrec_core.ui.ranking import show_list
from llmrec_core.ui.user_picker import pick_user
from llmrec_core.ui.weights import NO_WEIGHT, weight_panel

recommender = state.current_recommender()
user = pick_user(recommender)


@st.fragment
def recommended() -> None:
    """All that follows the sliders and the description: they redraw this and nothing else."""
    state.show_told()
    with st.spinner("Reading new sentences…", show_time=True):
        profile, block = cached.block(recommender, user)
    user_view.show_words(recommender, user)
    weights, n = weight_panel(recommender, len(profile.item))
    show_gauge(recommender, profile, block, weights)
    item, key = None, f"top_n:{recommender.study.name}:{user}"
    if weights.any():
        item = show_list(recommender, block, weights, n, key)
    else:
        st.warning(NO_WEIGHT, icon=":material/tune:")
    why, history, words, moves = st.tabs(
        [":material/account_tree: Why this item", ":material/history: History",
         ":material/edit_note: Description", ":material/swap_vert: Who rose and fell"],
        key="user_tabs", on_change="rerun",
    )
    if why.open and item is not None:
        with why:
            show_ledger(recommender, profile, block, weights, item)
    if history.open:
        with history:
            user_view.show_history(recommender, user)
    if words.open:
        with words:
            edit_description(recommender, user)
            user_view.show_shares(recommender, profile, block, weights, n)
    if moves.open:
        with moves:
            user_view.show_moves(recommender, user, block, weights, n)


recommended()
