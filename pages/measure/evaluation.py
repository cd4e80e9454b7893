"""How good are the lists, under which protocol, and how sure is that?"""

import streamlit as st

from llmrec_core.ui import cached_measure, evaluation_job, evaluation_pick, evaluation_view, state

study = state.current_study()
state.show_told()

st.subheader("Measure", anchor=False)
evaluation_job.form(study)

st.subheader("What was found", anchor=False)
kept = evaluation_pick.pick(study)
if kept is None:
    st.stop()
if kept.problem:
    st.error(kept.problem, icon=":material/error:")
    st.stop()
with state.shown_errors():
    evaluation_view.draw(study, kept, cached_measure.result_of(study, kept))
