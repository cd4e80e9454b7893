"""The caches of editing, as in `cached`: keyed by versions and revisions, never by data."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.audience import Audience, members
from llmrec_core.describe import Description
from llmrec_core.recommender import Recommender

if TYPE_CHECKING:
    from llmrec_core.project.said import Usual


@st.cache_resource(max_entries=3, show_spinner=False)
def _warming(
    version_key: str, _start: Callable[[Recommender], Thread], _recommender: Recommender
) -> Thread:
    return _start(_recommender)


def warming(recommender: Recommender, start: Callable[[Recommender], Thread]) -> Thread:
    """What gets the encoder ready, started once for all sessions."""
    return _warming(recommender.version, start, recommender)


def usual(recommender: Recommender) -> Usual:
    """What the machine's texts say of each item on average, to tell what one says more."""
    return recommender.usual


@st.cache_resource(max_entries=4, show_spinner="Reading all descriptions…")
def _meant(
    version_key: str, revision: str, asked: str, _audience: Audience, _recommender: Recommender,
    _cluster: np.ndarray | None,
) -> tuple[list[Description], np.ndarray]:
    texts = _recommender.descriptions()
    return texts, members(_recommender, _audience, texts, _cluster)


def meant(
    recommender: Recommender, audience: Audience, cluster: np.ndarray | None
) -> tuple[list[Description], np.ndarray]:
    """Everybody's description in force, and the numbers of the users who are meant."""
    revision = recommender.study.journal.revision()
    return _meant(recommender.version, revision, repr(audience), audience, recommender, cluster)
