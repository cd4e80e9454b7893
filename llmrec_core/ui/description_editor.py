"""Read and edit a description sentence by sentence, see the rows behind it, save versions of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.describe import PERSON, Sentence
from llmrec_core.errors import StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import frames, versions
from llmrec_core.ui.drafts import Draft
from llmrec_core.ui.text import count, plain

if TYPE_CHECKING:
    import pandas as pd

POLARITIES = {1: "Likes", -1: "Dislikes", 0: "Neither"}
"""How a sentence counts, as it is shown."""

HOW_IT_COUNTS = (
    "What is liked pulls items nearer, what is disliked pushes them away; what says neither, and "
    "what is switched off, is kept but does not count for the recommendations."
)


def edit_description(recommender: Recommender, user_id: str) -> None:
    """The editor of one user's description; what is typed stays until it is saved or discarded."""
    key = f"draft:{recommender.study.name}:{user_id}"
    draft = _current(recommender, user_id, key)
    versions.bar(recommender, user_id, key, draft)
    _said(key)
    st.caption(HOW_IT_COUNTS)
    if not draft.now.sentences:
        st.caption("The description has no sentence: add one below.")
    for mark, sentence in zip(draft.marks, draft.now.sentences, strict=True):
        _row(recommender, user_id, key, mark, sentence)
    _adding(key)


def _current(recommender: Recommender, user_id: str, key: str) -> Draft:
    """The session's draft, made anew from the description in force where nothing is unsaved."""
    stored = recommender.description(user_id)
    draft: Draft | None = st.session_state.get(key)
    if draft is None or (draft.base != stored and not draft.changed):
        draft = Draft.of(stored, 0 if draft is None else draft.following)
        st.session_state[key] = draft
    if draft.base != stored:
        st.warning(
            "The description was changed elsewhere while you were editing. Your draft is kept: "
            "saving it makes it the newest version, and the other one stays in the history.",
            icon=":material/warning:",
        )
    return draft


def _said(key: str) -> None:
    problem = st.session_state.pop(f"{key}:problem", None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _row(
    recommender: Recommender, user_id: str, key: str, mark: int, sentence: Sentence
) -> None:
    """One sentence: its text, what it means, the rows behind it, and whether it counts."""
    text, knobs = st.columns([5, 4], vertical_alignment="center")
    box = f"{key}:text:{mark}"
    if box not in st.session_state:
        st.session_state[box] = sentence.text
    text.text_area(
        f"Sentence {mark + 1}", key=box, height="content", label_visibility="collapsed",
        on_change=_change, args=(key, mark, "text"), persist_state="session",
    )
    with knobs.container(horizontal=True, vertical_alignment="center", gap="small"):
        _switch(key, mark, sentence)
        _meaning(key, mark, sentence)
        _evidence(recommender, user_id, key, mark, sentence)
        st.button(
            "", key=f"{key}:remove:{mark}", icon=":material/delete:", type="tertiary",
            on_click=_change, args=(key, mark, "remove"), help="Remove this sentence.",
        )


def _switch(key: str, mark: int, sentence: Sentence) -> None:
    name = f"{key}:on:{mark}"
    if name not in st.session_state:
        st.session_state[name] = sentence.on
    st.toggle(
        "On", key=name, on_change=_change, args=(key, mark, "on"), persist_state="session",
    )


def _meaning(key: str, mark: int, sentence: Sentence) -> None:
    name = f"{key}:polarity:{mark}"
    if name not in st.session_state:
        st.session_state[name] = sentence.polarity
    st.selectbox(
        "Meaning", list(POLARITIES), key=name, format_func=POLARITIES.__getitem__, width=120,
        label_visibility="collapsed", on_change=_change, args=(key, mark, "polarity"),
        persist_state="session",
        help=HOW_IT_COUNTS,
    )


def _evidence(
    recommender: Recommender, user_id: str, key: str, mark: int, sentence: Sentence
) -> None:
    """The interactions that a sentence was written from, on demand."""
    if not sentence.rows:
        st.badge(plain(sentence.author), icon=":material/edit:", color="gray",
                 help="Who wrote this sentence. No interaction stands behind it.")
        return
    if not frames.are_own(recommender, user_id, sentence.rows):
        st.badge("from earlier data", icon=":material/history:", color="gray",
                 help=f"Written by: {plain(sentence.author)}. The study was imported anew since: "
                 "the interactions behind this sentence are not in it.")
        return
    icon = ":material/edit:" if sentence.author == PERSON else ":material/fact_check:"
    part = st.popover(
        count(len(sentence.rows), "row"), key=f"{key}:rows:{mark}", icon=icon,
        on_change="rerun", type="tertiary",
        help=f"Written by: {plain(sentence.author)}. Opens the interactions behind the sentence.",
    )
    if not part.open:
        return
    with part:
        st.caption(
            f"The {count(len(sentence.rows), 'interaction')} that the sentence was written from, "
            "latest first."
        )
        frame = frames.rows_frame(recommender, sentence.rows)
        show_rows(frame, f"{key}:evidence:{mark}", height=300)


def show_rows(frame: pd.DataFrame, key: str, height: int = 420) -> None:
    """Interactions as a table (title, value, date)."""
    st.dataframe(
        frame.drop(columns="Row"), key=key, hide_index=True,
        height=min(height, 38 + 35 * len(frame)),
        column_config={
            "Value": st.column_config.NumberColumn(
                format="%.3g", help="Rating, count or 1, as in the data."
            ),
            "Date": st.column_config.DateColumn(format="YYYY-MM-DD"),
        },
        placeholder="", alt="Interactions: title, value, date",
    )


def _adding(key: str) -> None:
    st.text_area(
        "Add", key=f"{key}:new", height="content", persist_state="session",
        placeholder="For example: Loves slow-burning mysteries set in small towns.",
        help="One or several sentences; each becomes a line of its own, and whether it says like "
        "or dislike is guessed from its words.",
    )
    st.button(
        "Add to the description", key=f"{key}:add", icon=":material/add:", on_click=_guarded,
        args=(key, lambda: _add(key)),
    )


def _change(key: str, mark: int, what: str) -> None:
    _guarded(key, lambda: _changed(key, mark, what))


def _changed(key: str, mark: int, what: str) -> None:
    """Take over what was done to one sentence; its other widgets follow."""
    draft: Draft = st.session_state[key]
    if what == "text":
        draft = draft.reworded(mark, st.session_state[f"{key}:text:{mark}"])
    elif what == "on":
        draft = draft.switched(mark, st.session_state[f"{key}:on:{mark}"])
    elif what == "polarity":
        draft = draft.meant(mark, st.session_state[f"{key}:polarity:{mark}"])
    else:
        draft = draft.without(mark)
    st.session_state[key] = draft
    if what == "text" and draft.index(mark) >= 0:
        sentence = draft.now.sentences[draft.index(mark)]
        st.session_state[f"{key}:text:{mark}"] = sentence.text
        st.session_state[f"{key}:polarity:{mark}"] = sentence.polarity


def _add(key: str) -> None:
    st.session_state[key] = st.session_state[key].with_text(st.session_state[f"{key}:new"])
    st.session_state[f"{key}:new"] = ""


def _guarded(key: str, act: Callable[[], None]) -> None:
    """Do what a callback does; a refusal is shown above the sentences, and what was typed stays."""
    try:
        act()
    except (StudioError, OSError, sqlite3.Error) as error:
        st.session_state[f"{key}:problem"] = str(error)
