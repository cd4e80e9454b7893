"""NDCG against tail share over the weights: where they stand, and what another choice is worth."""

import streamlit as st

from llmrec_core.ui import landscape_job, landscape_view, state

recommender = state.current_recommender()
st.caption(
    "Every point is a weighting of the signals, measured on rows of the study that no signal saw. "
    "The sliders are those of all pages."
)
about = landscape_job.looked_at(recommender)
if about is None:
    state.show_told()
    landscape_view.nothing_yet(recommender.study)
else:
    landscape_view.explored(recommender, about)
landscape_job.form(recommender, about)
