"""Read and edit a description sentence by sentence; what is typed stays until it is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import streamlit as st

from llmrec_core.describe import Sentence
from llmrec_core.errors import StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import behind, rewriting, sentence_marks, versions, warm
from llmrec_core.ui.drafts import Draft
from llmrec_core.ui.text import plain

POLARITIES = {1: "Likes", -1: "Dislikes", 0: "Neither"}
"""How a sentence counts, as it is shown."""

HOW_IT_COUNTS = (
    "What is liked pulls items nearer, what is disliked pushes them away; what says neither, and "
    "what is switched off, is kept but does not count for the recommendations."
)


def edit_description(
    recommender: Recommender, user_id: str, effect: Callable[[], None] | None = None
) -> None:
    """The editor of one user's description; what is typed stays until it is saved or discarded.

    `effect` draws what the saved edit did, between the buttons and the sentences.
    """
    key = f"draft:{recommender.study.name}:{user_id}"
    draft = _current(recommender, user_id, key)
    versions.bar(recommender, user_id, key, draft)
    rewriting.answer(recommender, user_id, key, draft)
    _said(key)
    if effect is not None:
        effect()
    sentence_marks.show_card(draft.base)
    st.caption(HOW_IT_COUNTS)
    if not draft.now.sentences:
        st.caption("The description has no sentence: add one below.")
    for mark, sentence in zip(draft.marks, draft.now.sentences, strict=True):
        _row(recommender, user_id, key, mark, sentence, draft.data)
    _adding(key)
    warm.up(recommender)


def _current(recommender: Recommender, user_id: str, key: str) -> Draft:
    """The session's draft, made anew from the description in force where nothing is unsaved."""
    stored, data = behind.in_force(recommender, user_id)
    draft: Draft | None = st.session_state.get(key)
    same = draft is not None and (draft.base, draft.data) == (stored, data)
    if draft is None or (not same and not draft.changed):
        draft = Draft.of(stored, 0 if draft is None else draft.following, data)
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
    recommender: Recommender, user_id: str, key: str, mark: int, sentence: Sentence, data: str
) -> None:
    """One sentence: its text, what it means, the rows behind it, and whether it counts."""
    text, knobs = st.columns([8, 7], vertical_alignment="top")
    box = f"{key}:text:{mark}"
    if box not in st.session_state:
        st.session_state[box] = sentence.text
    with text:
        st.text_area(
            f"Sentence {mark + 1}", key=box, height="content", label_visibility="collapsed",
            on_change=_change, args=(key, mark, "text"), persist_state="session",
        )
        sentence_marks.show_line(sentence)
    with knobs.container(horizontal=True, vertical_alignment="center", gap="small"):
        _switch(key, mark, sentence)
        _meaning(key, mark, sentence)
        behind.rows_of(recommender, user_id, key, mark, sentence, data)
        rewriting.ask_for(recommender, key, mark)
        st.button(
            "", key=f"{key}:remove:{mark}", icon=":material/delete:", type="tertiary",
            on_click=_change, args=(key, mark, "remove"), help="Remove this sentence.",
        )
    rewriting.offer(key, mark, sentence)


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
