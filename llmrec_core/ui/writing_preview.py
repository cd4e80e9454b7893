"""One user first: what the model is told, its words as they come, and what the check says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import streamlit as st

from llmrec_core import describe, find
from llmrec_core.describe import Check, Description
from llmrec_core.errors import StudioError
from llmrec_core.evidence import Evidence
from llmrec_core.llm import Request
from llmrec_core.study import Study
from llmrec_core.ui import (
    cached,
    sentence_marks,
    writing_key,
    writing_prompt,
    writing_stream,
)
from llmrec_core.ui.text import count, plain
from llmrec_core.writing.chat import request_for, stream_description
from llmrec_core.writing.chosen import Chosen, chosen
from llmrec_core.writing.desk import Desk
from llmrec_core.writing.papers import papers
from llmrec_core.writing.prompts import digest_of
from llmrec_core.writing.settings import Unsupported, Writing

BUILD_DOES = {
    Unsupported.MARK.value: "",
    Unsupported.REWRITE.value: "; a build asks for them once more",
    Unsupported.TEMPLATE.value: "; a build puts the template's in their place",
}
"""What becomes of them; the page shows them as they came."""


@dataclass(frozen=True)
class Said:
    """An answer on the screen: to what, its words, how it ended and after how many seconds."""

    key: str
    text: str
    seconds: float
    finished: bool
    problem: str = ""
    cut: bool = False
    """The answer was cut off at its longest: a half last sentence is none."""


def preview(study: Study, settings: Chosen) -> None:
    """Everything about one user; needs complete settings and a usable prompt."""
    try:
        writing = settings.writing()
        text = writing_prompt.draft(study, settings)
        if problem := writing_prompt.wrong(text):
            raise StudioError(problem)
    except StudioError as error:
        st.caption(plain(f"Nothing to try yet: {error}"))
        return
    user = _pick(study)
    if user is None:
        return
    writing = replace(writing, prompt=digest_of(text))
    evidence = cached.evidence_of(study, user)
    request = request_for(
        evidence, cached.catalogue_of(study), writing, papers(writing, study, text)
    )
    _told(request, evidence)
    _answer(study.name, user, writing, request, text)


def _pick(study: Study) -> str | None:
    """The id of a user, built or not; None after a hint."""
    behaviour, _ = cached.crowd_of(study)
    if not behaviour.n_users:
        st.caption("No row is left by the filters: nobody can be described.")
        return None
    examples = find.example_users(behaviour)
    key = f"writing_{study.name}_user"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            "User id", key=key, type="search", width=260, persist_state="session",
            placeholder=examples[0].user_id, icon=":material/person_search:",
            help="An empty box shows the typical user.",
        )
        for example in examples:
            st.button(
                example.kind, key=f"{key}_{example.kind}", type="tertiary", on_click=_choose,
                args=(key, example.user_id),
                help=plain(f"User {example.user_id}: {example.words}."),
            )
    wanted = (typed or "").strip() or examples[0].user_id
    if wanted in set(map(str, behaviour.user_ids)):
        return wanted
    near = find.users([str(user) for user in behaviour.user_ids], wanted, most=5)
    words = "Ids that contain it: " + ", ".join(near) if near else (
        f"Ids look like {examples[0].user_id}"
    )
    st.warning(plain(f"There is no user «{wanted[:60]}» in this study. {words}."),
               icon=":material/person_off:")
    return None


def _choose(key: str, user_id: str) -> None:
    st.session_state[key] = user_id


def _told(request: Request, evidence: Evidence) -> None:
    """The request turn by turn, as text."""
    tokens = papers(Writing()).model.count(request)
    words = (
        f"What the model is told: {count(len(evidence.rows), 'row')} read, "
        f"about {tokens:,} tokens"
    )
    with st.expander(words, icon=":material/forum:", expanded=True):
        for column, message in zip(
            st.columns(len(request.messages)), request.messages, strict=True
        ):
            with column:
                st.caption(message.role.capitalize())
                st.code(message.content, language=None, wrap_lines=True, height=300)


# No fragment: a click inside one waits for the run to end, and «Stop» could stop nothing.
def _answer(study_name: str, user: str, writing: Writing, request: Request, text: str) -> None:
    """The button, the words as they come, and the comparison with the template."""
    study = Study.open(study_name)
    key = request.key(writing.key())
    here = f"writing_{study_name}_said"
    with st.container(horizontal=True, vertical_alignment="center"):
        go = st.button(
            "Write it now", key="preview_go", icon=":material/stylus_note:", type="primary",
            help="Asks the model about this user alone, with the prompt on the screen.",
        )
        stop = st.empty()
    slot = st.empty()
    if go:
        stop.button("Stop", key="preview_stop", icon=":material/stop_circle:",
                    help="What came so far stays on the screen.")
        _write(study, user, writing, text, slot, here, key)
        _note_cut(study, writing, request, here)
        stop.empty()
    said: Said | None = st.session_state.get(here)
    if said is None or said.key != key:
        st.caption("Nothing is written for this user with these settings yet.")
        return
    slot.empty()
    _ended(said)
    if said.finished:
        _beside(study, user, writing, request, said)


def _write(
    study: Study, user: str, writing: Writing, text: str, slot: object, here: str, key: str
) -> None:
    """Stream the answer into `slot` and remember it, whole or in part."""
    begun = time.perf_counter()
    words, finished, problem = "", False, ""
    try:
        for words in _streamed(study, user, writing, text):
            waited = time.perf_counter() - begun
            # At every step: a run that a click ends cannot write to the session any more.
            st.session_state[here] = Said(key, words, waited, False)
            slot.text(words or f"Waiting for the first word, {waited:,.0f} s…")  # type: ignore[attr-defined]
        finished = True
    except (StudioError, OSError) as error:
        problem = str(error)
    spent = time.perf_counter() - begun
    st.session_state[here] = Said(key, words, spent, finished, problem)


def _note_cut(study: Study, writing: Writing, request: Request, here: str) -> None:
    """How the kept answer ended, as a build will read it."""
    said: Said = st.session_state[here]
    if not said.finished:
        return
    model = cached.chat_model(writing, chosen(study).limits(), writing_key.key())
    whole = cached.answers().known([name := request.key(model.key)]).get(name)
    st.session_state[here] = replace(said, cut=whole is not None and whole.finish == "length")


def _streamed(study: Study, user: str, writing: Writing, text: str) -> Iterator[str]:
    """All that came so far, again with every piece."""
    limits = chosen(study).limits()
    model = cached.chat_model(writing, limits, writing_key.key())
    desk = Desk(model, cached.answers(), limits, {writing.scheme: text})
    evidence, catalogue = cached.evidence_of(study, user), cached.catalogue_of(study)
    pieces = writing_stream.pieces(
        lambda: stream_description(evidence, catalogue, writing, desk)
    )
    words = ""
    with closing(pieces):  # type: ignore[type-var]
        for piece in pieces:
            words += writing_stream.cleaned(piece)
            yield words


def _ended(said: Said) -> None:
    """How the writing ended, and the raw words where they are no description yet."""
    if said.problem:
        st.error(plain(said.problem), icon=":material/error:")
    elif not said.finished:
        st.warning(f"Stopped after {said.seconds:,.1f} s: nothing of it is kept.",
                   icon=":material/stop_circle:")
    if not said.finished and said.text:
        st.code(said.text, language=None, wrap_lines=True)


def _beside(
    study: Study, user: str, writing: Writing, request: Request, said: Said
) -> None:
    """The parsed sentences with their marks beside the template's."""
    from llmrec_core.writing.requests import checked, description_of

    evidence, catalogue = cached.evidence_of(study, user), cached.catalogue_of(study)
    left, right = st.columns(2)
    with left:
        st.markdown("**The model**")
        try:
            written = description_of(
                said.text, evidence, catalogue, writing, writing.model, request=request,
                cut=said.cut,
            )
        except StudioError as error:
            st.warning(plain(f"{error} A build puts the template's text in its place."),
                       icon=":material/warning:")
        else:
            _sentences(written)
            st.caption(_verdict(written, said.seconds, writing.unsupported))
        with st.expander("The answer as it came", icon=":material/notes:"):
            st.code(said.text, language=None, wrap_lines=True)
    with right:
        st.markdown("**The template**")
        _sentences(checked(describe.write(evidence, catalogue.items), evidence, catalogue))


def _sentences(description: Description) -> None:
    for sentence in description.sentences:
        st.text(sentence.text)
        sentence_marks.show_line(sentence)


def _verdict(written: Description, seconds: float, unsupported: str) -> str:
    wrong = sum(
        s.check in (Check.UNSUPPORTED, Check.CONTRADICTED) for s in written.sentences
    )
    size = len(written.sentences)
    return (
        f"{count(size, 'sentence')} in {seconds:,.1f} s; "
        + (f"{wrong} of them the evidence does not bear out{BUILD_DOES[unsupported]}." if wrong
           else "the evidence contradicts none of them.")
    )
