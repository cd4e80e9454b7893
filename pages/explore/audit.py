"""Can the descriptions be believed: all of them in figures, the worst by name."""

import streamlit as st

from llmrec_core.ui import audit_view, audit_ways, cached_audit, state
from llmrec_core.ui.user_picker import pick_user

recommender = state.current_recommender()
st.caption(
    "All descriptions in force, with the edits of people. Every sentence is held against the "
    "rows of its user; nothing is sent anywhere. The template counts these same rows, so its own "
    "sentences hold by construction: what is found here is a model's doing."
)
report = cached_audit.audit_of(recommender)
audit_view.key_figures(report)
audit_view.told(report)
audit_view.spreads(report)

st.subheader("User by user, the worst first")
audit_view.worst(report, recommender.study.name)

st.subheader("Texts that are nearly the same")


@st.fragment
def pairs() -> None:
    """The pairs: choosing one redraws this and nothing else."""
    audit_view.alike(report)


pairs()

st.subheader("How much the wording matters")
user = pick_user(recommender)


@st.fragment
def wordings() -> None:
    """The wordings of one user: they are written when asked for."""
    audit_ways.ways(recommender, user)


wordings()
