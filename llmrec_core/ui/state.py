"""What a session remembers: ids, knobs and selections, never data; and the gates of a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from llmrec_core.errors import MissingArtefactError, StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import cached
from llmrec_core.ui.text import plain

STUDY = "study"
"""The widget key and the `?study=` of a link."""
USER = "user"
"""The widget key and the `?user=` of a link."""

_log = logging.getLogger(__name__)


def start() -> None:
    """Once a session: interactive work runs on one thread (two stall each other under load)."""
    if "started" not in st.session_state:
        cached.pin_threads()
        st.session_state["started"] = True


@contextmanager
def shown_errors() -> Iterator[None]:
    """Show what the studio refuses as its one sentence; anything unforeseen without a traceback."""
    try:
        yield
    except StudioError as error:
        st.error(plain(error), icon=":material/error:")
    except Exception as error:
        if type(error).__module__.startswith("streamlit"):
            raise
        _log.exception("a page failed")
        st.error(
            f"Something unforeseen happened ({type(error).__name__}). The details are in the "
            "terminal that runs the studio; nothing you typed is lost.",
            icon=":material/error:",
        )


def current_study() -> Study:
    """The study that is looked at; a hint and the end of the page where there is none."""
    name = st.session_state.get(STUDY)
    if not name:
        st.info(
            "There is no study yet: build the demo with `llmrec demo`, or load files on the "
            "data page.", icon=":material/info:",
        )
        st.page_link("pages/study/data.py", label="To the data page", icon=":material/upload_file:")
        st.stop()
    return Study.open(str(name))


def current_recommender() -> Recommender:
    """The built study, loaded once for all sessions; a hint where it is not built."""
    study = current_study()
    try:
        return cached.recommender(study)
    except MissingArtefactError as error:
        st.info(plain(error), icon=":material/info:")
        st.page_link("pages/study/data.py", label="To the data page", icon=":material/build:")
        st.stop()


_TOLD = "told"
NEXT_STUDY = "next_study"
"""The study that the picker shows on the next run: a widget cannot be set once it is drawn."""


@contextmanager
def telling(done: str = "") -> Iterator[None]:
    """Round the body of a callback: its end, or its refusal, is shown on the page that follows."""
    try:
        yield
    except (StudioError, OSError) as error:
        st.session_state[_TOLD] = (False, str(error))
    else:
        if done:
            st.session_state[_TOLD] = (True, done)


def tell(text: str) -> None:
    """Show `text` once, as a success, on the page that follows."""
    st.session_state[_TOLD] = (True, text)


def show_told() -> None:
    """What the last callback had to say, once."""
    told = st.session_state.pop(_TOLD, None)
    if told is None:
        return
    good, text = told
    if good:
        st.success(plain(text), icon=":material/check_circle:")
    else:
        st.error(plain(text), icon=":material/error:")
