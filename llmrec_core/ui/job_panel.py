"""The panel of a child process: how far it is, a button to cancel it, how it ended."""

from __future__ import annotations

import time

import streamlit as st

from llmrec_core import progress
from llmrec_core.study import Study
from llmrec_core.ui import state
from llmrec_core.ui.child import Job, Work
from llmrec_core.ui.text import plain

POLL_SECONDS = 1.0
PATIENCE = 10.0
"""Seconds after a cancel until a harder stop is offered: native code ends when it ends."""


def panel(study: Study, work: Work, *, stale: bool = False) -> None:
    """Progress of the work with a cancel button, or how the last one ended.

    Polls once a second while it runs and not at all otherwise. A success is not told where it is
    `stale`: the data changed since.
    """
    every = POLL_SECONDS if Job(study, work).running else None
    draw = st.fragment(_panel, run_every=every, key=f"{work.name}_panel")
    draw(study.name, work, every is not None, stale)


def _panel(name: str, work: Work, polling: bool, stale: bool) -> None:
    job = Job(Study.open(name), work)
    said = job.said
    if said is None:
        return
    if said.alive:
        _draw_running(job, said)
    elif polling:
        st.rerun()  # the one way to stop polling, and to show what was made
    elif said.status != progress.DONE or not stale:
        _draw_outcome(job, said)


def _cancel_clicked(name: str, work: Work, hard: bool) -> None:
    with state.telling():
        Job(Study.open(name), work).cancel(hard=hard)
        st.session_state[_asked_key(name, work)] = time.time()


def _asked_key(name: str, work: Work) -> str:
    return f"cancelled_{work.name}_{name}"


def _draw_running(job: Job, said: progress.State) -> None:
    work, name = job.work, job.study.name
    with st.container(border=True):
        st.progress(said.share, text=plain(_upper(said.sentence())))
        with st.container(horizontal=True, vertical_alignment="center"):
            asked = st.session_state.get(_asked_key(name, work), 0.0)
            asked = asked if asked > said.started else None  # that was another one
            hard = asked is not None and time.time() - asked > PATIENCE
            st.button(
                "Stop at once" if hard else "Cancel", key=f"{work.name}_cancel",
                icon=":material/dangerous:" if hard else ":material/cancel:",
                on_click=_cancel_clicked, args=(name, work, hard),
                disabled=asked is not None and not hard, help=work.kept,
            )
            st.caption(_waiting(work, said) if asked is None else "Stopping after this step…")


def _waiting(work: Work, said: progress.State) -> str:
    title = work.title[:1].lower() + work.title[1:]
    return (
        f"{time.time() - said.started:,.0f} s so far, process {said.pid}. "
        f"The page may be left or reloaded; {title} goes on."
    )


def _draw_outcome(job: Job, said: progress.State) -> None:
    status, sentence = job.outcome(said)
    if status == progress.DONE:
        st.success(plain(sentence), icon=":material/check_circle:")
        if job.work.link is not None:
            path, label, icon = job.work.link
            query = {state.STUDY: job.study.name}
            st.page_link(path, label=label, icon=icon, query_params=query)
    elif status == progress.CANCELLED:
        st.warning(plain(sentence), icon=":material/cancel:")
    else:
        st.error(plain(f"{job.work.title} failed: {sentence}"), icon=":material/error:")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
