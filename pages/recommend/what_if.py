"""What would this user get if something about them were otherwise?"""

import streamlit as st

from llmrec_core.ui import (
    follow,
    state,
    what_if_files,
    what_if_list,
    what_if_pins,
    what_if_state,
    what_if_view,
)
from llmrec_core.ui.user_picker import pick_user

recommender = state.current_recommender()
what_if_state.opened(recommender)
user = pick_user(recommender)
what_if_state.back_to_stored(recommender, user)
follow.begin()
state.show_told()
about, answer = st.columns([6, 7], gap="small")
with about:
    what_if_view.changes(recommender, user)
with answer:
    follow.follows("what_if_list", lambda: what_if_list.draw(recommender, user))
what_if_pins.draw(recommender, user)
what_if_files.draw(recommender, user)
