"""A session's file tried again on the page: bounded, stoppable, and done once a file."""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from llmrec_core.errors import WrongUseError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import what_if_frames
from llmrec_core.ui.text import count, plain
from llmrec_core.whatif import audit

MOST_LETTERS = 20_000
"""Characters of sentences that a file may have read by the studio's own process: some seconds."""
_REPLAYED = "what_if_replayed"
_PLACES: dict[str, Any] = {
    "Score then": st.column_config.NumberColumn(format="%.4f", width=75, help="Points."),
    "Score now": st.column_config.NumberColumn(format="%.4f", width=75, help="Points."),
    "Place": st.column_config.NumberColumn(width=50), "Same": st.column_config.TextColumn(width=50),
}


def draw(recommender: Recommender, data: bytes) -> None:
    """The sentence, then every state; those that differ are open."""
    made, found = _found(recommender, data)
    right = sum(one.same for one in found.states)
    told = plain(made.replace("T", " ").replace("+00:00", " UTC"))
    words = f"The same as on {told}: {right} of {count(len(found.states), 'list')}."
    since = f" Other since then: {plain(', '.join(found.moved))}." if found.moved else ""
    if found.same:
        st.success(words + since, icon=":material/check_circle:")
    else:
        st.warning(words + since, icon=":material/difference:")
    different = [number for number, one in enumerate(found.states) if not one.same]
    for number, one in enumerate(found.states):
        _state(number, one, is_open=number in different[:4])


def _found(recommender: Recommender, data: bytes) -> tuple[str, audit.Replay]:
    """When the file was made, and its replay: kept until the file, the study or an edit is other.

    Every step of the progress is a point at which Streamlit ends the run, should the file be taken
    out or something else be done.
    """
    what = (
        hashlib.blake2b(data).hexdigest(), recommender.version,
        recommender.study.journal.revision(),
    )
    kept = st.session_state.get(_REPLAYED)
    if kept is not None and kept[0] == what:
        return str(kept[1]), kept[2]
    session = audit.read(data)
    if session.letters() > MOST_LETTERS:
        raise WrongUseError(
            f"The session's states say {session.letters():,} characters of sentences, at most "
            f"{MOST_LETTERS:,} are read here: replay it in a terminal, with llmrec replay "
            f"{recommender.study.name} FILE."
        )
    bar = st.progress(0.0, "Making the lists again; take the file out to stop.")
    found = audit.replay(
        recommender, session, lambda done, total: bar.progress(
            done / total, f"Making list {done + 1} of {total} again; take the file out to stop."
        ),
    )
    bar.empty()
    st.session_state[_REPLAYED] = (what, session.made, found)
    return session.made, found


def _state(number: int, one: audit.Replayed, *, is_open: bool) -> None:
    name = plain(one.state.name or f"State {number + 1}", 60)
    mark = ":material/check:" if one.same else ":material/close:"
    with st.expander(f"{mark} {name}, user {plain(one.state.user_id, 40)}", expanded=is_open):
        if one.problem:
            st.caption(plain(one.problem))
            return
        for text in one.gone:
            st.caption(f"No longer in the description: {plain(text, 120)}")
        st.dataframe(
            what_if_frames.replay_frame(one), key=f"what_if_replay_{number}", hide_index=True,
            column_config=_PLACES, alt="The list then and now, place by place",
        )
