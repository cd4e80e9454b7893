"""The shared controls: study, user, weights. Keys of widgets are set here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from llmrec_core import signals
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.tune.intervals import range_words
from llmrec_core.ui import state

MOST_WEIGHT = 3.0
"""The end of a weight slider, and the largest weight that a build tries."""


def pick_study() -> None:
    """The study picker in the frame, bound to `?study=`."""
    names = [study.name for study in Study.listing()]
    if not names:
        st.session_state.pop(state.STUDY, None)
        return
    wanted = st.session_state.pop(state.NEXT_STUDY, None)
    if wanted in names:
        st.session_state[state.STUDY] = wanted
    st.selectbox("Study", names, key=state.STUDY, bind="query-params")


def weight_key(recommender: Recommender, name: str, prefix: str = "weight") -> str:
    """The session key of one weight slider."""
    return f"{prefix}_{recommender.study.name}_{name}"


def weight_sliders(
    recommender: Recommender, prefix: str = "weight", on_change: Callable[[], None] | None = None
) -> np.ndarray:
    """One slider a signal, kept across pages; (signals,) in the order of every block."""
    weights = {}
    for name in recommender.names:
        key = weight_key(recommender, name, prefix)
        # Set before and not given as `value=`: a reset or a saved setting writes the same key, and
        # two sources for one widget are warned about on screen.
        if key not in st.session_state:
            st.session_state[key] = float(recommender.default_weights[name])
        weights[name] = st.slider(
            signals.label(name), 0.0, MOST_WEIGHT, step=0.05, key=key, persist_state="session",
            on_change=on_change,
            help=f"Weight without a unit, 0 leaves the signal out: {signals.MEANINGS[name]}."
            + _sure(recommender, name),
        )
    return recommender.weights(weights)


def _sure(recommender: Recommender, name: str) -> str:
    """How sure the fitted weight of a signal is, for its slider's help; "" where nothing says."""
    ends, fitted = recommender.choice.as_good.get(name), recommender.choice.accurate.get(name)
    if ends is None or fitted is None:
        return ""
    return f" Most accurate: {fitted:g}, {range_words(ends)} (the other weights kept)."


def reset_weights(recommender: Recommender, prefix: str = "weight") -> None:
    """A button that puts the sliders of `weight_sliders` back to the fitted weights."""
    fitted = {
        weight_key(recommender, name, prefix): float(recommender.default_weights[name])
        for name in recommender.names
    }
    st.button(
        "Back to the fitted weights", icon=":material/restart_alt:", type="tertiary",
        key=f"{prefix}_reset", on_click=st.session_state.update, args=(fitted,),
        help="The weights that were best on the validation split of this study's build.",
    )


def current_weights(recommender: Recommender, prefix: str = "weight") -> np.ndarray:
    """(signals,) as the sliders stand, drawn or not; the fitted weights before any was drawn."""
    fitted = recommender.default_weights
    given = {
        name: float(st.session_state.get(weight_key(recommender, name, prefix), fitted[name]))
        for name in recommender.names
    }
    return recommender.weights(given)
