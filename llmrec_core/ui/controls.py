"""The shared controls: study, user, weights. Keys of widgets are set here and nowhere else."""

from __future__ import annotations

import numpy as np
import streamlit as st

from llmrec_core import signals
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import state

_MOST_MATCHES = 50


def pick_study() -> None:
    """The study picker in the frame, bound to `?study=`."""
    names = [study.name for study in Study.listing()]
    if not names:
        st.session_state.pop(state.STUDY, None)
        return
    st.selectbox("Study", names, key=state.STUDY, bind="query-params")


def weight_sliders(recommender: Recommender, prefix: str = "weight") -> np.ndarray:
    """One slider a signal, kept across pages; (signals,) in the order of every block."""
    weights = {}
    for name in recommender.names:
        weights[name] = st.slider(
            name.capitalize(), 0.0, 3.0, float(recommender.default_weights[name]), 0.05,
            key=f"{prefix}_{recommender.study.name}_{name}", persist_state="session",
            help=signals.MEANINGS[name],
        )
    return recommender.weights(weights)
