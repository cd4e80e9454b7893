"""Who writes the descriptions, with which words, at what cost."""

import streamlit as st

from llmrec_core.ui import state, writing_settings

state.show_told()
study = state.current_study()

st.subheader("Who writes", anchor=False)
settings = writing_settings.who(study)
if settings.writer != "template":
    writing_settings.form(study, settings)
    writing_settings.caps(study, settings)
