"""Who writes the descriptions, with which words, at what cost."""

import streamlit as st

from llmrec_core.ui import (
    state,
    writing_batch,
    writing_preview,
    writing_prompt,
    writing_settings,
)

state.show_told()
study = state.current_study()

st.subheader("Who writes", anchor=False)
settings = writing_settings.who(study)

if settings.writer != "template":
    writing_settings.form(study, settings)
    writing_settings.caps(study, settings)
    st.subheader("With which words", anchor=False)
    writing_prompt.editor(study, settings)
    st.subheader("One user first", anchor=False)
one = st.container()

st.subheader("All users", anchor=False)
writing_batch.batch(study, settings)

if settings.writer != "template":
    with one:  # drawn last: while words come, nothing below waits for them
        writing_preview.preview(study, settings)
