"""The caches of item texts, as in `cached`: keyed by contents and versions, never by data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.enrich.effect import Effect, before_and_after, effect
from llmrec_core.enrich.material import Material, gather
from llmrec_core.enrich.needs import needs
from llmrec_core.enrich.phrases import Crowd
from llmrec_core.enrich.write import crowd_of
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import cached

if TYPE_CHECKING:
    import pandas as pd


@st.cache_resource(max_entries=2, show_spinner="Looking at what items say of themselves…")
def _needs(folder: str, key: str, reviews_key: str, _study: Study) -> pd.DataFrame:
    behaviour, _ = cached.crowd_of(_study)
    return needs(cached.tables_of(_study).items, behaviour, _study.reviews())


def needs_of(study: Study) -> pd.DataFrame:
    """What every item says of itself, and what could be written from; not to be written to."""
    return _needs(str(study.tables_folder), study.key, study.reviews_key, study)


@st.cache_resource(max_entries=1, show_spinner="Reading the reviews…")
def _reviews_crowd(folder: str, key: str, reviews_key: str, _study: Study) -> Crowd:
    behaviour, _ = cached.crowd_of(_study)
    return crowd_of(behaviour, _study.reviews())


def reviews_crowd(study: Study) -> Crowd:
    """What an item's reviews are compared with; one pass over them a new item."""
    return _reviews_crowd(str(study.tables_folder), study.key, study.reviews_key, study)


@st.cache_resource(max_entries=32, show_spinner=False)
def _material(folder: str, key: str, reviews_key: str, item: int, _study: Study) -> Material:
    behaviour, _ = cached.crowd_of(_study)
    return gather([item], behaviour, cached.tables_of(_study).items, _study.reviews())[0]


def material_of(study: Study, item: int) -> Material:
    """What is known of one item: attributes, own texts, reviews of the rows in force."""
    return _material(str(study.tables_folder), study.key, study.reviews_key, item, study)


@st.cache_resource(max_entries=1, show_spinner="Opening the build without written texts…")
def _both(version_key: str, _study: Study) -> tuple[Recommender, Recommender]:
    return before_and_after(_study)


def both_builds(recommender: Recommender) -> tuple[Recommender, Recommender]:
    """The build in force without and with written texts; raises `MissingArtefactError`."""
    return _both(recommender.version, recommender.study)


@st.cache_resource(max_entries=6, show_spinner="Ranking for all users, before and after…")
def _effect(version_key: str, signal: str, _recommender: Recommender) -> Effect:
    before, after = both_builds(_recommender)
    return effect(before, after, weights={signal: 1.0} if signal else None)


def effect_of(recommender: Recommender, signal: str = "") -> Effect:
    """What the written texts did, under each build's fitted weights or with one signal alone."""
    return _effect(recommender.version, signal, recommender)
