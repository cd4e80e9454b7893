"""The session as a file, and files tried again: are the lists what they were?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import streamlit as st

from llmrec_core.recommender import Recommender
from llmrec_core.ui import state, what_if_frames
from llmrec_core.ui import what_if_state as working
from llmrec_core.ui.text import count, plain
from llmrec_core.whatif import State, audit, pins

_PLACES: dict[str, Any] = {
    "Score then": st.column_config.NumberColumn(format="%.4f", width=75, help="Points."),
    "Score now": st.column_config.NumberColumn(format="%.4f", width=75, help="Points."),
    "Place": st.column_config.NumberColumn(width=50), "Same": st.column_config.TextColumn(width=50),
}


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
            "The file holds the user as stored, the state above and the pinned ones: edits, "
            "weights, lists with scores, and what study, build and encoder they come from. "
            "`llmrec replay STUDY FILE` makes the lists again in a terminal."
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
            _replay(recommender, given.getvalue())


def _session(recommender: Recommender, user_id: str) -> bytes:
    worked = working.current(recommender, user_id)
    states = [
        State(user_id, n=worked.n, weights=tuple(recommender.default_weights.items()),
              name="As stored"),
        replace(worked, name="Worked on"), *pins.readable(recommender.study.journal, user_id),
    ]  # fmt: skip
    document = audit.session(recommender, states)
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _replay(recommender: Recommender, data: bytes) -> None:
    """The sentence, then every state; those that differ are open."""
    session = audit.read(data)
    found = audit.replay(recommender, session)
    right = sum(one.same for one in found.states)
    made = plain(session.made.replace("T", " ").replace("+00:00", " UTC"))
    words = f"The same as on {made}: {right} of {count(len(found.states), 'list')}."
    since = f" Other since then: {', '.join(found.moved)}." if found.moved else ""
    if found.same:
        st.success(words + since, icon=":material/check_circle:")
    else:
        st.warning(words + since, icon=":material/difference:")
    for number, one in enumerate(found.states):
        name = plain(one.state.name or f"State {number + 1}", 60)
        mark = ":material/check:" if one.same else ":material/close:"
        with st.expander(f"{mark} {name}, user {plain(one.state.user_id, 40)}",
                         expanded=not one.same and number < 4):  # fmt: skip
            if one.problem:
                st.caption(plain(one.problem))
                continue
            for text in one.gone:
                st.caption(f"No longer in the description: {plain(text, 120)}")
            st.dataframe(
                what_if_frames.replay_frame(one), key=f"what_if_replay_{number}", hide_index=True,
                column_config=_PLACES, alt="The list then and now, place by place",
            )
