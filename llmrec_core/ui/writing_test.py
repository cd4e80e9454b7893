"""Is the model there? One short question, the seconds it took, and the models a server lists."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import streamlit as st

from llmrec_core.errors import StudioError
from llmrec_core.llm import Answer, Message, Request
from llmrec_core.study import Study
from llmrec_core.ui import cached, writing_key
from llmrec_core.ui.text import count, plain
from llmrec_core.writing.chosen import Chosen, checked_address, chosen
from llmrec_core.writing.settings import WriterKind

QUESTION = Request((Message("user", "Say: ready."),), max_tokens=8)


@dataclass(frozen=True)
class Tried:
    """How a test ended: one sentence, and the names that the server lists."""

    good: bool
    sentence: str
    models: tuple[str, ...] = ()


def _key(study: Study) -> str:
    return f"writing_{study.name}_tried"


def _asked(settings: Chosen) -> tuple[str, str, str]:
    """What a test was about: another address or model makes its result old."""
    if settings.writer == WriterKind.LOCAL:
        return settings.writer, "", settings.local_model
    return settings.writer, settings.server.strip().rstrip("/"), settings.server_model


def button(study: Study, label: str) -> None:
    """Ask the model one short question; the page waits for it."""
    st.button(
        label, key=f"writing_{study.name}_test", icon=":material/network_check:",
        on_click=_clicked, args=(study.name,), width="stretch",
        help="Asks for one word and says how long it took. A server may count it as a request.",
    )


def _clicked(study_name: str) -> None:
    study = Study.open(study_name)
    settings = chosen(study)
    st.session_state[_key(study)] = (_asked(settings), attempt(settings))


def attempt(settings: Chosen) -> Tried:
    """Ask once; never raises what a model may do."""
    names: tuple[str, ...] = ()
    begun = time.perf_counter()
    try:
        if settings.writer == WriterKind.SERVER:
            names = _listed(settings)
            if not settings.server_model.strip():
                return _without_model(names)
        begun = time.perf_counter()
        # A test is answered at once or it has failed.
        limits = replace(settings.limits(), retries=0)
        model = cached.chat_model(settings.writing(), limits, writing_key.key())
        loaded = time.perf_counter() - begun
        begun = time.perf_counter()
        for _, answer in model.answer([QUESTION]):
            if isinstance(answer, Answer):
                return Tried(True, _good(model.name, loaded, time.perf_counter() - begun), names)
            raise answer
    except StudioError as error:
        return Tried(False, f"{error} ({time.perf_counter() - begun:,.1f} s)", names)
    return Tried(False, "The model gave no answer.", names)


def _listed(settings: Chosen) -> tuple[str, ...]:
    """The names of the server's models; empty where it gives no list."""
    from llmrec_core.llm.address import api_key
    from llmrec_core.llm.server import ServerModel

    limits = replace(settings.limits(), timeout=min(settings.timeout, 10.0), retries=0)
    key = writing_key.key() or api_key(settings.server)
    return tuple(ServerModel("", checked_address(settings.server), limits, key).models())


def _without_model(names: tuple[str, ...]) -> Tried:
    if names:
        return Tried(True, f"The server answers and lists {count(len(names), 'model')}: choose "
                     "one of them.", names)
    return Tried(False, "The server gave no list of models, or is not there: type the name of one "
                 "and test again.")


def _good(name: str, loaded: float, answered: float) -> str:
    words = f"{name} answered in {answered:,.1f} s"
    return f"{words}, after {loaded:,.1f} s of loading." if loaded > 1 else f"{words}."


def models(study: Study, settings: Chosen) -> list[str]:
    """What the last test of this address listed."""
    told = st.session_state.get(_key(study))
    if told is None or told[0][:2] != _asked(settings)[:2]:
        return []
    return list(told[1].models)


def result(study: Study, settings: Chosen) -> None:
    """What the last test of these settings said."""
    told = st.session_state.get(_key(study))
    if told is None or told[0] != _asked(settings):
        return
    tried: Tried = told[1]
    if tried.good:
        st.success(plain(tried.sentence), icon=":material/check_circle:")
    else:
        st.error(plain(tried.sentence), icon=":material/error:")
