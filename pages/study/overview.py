"""What is in this study, and what was built with what."""

import streamlit as st

from llmrec_core.provenance import made
from llmrec_core.ui import cached, jobs, load_view, overview, relations, state

study = state.current_study()
overview.about(study)
summary = cached.summary_of(study)
built = made(study)

overview.figures(summary)
overview.ties(summary)

if jobs.running(study):
    jobs.panel(study)
elif built is None:
    st.info("This study is not built yet: nothing can be recommended.", icon=":material/info:")
    st.page_link("pages/study/data.py", label="Build it on the data page", icon=":material/build:")
elif built.missing:
    st.warning(
        "The data or the filters changed after the last build.", icon=":material/sync_problem:"
    )
    st.page_link("pages/study/data.py", label="Build again on the data page",
                 icon=":material/build:")
else:
    overview.next_pages(study)

if built is not None and built.choice is not None:
    st.subheader("What each signal is worth", anchor=False)
    overview.blend(built.choice, built.n)
    relations.said(built)

st.subheader("The catalogue and its long tail", anchor=False)
left, right = st.columns([1, 1])
with left:
    overview.popularity(summary)
with right:
    overview.coverage(summary)
overview.items(summary)

if built is not None:
    st.subheader("What it was built with", anchor=False)
    overview.machine(built)
    overview.stages(built)

report = load_view.report_of(study.card)
if report is not None:
    st.subheader("What was read", anchor=False)
    load_view.draw(report, "overview")
