"""Top n for one user, how the weights move it, why each item is there, and what an edit does."""

import streamlit as st

from llmrec_core.ui import cached, follow, state, user_view
from llmrec_core.ui.description_editor import edit_description
from llmrec_core.ui.one_user import OneUser
from llmrec_core.ui.user_picker import pick_user
from llmrec_core.ui.weights import weight_panel

recommender = state.current_recommender()
user = pick_user(recommender)


@st.fragment
def recommended() -> None:
    """The list and its accounts; a slider draws what follows it and nothing else."""
    follow.begin()
    state.show_told()
    with st.spinner("Reading new sentences…", show_time=True):
        profile, block = cached.block(recommender, user)
    user_view.show_words(recommender, user)
    n = weight_panel(recommender, len(profile.item))
    parts = OneUser(recommender, user, profile, block, n)
    follow.follows("user_list", parts.ranked)
    why, other, history, words, moves = st.tabs(
        [":material/account_tree: Why this item", ":material/quiz: Why not another",
         ":material/history: History",
         ":material/edit_note: Description", ":material/swap_vert: Who rose and fell"],
        key="user_tabs", on_change="rerun",
    )
    if why.open:
        with why:
            follow.follows("user_why", parts.account)
    if other.open:
        with other:
            follow.follows("user_why_not", parts.other)
    if history.open:
        with history:
            user_view.show_history(recommender, user)
    if words.open:
        with words:
            edit_description(recommender, user)
            follow.follows("user_shares", parts.shares)
    if moves.open:
        with moves:
            follow.follows("user_moves", parts.moves)


recommended()
