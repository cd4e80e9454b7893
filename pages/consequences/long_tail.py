"""Who is shown, who never is, and what moves it: your sliders against another setting."""

import streamlit as st

from llmrec_core.ui import controls, exposure_view, state
from llmrec_core.ui.weights import NO_WEIGHT

recommender = state.current_recommender()
st.caption(
    f"All lists together: {recommender.behaviour.n_users:,} users, a catalogue of "
    f"{recommender.behaviour.n_items:,} items. The sliders are those of the page «For one user»."
)


@st.fragment
def consequences() -> None:
    """The sliders and what follows from them: a slider redraws this and nothing else."""
    knobs, result = st.columns([1, 3], gap="medium")
    with knobs.container(border=True):
        choices = exposure_view.baselines(recommender)
        if st.session_state.get("tail_baseline") not in choices:
            st.session_state["tail_baseline"] = exposure_view.first_baseline(
                choices, controls.current_weights(recommender)
            )
        name = st.selectbox(
            "Compare with", list(choices), key="tail_baseline", persist_state="session",
            help="The setting that your sliders are held against.",
        )
        n = st.select_slider(
            "Length of a list", [5, 10, 20, 50], 10, key="tail_n", persist_state="session",
            help="Items in everybody's list.",
        )
        weights = controls.weight_sliders(recommender)
        controls.reset_weights(recommender)
    with result:
        if not weights.any():
            st.warning(NO_WEIGHT, icon=":material/tune:")
            return
        now, other, spent = exposure_view.reports(recommender, weights, choices[name], n)
        exposure_view.key_figures(now, other, name)
        exposure_view.curves(now, other, name)
        exposure_view.timing(now, spent)
    exposure_view.bars(recommender, now, other, name)
    exposure_view.items(recommender, now, other, name)


consequences()
