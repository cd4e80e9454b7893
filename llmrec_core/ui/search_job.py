"""Searches as child processes: what is asked for, and `llmrec search` started with it."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence

import streamlit as st

from llmrec_core import signals
from llmrec_core.protocol import PROTOCOLS
from llmrec_core.search.whole import LOCK, PHASES, PROGRESS
from llmrec_core.signals.wanted import AUTO, wanted
from llmrec_core.study import Study
from llmrec_core.ui import child, evaluation_job, job_panel, state

SEARCH = child.Work(
    name="search", progress=PROGRESS, lock=LOCK, log="search.log", stages=len(PHASES),
    busy="is being searched", title="The search", done="was searched",
    kept="The trials that ended are kept: the next search goes on from there.",
)
LEAST, USUAL, MOST = 1.0, 10.0, 1440.0
"""Minutes of a search."""

_PROTOCOL, _SIGNALS, _MINUTES = "search_protocol", "search_signals", "search_minutes"


def job(study: Study) -> child.Job:
    """The search of `study` that is under way, or the last one."""
    return child.Job(study, SEARCH)


def form(study: Study) -> None:
    """Protocol, signals and minutes of the next search, a button, and how far it is."""
    first, second = st.columns([2, 3], gap="medium")
    with first:
        protocol = st.selectbox(
            "Protocol", list(PROTOCOLS), key=_PROTOCOL, persist_state="session",
            help="Its training rows are searched on; what it holds out is never read, so that an "
            "evaluation of the find under the same protocol is fair.",
        )
        st.caption(evaluation_job.about(str(protocol)))
    with second:
        st.multiselect(
            "Signals", signals.NAMES, default=wanted(AUTO), key=_SIGNALS,
            format_func=signals.label, persist_state="session", placeholder="As a build takes them",
            help="Whose settings and weights are tried. A signal may end without weight.",
        )
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    left.number_input(
        "Minutes", LEAST, MOST, USUAL, 1.0, key=_MINUTES, persist_state="session", format="%g",
        help="Fitting the defaults first is in them; judging the best last comes on top. A search "
        "of the same study with the same protocol and signals goes on from the trials there are.",
    )
    right.button(
        "Search", key="search_start", type="primary", icon=":material/manage_search:",
        on_click=_start_clicked, args=(study.name,), disabled=job(study).running, width="stretch",
        help="The page may be left meanwhile; a cancelled search keeps its trials.",
    )
    said = job(study).said
    old = said is not None and time.time() - said.updated > evaluation_job.TOLD_SECONDS
    job_panel.panel(study, SEARCH, stale=old)


def arguments() -> list[str]:
    """The options of `llmrec search` that the form shows."""
    chosen = st.session_state.get(_SIGNALS) or wanted(AUTO)
    names = tuple(name for name in signals.NAMES if name in chosen)
    minutes = st.session_state.get(_MINUTES)
    # What the browser sends may lie outside the control's bounds, or be nothing.
    given = minutes if isinstance(minutes, int | float) and math.isfinite(minutes) else USUAL
    return [
        f"--protocol={st.session_state[_PROTOCOL]}",
        f"--signals={AUTO if names == wanted(AUTO) else ','.join(names)}",
        f"--minutes={min(max(float(given), LEAST), MOST):g}",
    ]


def _start_clicked(name: str) -> None:
    with state.telling():
        start(Study.open(name), arguments())


def start(study: Study, more: Sequence[str]) -> None:
    """Start `llmrec search` for `study`; raises `StudioError` where one runs already."""
    job(study).start(_command(study.name, more), os.environ)


def _command(name: str, more: Sequence[str]) -> list[str]:
    return child.command("search", name, *more)
