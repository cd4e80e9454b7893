"""What is said of a user, on what evidence, and by whom; one text or many can be changed."""

import streamlit as st

from llmrec_core.ui import apply_many, cached, controls, state, user_view
from llmrec_core.ui.description_editor import edit_description
from llmrec_core.ui.user_picker import pick_user

recommender = state.current_recommender()
user = pick_user(recommender)


@st.fragment
def editor() -> None:
    """The descriptions: an edit redraws this and nothing else."""
    state.show_told()
    one, many = st.tabs(
        [":material/edit_note: This user", ":material/group: Many users at once"],
        key="description_tabs", on_change="rerun",
    )
    if many.open:
        with many:
            apply_many.many(recommender)
    if not one.open:
        return
    with one:
        st.caption(
            "Each line is one sentence, read by itself. Reword it, say whether it speaks of liking "
            "or disliking, switch it off, look at the interactions it was written from, have a "
            "model rewrite it, or add your own."
        )
        edit_description(recommender, user, effect)
        profile, block = cached.block(recommender, user)
        weights = controls.current_weights(recommender)
        user_view.show_shares(recommender, profile, block, weights, 10)


def effect() -> None:
    """What the saved edit did to the list and on the map, where there is one."""
    if recommender.study.journal.edited_version(user) is not None:
        with st.spinner("Reading new sentences…", show_time=True):
            _, block = cached.block(recommender, user)
        with st.container(border=True):
            st.markdown("**What the edit does**")
            user_view.show_moves(
                recommender, user, block, controls.current_weights(recommender), 10
            )


editor()
st.page_link(
    "pages/recommend/for_one_user.py", label="What this user is recommended",
    icon=":material/arrow_forward:",
)
