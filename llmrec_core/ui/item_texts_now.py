"""A text for one item at once: the template's, or the model's as its words come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import streamlit as st

from llmrec_core import made, provenance
from llmrec_core.describe import Description
from llmrec_core.enrich import Enriching, chat
from llmrec_core.enrich.check import Vocabulary, checked, wrong
from llmrec_core.enrich.write import by_template
from llmrec_core.errors import StudioError
from llmrec_core.study import Study
from llmrec_core.ui import cached, cached_items, item_texts, jobs, state, writing_key
from llmrec_core.ui import writing_stream as streams
from llmrec_core.ui.text import plain
from llmrec_core.writing.chosen import Chosen, chosen
from llmrec_core.writing.desk import Desk
from llmrec_core.writing.settings import WriterKind

MOST_ITEMS = 100_000


@dataclass(frozen=True)
class Said:
    """A text on the screen: of which item, and how it ended."""

    about: tuple[str, int, str]
    text: Description | None
    problem: str = ""


@st.fragment
def now(name: str, item: int) -> None:
    """The buttons, and the text that was just written."""
    study = Study.open(name)
    settings = chosen(study)
    key = f"item_texts_now_{name}"
    with st.container(horizontal=True, vertical_alignment="center"):
        by_rules = st.button(
            "Write by rules", key="item_texts_rules", icon=":material/rule:",
            help="The template: attributes in sentences, and what reviews speak of, counted.",
        )
        by_model = st.button(
            "Write with the model", key="item_texts_model", icon=":material/stylus_note:",
            disabled=settings.writer == WriterKind.TEMPLATE,
            help="The model that is chosen on the writing page; its words appear as they come.",
        )
        if settings.writer == WriterKind.TEMPLATE:
            st.page_link("pages/study/writing.py", label="Choose a model")
    slot = st.empty()
    if by_rules:
        st.session_state[key] = Said((name, item, "template"), _by_rules(study, item))
    if by_model:
        st.session_state[key] = _by_model(study, settings, item, slot)
    said: Said | None = st.session_state.get(key)
    if said is None or said.about[:2] != (name, item):
        st.caption("A look at what a build would write; nothing is changed by it.")
        return
    slot.empty()
    if said.problem:
        st.error(plain(said.problem), icon=":material/error:")
    elif said.text is None or not said.text.sentences:
        st.caption("Nothing can be said of this item: it has no attributes and no reviews.")
    else:
        item_texts.show(said.text)
        if said.about[2] != "template":
            st.caption("The answer is kept: a build with this model does not ask again.")
            if all(map(wrong, said.text.sentences)):
                st.caption("Nothing of it is borne out: a build puts the text by rules there.")


def _by_rules(study: Study, item: int) -> Description:
    material = cached_items.material_of(study, item)
    (text,) = by_template([material], cached_items.reviews_crowd(study))
    return checked(text, material, Vocabulary(cached.tables_of(study).items))


def _by_model(study: Study, settings: Chosen, item: int, slot: object) -> Said:
    """Stream the answer into `slot`; a failure is told, and nothing is lost by it."""
    about = (study.name, item, settings.writer)
    try:
        enriching, limits = Enriching.by(1, settings.writing()), settings.limits()
        writing = enriching.writing
        model = cached.chat_model(writing, limits, writing_key.key())
        desk = Desk(model, cached.answers(), limits, {})
        material = cached_items.material_of(study, item)
        things = cached.catalogue_of(study).things
        begun, words = time.perf_counter(), ""
        asked: list[chat.Question] = []

        def begin() -> Iterator[str]:
            asked.append(chat.question_for(material, things, writing, desk))
            yield from chat.stream(asked[0], desk)

        for words in _all_so_far(begin):
            waited = time.perf_counter() - begun
            slot.text(words or f"Waiting for the first word, {waited:,.0f} s…")  # type: ignore[attr-defined]
        text = chat.description_of(words, material, writing, model.name, asked[0])
        vocabulary = Vocabulary(cached.tables_of(study).items)
        return Said(about, checked(text, material, vocabulary))
    except (StudioError, OSError) as error:
        return Said(about, None, str(error))


def _all_so_far(begin: streams.Callable[[], Iterator[str]]) -> Iterator[str]:
    words = ""
    with closing(streams.pieces(begin)) as pieces:  # type: ignore[type-var]
        for piece in pieces:
            words += streams.cleaned(piece)
            yield words


def build(study: Study) -> None:
    """How many texts a build shall write, the button that starts it, and its progress."""
    built = provenance.made(study)
    in_force = made.items_written(study)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "Item texts", 0, MOST_ITEMS, in_force or 100, 50, key=_wanted(study.name), width=160,
            help="For so many thin items, the least known first; 0 builds without.",
        )
        st.button(
            "Build with item texts", key="item_texts_build", type="primary",
            icon=":material/build:", on_click=_start, args=(study.name,),
            disabled=jobs.running(study),
            help="Writes with the writer of the writing page. What was built without texts is "
            "kept beside it.",
        )
    jobs.panel(study, stale=built is None or bool(built.missing))


def _wanted(name: str) -> str:
    return f"item_texts_wanted_{name}"


def _start(name: str) -> None:
    with state.telling():
        study = Study.open(name)
        wanted = max(0, int(st.session_state.get(_wanted(name)) or 0))
        jobs.start(
            study, encoder=made.encoder_name(study), settings=chosen(study),
            key=writing_key.key(), item_texts=wanted,
        )
