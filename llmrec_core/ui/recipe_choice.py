"""Whether a build chooses settings and weights, or takes those of a saved recipe."""

from __future__ import annotations

import streamlit as st

from llmrec_core import made
from llmrec_core.journal import Kept
from llmrec_core.study import Study
from llmrec_core.ui.text import plain

_KEY = "build_recipe"
CHOSEN = ""
"""Stands for: chosen anew, on held-out rows of the study."""


def key(study: Study) -> str:
    """The widget's key."""
    return f"{_KEY}_{study.name}"


def pick(study: Study) -> None:
    """The choice of a saved recipe; nothing is drawn while there is none."""
    names = study.journal.document_names(Kept.RECIPE)
    if not names:
        return
    last = made.recipe_asked(study)
    options = [CHOSEN, *names]
    if st.session_state.get(key(study), CHOSEN) not in options:
        del st.session_state[key(study)]
    picked = st.selectbox(
        "Settings and weights", options, options.index(last) if last in options else 0,
        key=key(study), format_func=label, persist_state="session",
        help="Chosen by the build: on held-out rows of this study. Or those of a recipe that a "
        "search found and somebody saved; it has its own signals.",
    )
    if picked:
        st.caption(
            "The recipe has its own signals: those above do not count. Its weights are the most "
            "accurate ones found: none are raised for steering, and none are its own for people "
            "of few rows. Where the description weighs nothing, editing it moves no list."
        )


def label(name: str) -> str:
    """How an option is shown."""
    return plain(name, 80) if name else "Chosen by the build"


def asked_for(study: Study) -> str | None:
    """What the control shows, as `llmrec build --recipe` takes it; None if it is not drawn."""
    picked = st.session_state.get(key(study))
    return None if picked is None else str(picked)
