"""The session as a file, and files tried again: are the lists what they were?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from llmrec_core.recommender import Recommender
from llmrec_core.ui import state, what_if_replay, what_if_steps
from llmrec_core.ui import what_if_state as working
from llmrec_core.ui.what_if_steps import Step
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
        st.download_button(
            "Download the session", lambda: _session(recommender, user_id),
            f"what_if_{recommender.study.name}.json", "application/json", key="what_if_session",
            icon=":material/download:", on_click="ignore",
        )
        given = st.file_uploader(
            "Replay a session", type="json", key="what_if_upload",
            help="A file from here, or from llmrec whatif --save.",
        )
        if given is not None:
            what_if_replay.draw(recommender, given.getvalue())


def _session(recommender: Recommender, user_id: str) -> bytes:
    worked = working.current(recommender, user_id)
    steps = what_if_steps.kept(recommender, user_id)
    document = session_of(recommender, worked, steps)
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def session_of(recommender: Recommender, worked: State, steps: Sequence[Step]) -> dict[str, Any]:
    """The session's document: as stored, step by step, what is worked on, and what is pinned."""
    user_id, default = worked.user_id, tuple(recommender.default_weights.items())
    states = [
        State(user_id, n=worked.n, weights=default, name="As stored"),
        *(replace(step.state, name=f"Step {step.number}") for step in steps),
        replace(worked, name="Worked on"), *pins.readable(recommender.study.journal, user_id),
    ]  # fmt: skip
    return audit.session(recommender, states, ["", *(step.at for step in steps)])
