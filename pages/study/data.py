"""Load behaviour data, check it, build a study."""

import streamlit as st

from llmrec_core.ui import load_view, new_study, state, this_study

state.show_told()

if new_study.pick_view() == new_study.NEW:
    new_study.demo()
    st.subheader("1. Choose files", anchor=False)
    given = new_study.choose()
    if given:
        st.subheader("2. Check what they hold", anchor=False)
        file_format = new_study.picked_format()
        mapping = new_study.review(given, file_format)
        st.subheader("3. Import", anchor=False)
        new_study.finish(given, file_format, mapping)
    st.stop()

study = state.current_study()

st.subheader("Build", anchor=False)
this_study.build(study)

st.subheader("Which rows count", anchor=False)
this_study.filters(study.name)

st.subheader("What a test would hold out", anchor=False)
this_study.splits(study.name)

report = load_view.report_of(study.card)
if report is not None:
    st.subheader("What was read", anchor=False)
    load_view.draw(report, "data")

this_study.delete(study)
