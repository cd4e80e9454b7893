"""Which signals a build may use: chosen on the data page, asked for as on the command line."""

from __future__ import annotations

import streamlit as st

from llmrec_core import made, signals
from llmrec_core.signals.wanted import AUTO, wanted
from llmrec_core.study import Study
from llmrec_core.ui.text import plain

_KEY = "build_signals"


def _key(study: Study) -> str:
    return f"{_KEY}_{study.name}"


def pick(study: Study) -> None:
    """The list of signals that the next build is asked for; the last build's to begin with."""
    picked = st.multiselect(
        "Signals", [AUTO, *signals.NAMES], _listed(made.signals_asked(study)), key=_key(study),
        format_func=_label, persist_state="session", placeholder="Automatic",
        help="Automatic takes those that fit this study and earn their place on validation rows. "
        "Add one to have it too; without Automatic the build has exactly those in the list.",
    )
    added = [name for name in picked if name != AUTO]
    if added:
        st.caption(
            plain(" ".join(f"{_label(name)}: {signals.MEANINGS[name]}." for name in added))
        )


def asked_for(study: Study) -> str:
    """What the control of `study` shows, as `llmrec build --signals` takes it; "" if not drawn."""
    picked = st.session_state.get(_key(study))
    if picked is None:
        return ""
    return ",".join(name for name in (AUTO, *signals.NAMES) if name in picked) or AUTO


def _listed(text: str) -> list[str]:
    """The names in the list for what a build was asked for; what is taken away is spelled out."""
    parts = [part.strip() for part in text.split(",")]
    if all(part in (AUTO, *signals.NAMES) for part in parts):
        return list(dict.fromkeys(parts))
    return list(wanted(text))


def _label(name: str) -> str:
    return "Automatic" if name == AUTO else signals.label(name)
