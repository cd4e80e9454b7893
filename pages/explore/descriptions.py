"""What is said of a user, on what evidence, and by whom; every sentence can be changed."""

import streamlit as st

from llmrec_core.ui import cached, controls, state, user_view
from llmrec_core.ui.description_editor import edit_description
from llmrec_core.ui.user_picker import pick_user

recommender = state.current_recommender()
user = pick_user(recommender)
st.caption(
    "Each line is one sentence, read by itself. Reword it, say whether it speaks of liking or "
    "disliking, switch it off, look at the interactions it was written from, or add your own."
)


@st.fragment
def editor() -> None:
    """The description of one user: an edit redraws this and nothing else."""
    edit_description(recommender, user)
    profile, block = cached.block(recommender, user)
    user_view.show_shares(recommender, profile, block, controls.current_weights(recommender), 10)


editor()
st.page_link(
    "pages/recommend/for_one_user.py", label="What this user is recommended",
    icon=":material/arrow_forward:",
)
