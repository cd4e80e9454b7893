"""All users: what it will take, the build that writes, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from llmrec_core import made, progress, provenance
from llmrec_core.enrich import Enriching
from llmrec_core.errors import StudioError
from llmrec_core.llm.budget import Estimate, estimate
from llmrec_core.recipe import digest
from llmrec_core.study import Study
from llmrec_core.ui import (
    cached,
    cached_writing,
    jobs,
    navigation,
    state,
    writing_key,
    writing_prompt,
    writing_told,
)
from llmrec_core.ui.text import count, plain
from llmrec_core.writing.chosen import Chosen, chosen
from llmrec_core.writing.plan import Asked, on_top
from llmrec_core.writing.settings import WriterKind, Writing
from llmrec_core.writing.standing import Standing, standing

POLL_SECONDS = 2.0
NEXT = ("pages/explore/descriptions.py", "pages/explore/audit.py")
"""Where to go once something is written."""


@dataclass(frozen=True)
class Told:
    """An estimate on the screen: for which settings, and the key that the model answers under."""

    about: str
    model_key: str
    numbers: Estimate
    users: int
    items: int

    def whom(self) -> str:
        """For whom and for what a build writes."""
        items = f" and {count(self.items, 'item')}" if self.items else ""
        return count(self.users, "user") + items


def batch(study: Study, settings: Chosen) -> None:
    """The estimate, the button that starts, and the progress of what runs."""
    built = provenance.made(study)
    if built is not None:
        st.caption(plain(writing_told.wrote(built)))
    told = None
    if settings.writer == WriterKind.TEMPLATE:
        _start_button(study, "Write with the template", disabled=jobs.running(study))
    else:
        told = _asked(study, settings)
    jobs.panel(study, stale=built is None or bool(built.missing))
    if told is not None:
        _progress(study, settings, told)
    if built is not None:
        _next_pages(study)


def _asked(study: Study, settings: Chosen) -> Told | None:
    """The estimate and the buttons of a model; None where there is no estimate."""
    try:
        writing = settings.writing()
        settings.limits()
    except StudioError as error:
        st.caption(plain(f"Nothing can be written yet: {error}"))
        return None
    told = _told(study, settings, writing)
    if told is not None:
        _numbers(study, settings, told)
    _buttons(study, settings, told)
    return told


def _next_pages(study: Study) -> None:
    """To what was written, and to what a check finds in it."""
    with st.container(horizontal=True):
        for spec in navigation.PAGES:
            if spec.path in NEXT:
                st.page_link(spec.path, label=spec.question, icon=spec.icon,
                             query_params={state.STUDY: study.name})


def _about(study: Study, settings: Chosen, writing: Writing) -> str:
    """What an estimate depends on; another price makes it old."""
    prices = (settings.price_read, settings.price_written)
    enriching = _enriching(study, writing).document()
    return digest(
        [study.key, study.reviews_key, str(study.tables_folder), writing.document(), enriching,
         prices]
    )


def _enriching(study: Study, writing: Writing) -> Enriching:
    """The item texts that the build will write: as many as in the last one, by this writer."""
    return Enriching.by(made.items_written(study), writing)


def _asked_of(study: Study, writing: Writing) -> Asked:
    return cached_writing.asked_of(study, writing, _enriching(study, writing))


def _key(study_name: str) -> str:
    return f"writing_{study_name}_estimate"


def _told(study: Study, settings: Chosen, writing: Writing) -> Told | None:
    """The last estimate, where it is one of these settings."""
    told: Told | None = st.session_state.get(_key(study.name))
    return told if told and told.about == _about(study, settings, writing) else None


def _buttons(study: Study, settings: Chosen, told: Told | None) -> None:
    running = jobs.running(study)
    unsaved = writing_prompt.unsaved(study, settings)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Estimate again" if told else "Estimate", key="batch_estimate",
            icon=":material/calculate:", type="secondary" if told else "primary",
            on_click=_estimate_clicked, args=(study.name,), disabled=running or unsaved,
            help="Counts what is known already and what the rest takes; nothing is asked.",
        )
        if told is not None:
            _start_button(study, f"Write for {told.whom()}", disabled=running or unsaved)
        if unsaved:
            st.caption("The prompt on the screen is not saved: save or discard it first.")
        elif told is None:
            st.caption("Before a batch starts, see what it takes.")


def _start_button(study: Study, label: str, *, disabled: bool) -> None:
    st.button(
        label, key="batch_start", icon=":material/edit_square:", type="primary",
        on_click=_start_clicked, args=(study.name,), disabled=disabled,
        help="Builds the study with these settings. Texts that are known already are not asked "
        "for again; the page may be left meanwhile.",
    )


def _estimate_clicked(study_name: str) -> None:
    study = Study.open(study_name)
    settings = chosen(study)
    with state.telling():
        writing = settings.writing()
        limits = settings.limits()
        model = cached.chat_model(writing, limits, writing_key.key())
        asked = _asked_of(study, writing)
        numbers = estimate(model, asked.all, cached.answers(), limits.prices)
        told = Told(
            _about(study, settings, writing), model.key, numbers, len(asked.users),
            _enriching(study, writing).items,
        )
        st.session_state[_key(study_name)] = told


def _start_clicked(study_name: str) -> None:
    with state.telling():
        study = Study.open(study_name)
        jobs.start(
            study, encoder=made.encoder_name(study), settings=chosen(study), agreed=True,
            key=writing_key.key(),
        )


def _numbers(study: Study, settings: Chosen, told: Told) -> None:
    """The estimate as figures."""
    numbers, limits = told.numbers, settings.limits()
    now = _standing(study, settings, told)
    side_by_side = limits.at_once if settings.writer == WriterKind.SERVER else 1
    seconds = now.seconds_left(side_by_side)
    with st.grid(4, min_column_width=180):
        st.metric("Texts to write", f"{numbers.requests - numbers.known:,}", border=True,
                  help=f"The model writes for {told.whom()}; the template writes for the other "
                  "users." + (" An item with many reviews takes several." if told.items else ""))
        st.metric("Known already", f"{numbers.known:,}", border=True,
                  help="Answered before by the same model to the same words: they are free.")
        st.metric("Tokens, at most", f"{numbers.prompt_tokens + numbers.completion_tokens:,}",
                  border=True, help=f"About {numbers.prompt_tokens:,} read and at most "
                  f"{numbers.completion_tokens:,} written.")
        free = not (limits.prices.read or limits.prices.written)
        st.metric("Cost, at most", "no price" if free else f"{numbers.cost:,.2f}", border=True,
                  help="At the prices above, as if every answer were as long as it may be.")
    st.caption(_pace(now, seconds))
    if words := on_top(settings.writing()):
        st.caption(words)


def _pace(now: Standing, seconds: float | None) -> str:
    if not now.left:
        return "Everything is known already: the build asks for nothing."
    if seconds is None:
        return (
            "How long it takes is not known yet: nothing of this batch is written. Write for the "
            "user above to measure it."
        )
    return (
        f"About {progress.duration(max(seconds, 1))} at the pace of the "
        f"{count(now.written, 'text')} written so far; then the study is built with them."
    )


def _standing(study: Study, settings: Chosen, told: Told) -> Standing:
    asked = _asked_of(study, settings.writing())
    return standing(asked.all, told.model_key, cached.answers())


def _progress(study: Study, settings: Chosen, told: Told) -> None:
    """What is written and kept, polled while a build runs."""
    every = POLL_SECONDS if jobs.running(study) else None
    st.fragment(_kept, run_every=every, key="batch_kept")(study.name, settings, told)


def _kept(study_name: str, settings: Chosen, told: Told) -> None:
    study = Study.open(study_name)
    now = _standing(study, settings, told)
    if not now.written:
        return
    words = now.sentence(settings.limits().prices)
    said = progress.read(study.progress_path)
    stopped = said is not None and not said.alive and said.status != progress.DONE
    if now.left and stopped:
        words += f" Starting again goes on with the other {now.left:,}."
    st.caption(plain(words))
