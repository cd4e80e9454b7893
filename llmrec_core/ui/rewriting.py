"""A sentence in other words by a chat model: asked on demand, shown beside the old, then taken."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.describe import Sentence, guess_polarity
from llmrec_core.describe.diff import Line, words
from llmrec_core.errors import StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, sentence_marks, word_diff, writing_key
from llmrec_core.ui.drafts import Draft
from llmrec_core.ui.text import plain
from llmrec_core.writing import WriterKind, Writing
from llmrec_core.writing.chosen import chosen

if TYPE_CHECKING:
    from llmrec_core.llm.limits import Limits

MOST_WISH = 200
"""Characters of a wish."""


@dataclass(frozen=True)
class Offer:
    """What a model proposes for the sentence with a mark."""

    mark: int
    sentence: Sentence


def writer_of(recommender: Recommender) -> Writing | None:
    """The model that rewrites: the one that wrote the study, else the one on the writing page.

    None where there is neither. Raises `WrongUseError` where the page's settings lack something.
    """
    wrote: Writing = recommender.recipe.writing
    if wrote.writer != WriterKind.TEMPLATE:
        return wrote
    wanted = chosen(recommender.study).writing()
    return None if wanted.writer == WriterKind.TEMPLATE else wanted


def ask_for(recommender: Recommender, key: str, mark: int) -> None:
    """The wish and the button; the question itself is asked while the page is drawn."""
    with st.popover("", icon=":material/auto_fix_high:", key=f"{key}:rewrite:{mark}",
                    on_change="rerun", type="tertiary", help="Rewrite this sentence with a model."):
        if not st.session_state.get(f"{key}:rewrite:{mark}"):
            return
        try:
            writing = writer_of(recommender)
        except StudioError as error:
            st.caption(plain(error))
            writing = None
        if writing is None:
            st.caption("No model is chosen for this study: choose one on the writing page.")
            st.page_link("pages/study/writing.py", label="To the writing page",
                         icon=":material/history_edu:")
            return
        st.text_input(
            "What should be different?", key=f"{key}:wish:{mark}", max_chars=MOST_WISH,
            placeholder="shorter, more concrete…", persist_state="session",
            help="Left empty, the model says it more clearly, or mends what the check found.",
        )
        st.button(
            f"Rewrite with {plain(writing.model, 40)}", key=f"{key}:ask:{mark}", type="primary",
            icon=":material/auto_fix_high:", on_click=_asked, args=(key, mark),
            help="The model sees this sentence and what is known of this user, nothing else.",
        )


def _asked(key: str, mark: int) -> None:
    st.session_state[f"{key}:asked"] = mark


def answer(recommender: Recommender, user_id: str, key: str, draft: Draft) -> None:
    """Ask the model where that was wanted; the offer, or why there is none, is kept."""
    mark = st.session_state.pop(f"{key}:asked", None)
    if mark is None or draft.index(mark) < 0:
        return
    wish = st.session_state.get(f"{key}:wish:{mark}") or ""
    with st.spinner("The model is writing…", show_time=True):
        try:
            sentence = rewritten(recommender, user_id, draft, mark, wish)
        except (StudioError, OSError, sqlite3.Error) as error:
            st.session_state[f"{key}:problem"] = f"Not rewritten, your sentence stays: {error}"
            return
    st.session_state[f"{key}:offer:{mark}"] = Offer(mark, sentence)


def rewritten(
    recommender: Recommender, user_id: str, draft: Draft, mark: int, wish: str
) -> Sentence:
    """The sentence in the model's words, checked against the user's evidence.

    Raises `StudioError` where there is no model, no answer or no usable one.
    """
    from llmrec_core.writing.chat import rewrite_sentence
    from llmrec_core.writing.desk import open_desk
    from llmrec_core.writing.requests import checked, with_sentence

    writing = writer_of(recommender)
    if writing is None:
        raise StudioError("no model is chosen for this study: choose one on the writing page.")
    study, index = recommender.study, draft.index(mark)
    limits = _limits(recommender)
    model = cached.chat_model(writing, limits, writing_key.key())
    desk = open_desk(writing, study, limits, model)
    evidence, catalogue = cached.evidence_of(study, user_id), cached.catalogue_of(study)
    text = rewrite_sentence(draft.now, index, evidence, catalogue, writing, desk, wish)
    new = with_sentence(draft.now, index, text, evidence, model.name)
    sentence = checked(new, evidence, catalogue).sentences[index]
    # A model may turn a liking into a dislike; words of dislike are sure, others are no sign.
    turned = sentence.polarity == 1 and guess_polarity(text) == -1
    return replace(sentence, polarity=-1) if turned else sentence


def _limits(recommender: Recommender) -> Limits:
    return chosen(recommender.study).limits()


def offer(key: str, mark: int, current: Sentence) -> None:
    """The model's words against those of now, to take or to leave."""
    made: Offer | None = st.session_state.get(f"{key}:offer:{mark}")
    if made is None:
        return
    with st.container(border=True, key=f"{key}:offered:{mark}"):
        same = made.sentence.text == current.text
        if same:
            st.caption("The model says it in the very same words.")
        else:
            line = Line(current, made.sentence, words(current.text, made.sentence.text))
            st.markdown(word_diff.markup(line))
        sentence_marks.show_line(made.sentence)
        with st.container(horizontal=True):
            st.button("Take it", key=f"{key}:take:{mark}", icon=":material/check:", disabled=same,
                      on_click=_take, args=(key, mark),
                      help="Into the draft; nothing is saved yet.")
            st.button("Leave it", key=f"{key}:leave:{mark}", icon=":material/close:",
                      type="tertiary", on_click=_leave, args=(key, mark))


def _take(key: str, mark: int) -> None:
    made: Offer | None = st.session_state.pop(f"{key}:offer:{mark}", None)
    if made is None:
        return
    draft: Draft = st.session_state[key].rewritten(mark, made.sentence)
    st.session_state[key] = draft
    st.session_state[f"{key}:text:{mark}"] = made.sentence.text
    st.session_state[f"{key}:polarity:{mark}"] = made.sentence.polarity


def _leave(key: str, mark: int) -> None:
    st.session_state.pop(f"{key}:offer:{mark}", None)
