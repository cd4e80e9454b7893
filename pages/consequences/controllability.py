"""Do lists follow when a description is edited, and what does that cost?"""

import streamlit as st

from llmrec_core.ui import cached, state, steer_view, user_picker

SAMPLES = (100, 200, 500, 1000)

recommender = state.current_recommender()
st.caption(
    "Descriptions are rewritten by template and everybody's list is made again: no model is asked, "
    "and nothing that is kept changes."
)
n_users = recommender.behaviour.n_users
sample = st.select_slider(
    "Users in the sample", SAMPLES, 200, key="steer_sample", persist_state="session",
    help="Drawn with a fixed seed. More take longer: new sentences have to be encoded once.",
)
with state.shown_errors():
    found = cached.controllability(recommender, min(int(sample), n_users))
    steer_view.key_figures(found)
    steer_view.price(recommender)
    steer_view.table(found)
    steer_view.pictures(recommender, found)
    st.caption(
        f"{found['users']:,} of {n_users:,} users, computed in {found['seconds']:.1f} s; kinds are "
        "the values of the attribute that sorts the catalogue. The same in a terminal: "
        "`llmrec evaluate STUDY --controllability`."
    )
    st.subheader("One user")
    steer_view.one_user(recommender, user_picker.pick_user(recommender))
