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
        st.error(str(error), icon=":material/error:")
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
        st.info(str(error), icon=":material/info:")
        st.page_link("pages/study/data.py", label="To the data page", icon=":material/build:")
        st.stop()
