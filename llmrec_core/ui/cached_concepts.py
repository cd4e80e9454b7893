"""The caches of the concepts page, as in `cached`: keyed by versions, names and phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.concepts import (
    Checked,
    Crowd,
    Spread,
    Weighing,
    checked,
    people,
    propose,
    spread_of,
)
from llmrec_core.concepts.people import readers
from llmrec_core.ui import cached

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender
    from llmrec_core.signals.match_weights import Learned
    from llmrec_core.signals.meeting import ReadsTexts

@st.cache_resource(max_entries=4, show_spinner="Looking for concepts in the catalogue…")
def _proposed(version_key: str, _recommender: Recommender) -> tuple[str, ...]:
    return propose(_recommender.tables.items)


def proposed(recommender: Recommender) -> tuple[str, ...]:
    """Phrases that the catalogue offers."""
    return _proposed(recommender.version, recommender)


@st.cache_resource(max_entries=4, show_spinner="Reading all descriptions…")
def _said(version_key: str, _recommender: Recommender) -> tuple[str, ...]:
    from llmrec_core.concepts.said import said_often

    return said_often(_recommender.written, _recommender.profiles, _recommender.item_vectors,
                      proposed(_recommender))  # fmt: skip


def said(recommender: Recommender) -> tuple[str, ...]:
    """Words that descriptions say often and the catalogue's phrases do not."""
    return _said(recommender.version, recommender)


@st.cache_resource(max_entries=16, show_spinner="Reading the phrases…", show_time=True)
def _checked(version_key: str, phrases: tuple[str, ...], _recommender: Recommender) -> Checked:
    return checked(phrases, _recommender.texts, _recommender.center)


def concepts_of(recommender: Recommender, phrases: tuple[str, ...]) -> Checked:
    """The phrases as concepts; new ones are encoded."""
    return _checked(recommender.version, phrases, recommender)


@st.cache_resource(max_entries=4, show_spinner=False)
def _targets(version_key: str, name: str, _signal: ReadsTexts) -> np.ndarray:
    return _signal.targets()


def targets_of(recommender: Recommender, name: str, item: int) -> np.ndarray:
    """(E,): one item as the signal `name` multiplies it."""
    found = _targets(recommender.version, name, readers(recommender)[name])
    return np.asarray(found[item])


@st.cache_resource(max_entries=32, show_spinner=False)
def _weighing(
    version_key: str, user_id: str, description_key: str, name: str, phrases: tuple[str, ...],
    _recommender: Recommender,
) -> Weighing:
    signal = readers(_recommender)[name]
    profile, block = cached.block(_recommender, user_id)
    met = _targets(version_key, name, signal)
    concepts = concepts_of(_recommender, phrases).concepts
    return Weighing.of(name, signal, profile, block, concepts, met)


def weighing(
    recommender: Recommender, user_id: str, name: str, phrases: tuple[str, ...]
) -> Weighing:
    """One user's scores by a signal in concepts, kept until the description changes."""
    key = recommender.description(user_id).to_json()
    return _weighing(recommender.version, user_id, key, name, phrases, recommender)


@st.cache_resource(max_entries=16, show_spinner="Looking at a sample of users…")
def _spread(
    version_key: str, name: str, phrases: tuple[str, ...], n: int, _recommender: Recommender
) -> Spread:
    found = concepts_of(_recommender, phrases).concepts
    return spread_of(readers(_recommender)[name], _recommender.profiles, found, n=n)


def spread(recommender: Recommender, name: str, phrases: tuple[str, ...], n: int = 10) -> Spread:
    """How much of a signal's scores the concepts account for, over a sample of users."""
    return _spread(recommender.version, name, phrases, n, recommender)


@st.cache_resource(max_entries=16, show_spinner=False)
def _crowd(
    version_key: str, name: str, phrases: tuple[str, ...], _recommender: Recommender
) -> Crowd:
    return people.mean_user(_recommender, concepts_of(_recommender, phrases).concepts, name)


def mean_user(recommender: Recommender, name: str, phrases: tuple[str, ...]) -> Crowd:
    """Where users stand on average, in their sentences (`people.SAID`) or where a signal points."""
    return _crowd(recommender.version, name, phrases, recommender)


@st.cache_resource(max_entries=8, show_spinner="Learning from what people took…", show_time=True)
def _learned(
    version_key: str, name: str, phrases: tuple[str, ...], _recommender: Recommender
) -> Learned:
    from llmrec_core.signals.match_weights import learned_weights

    found = concepts_of(_recommender, phrases).concepts
    return learned_weights(readers(_recommender)[name], _recommender.profiles, found)


def learned(recommender: Recommender, name: str, phrases: tuple[str, ...]) -> Learned:
    """Weights of the concepts that make what people took more likely."""
    return _learned(recommender.version, name, phrases, recommender)
