"""The description's sentences as switches, and what else is said of the user."""

from __future__ import annotations

import streamlit as st

from llmrec_core.describe import Sentence
from llmrec_core.recipe import digest
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, warm
from llmrec_core.ui import what_if_state as working
from llmrec_core.ui.description_editor import HOW_IT_COUNTS, POLARITIES
from llmrec_core.ui.text import plain
from llmrec_core.whatif import State, editing, places_off


def show(recommender: Recommender, user_id: str) -> None:
    """Draw the field to type in, what was typed, and the switches."""
    state = working.current(recommender, user_id)
    _adding(recommender, user_id)
    for text, polarity in state.typed:
        _typed(recommender, user_id, text, polarity)
    sentences = recommender.description(user_id).sentences
    off = places_off(recommender, state)
    if not sentences:
        st.caption("The description has no sentence.")
    for place, sentence in enumerate(sentences):
        _switch(recommender, user_id, place, sentence, place not in off)
    warm.up(recommender)


def _adding(recommender: Recommender, user_id: str) -> None:
    examples = cached.starters(recommender)[:1]
    key = f"{working.base(recommender, user_id)}:new"
    st.text_input(
        "Say something more", key=key, on_change=_say, args=(recommender, user_id, key),
        icon=":material/add_comment:", persist_state="session",
        label_visibility="collapsed",
        placeholder="Say something more, such as: " + " ".join(examples or ["Loves the sea."]),
        help="One or several sentences; press Enter. They count beside the description, twice as "
        "much as a sentence of the machine, as an edit would; the description itself stays.",
    )


def _say(recommender: Recommender, user_id: str, key: str) -> None:
    text = str(st.session_state[key] or "")
    if not text.strip():
        return
    if working.change(recommender, user_id, lambda state: editing.with_words(state, text)):
        st.session_state[key] = ""


def _typed(recommender: Recommender, user_id: str, text: str, polarity: int) -> None:
    """A typed sentence: what it means, and a way to take it back."""
    key = f"{working.base(recommender, user_id)}:typed:{digest(text)}"
    words, knobs = st.columns([9, 8], vertical_alignment="center")
    words.markdown(f":material/person: {plain(text)}")
    with knobs.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.session_state[key] = polarity
        st.selectbox(
            "Meaning", list(POLARITIES), key=key, format_func=POLARITIES.__getitem__, width=112,
            label_visibility="collapsed", on_change=_mean, args=(recommender, user_id, text, key),
            help=f"Guessed from the words. {HOW_IT_COUNTS}",
        )
        st.button(
            "", key=f"{key}:away", icon=":material/close:", type="tertiary", on_click=_unsay,
            args=(recommender, user_id, text), help="Take this sentence back.",
        )


def _mean(recommender: Recommender, user_id: str, text: str, key: str) -> None:
    polarity = int(st.session_state[key])
    working.changed_and_follow(
        recommender, user_id, lambda state: editing.meant(state, text, polarity)
    )


def _unsay(recommender: Recommender, user_id: str, text: str) -> None:
    working.change(recommender, user_id, lambda state: editing.unsaid(state, text))


def _switch(
    recommender: Recommender, user_id: str, place: int, sentence: Sentence, on: bool
) -> None:
    key = f"{working.base(recommender, user_id)}:on:{place}"
    st.session_state[key] = on and sentence.on
    st.toggle(
        plain(sentence.text), key=key, disabled=not sentence.on,
        on_change=_flip, args=(recommender, user_id, place, key),
        help=None if sentence.on else "Switched off in the description itself: switch it on there.",
    )


def _flip(recommender: Recommender, user_id: str, place: int, key: str) -> None:
    on = bool(st.session_state[key])

    def act(state: State) -> State:
        return editing.switched(recommender, state, place, on)

    working.changed_and_follow(recommender, user_id, act)
