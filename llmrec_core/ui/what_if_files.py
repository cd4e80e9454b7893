"""The session as a file, and files tried again: are the lists what they were?"""

from __future__ import annotations

import json
from dataclasses import replace

import streamlit as st

from llmrec_core.recommender import Recommender
from llmrec_core.ui import state, what_if_replay, what_if_steps
from llmrec_core.ui.what_if_steps import Tried
from llmrec_core.whatif import State, audit, pins


def draw(recommender: Recommender, user_id: str) -> None:
    """A download of everything on the page, and a place to put such a file."""
    part = st.expander(
        "Session as a file, and replay", key="what_if_files", on_change="rerun",
        icon=":material/history_toggle_off:",
    )
    if not part.open:
        return
    with part, state.shown_errors():
        st.caption(
            "The file holds the user as stored, what you tried of them in this browser session in "
            f"order (the latest {what_if_steps.MOST} states), the state above and the pinned ones: "
            "edits, weights, when each was tried, and its list with scores, made at the download. "
            "It names the study, build and encoder. `llmrec replay STUDY FILE` makes the lists "
            "again in a terminal."
        )
        tried = what_if_steps.tried(recommender, user_id)
        st.download_button(
            "Download the session", lambda: _session(recommender, tried),
            f"what_if_{recommender.study.name}.json", "application/json", key="what_if_session",
            icon=":material/download:", on_click="ignore",
        )
        given = st.file_uploader(
            "Replay a session", type="json", key="what_if_upload",
            help="A file from here, or from llmrec whatif --save.",
        )
        if given is not None:
            what_if_replay.draw(recommender, given.getvalue())


def _session(recommender: Recommender, tried: Tried) -> bytes:
    """As stored, step by step, what is worked on, and what is pinned.

    Steps of another build had other lists and are left out.
    """
    worked, default = tried.now, tuple(recommender.default_weights.items())
    steps = [step for step in tried.steps if step.version == recommender.version]
    states = [
        State(worked.user_id, n=worked.n, weights=default, name="As stored"),
        *(replace(step.state, name=f"Step {step.number}") for step in steps),
        replace(worked, name="Worked on"),
        *pins.readable(recommender.study.journal, worked.user_id),
    ]
    document = audit.session(recommender, states, ["", *(step.at for step in steps)])
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
