"""Which settings and weights suit this study better than the defaults?"""

import streamlit as st

from llmrec_core.ui import saved_recipes, search_job, search_view, state

study = state.current_study()
state.show_told()

st.subheader("Search", anchor=False)
search_job.form(study)

st.subheader("What was found", anchor=False)
with state.shown_errors():
    search_view.draw(study)

st.subheader("Saved recipes", anchor=False)
with state.shown_errors():
    saved_recipes.draw(study)
