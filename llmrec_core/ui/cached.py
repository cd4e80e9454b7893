"""Every cache of the app: keyed by recipes and versions, never data; what is held is read-only.

What a recommender computes is kept under the version that it was opened at, not the one on disk: a
fragment may still hold the old one when a new build ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core import atlas as atlases
from llmrec_core import blend, find, newcomer
from llmrec_core.behaviour import Filters, preview_filters
from llmrec_core.describe import Description
from llmrec_core.exposure import ExposureReport
from llmrec_core.made import version
from llmrec_core.profile import Profiles
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study, home
from llmrec_core.summary import Summary, split_table, summarise
from llmrec_core.tables import Tables

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.evidence import Background, Evidence
    from llmrec_core.llm import ChatModel
    from llmrec_core.llm.limits import Limits
    from llmrec_core.llm.memory import Answers
    from llmrec_core.writing import Writing
    from llmrec_core.writing.catalogue import Catalogue


@st.cache_resource
def pin_threads() -> object:
    """Limit BLAS to one thread for the life of the server."""
    import scipy.linalg  # noqa: F401  (its own pool is limited only once it is loaded)
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)


@st.cache_resource(max_entries=3, show_spinner="Opening the study…")
def _recommender(version_key: str, _study: Study) -> Recommender:
    return Recommender(_study)


def recommender(study: Study) -> Recommender:
    """The built study, opened once for all sessions until it is built anew."""
    return _recommender(version(study), study)


@st.cache_resource(max_entries=64, show_spinner=False)
def _block(
    version_key: str, user_id: str, description_key: str, _description: Description,
    _recommender: Recommender,
) -> tuple[Profiles, blend.Block]:
    profile = _recommender.profile(user_id, _description)
    return profile, _recommender.block(profile)


def block(recommender: Recommender, user_id: str) -> tuple[Profiles, blend.Block]:
    """A user's profile and normalised signals, kept until the description changes."""
    return block_as_described(recommender, user_id, recommender.description(user_id))


def block_as_described(
    recommender: Recommender, user_id: str, description: Description
) -> tuple[Profiles, blend.Block]:
    """The same with another description, such as an earlier version."""
    key = description.to_json()
    return _block(recommender.version, user_id, key, description, recommender)


@st.cache_resource(max_entries=16, show_spinner="Ranking for all users…")
def _exposure(
    version_key: str, revision: str, weights: tuple[float, ...], n: int,
    _recommender: Recommender,
) -> ExposureReport:
    return _recommender.exposure(np.array(weights, np.float32), n)


def exposure(recommender: Recommender, weights: np.ndarray, n: int = 10) -> ExposureReport:
    """What everybody's lists do to the long tail under these weights, with the edits in force."""
    revision = recommender.study.journal.revision()
    key = tuple(round(float(w), 6) for w in weights)
    return _exposure(recommender.version, revision, key, n, recommender)


@st.cache_resource(max_entries=8, show_spinner=False)
def _example_users(version_key: str, _recommender: Recommender) -> list[find.ExampleUser]:
    return find.example_users(_recommender.behaviour)


def example_users(recommender: Recommender) -> list[find.ExampleUser]:
    """Users that are worth a look; the first one is shown when nobody is chosen."""
    return _example_users(recommender.version, recommender)


@st.cache_resource(max_entries=2, show_spinner="Reading the tables…")
def _tables(folder: str, _study: Study) -> Tables:
    return _study.tables()


def tables_of(study: Study) -> Tables:
    """A study's tables, built or not; shared by all sessions, so never to be written to."""
    return _tables(str(study.tables_folder), study)


@st.cache_resource(max_entries=4, show_spinner="Counting…")
def _summary(folder: str, key: str, _study: Study) -> Summary:
    loaded = tables_of(_study)
    return summarise(loaded, _study.behaviour(loaded))


def summary_of(study: Study) -> Summary:
    """The figures of the overview."""
    return _summary(str(study.tables_folder), study.key, study)


@st.cache_data(max_entries=4, show_spinner="Trying the splits…")
def _splits(folder: str, key: str, share: float, _study: Study) -> pd.DataFrame:
    return split_table(_study.behaviour(tables_of(_study)), share)


def splits_of(study: Study, share: float) -> pd.DataFrame:
    """What every kind of split would hold out."""
    return _splits(str(study.tables_folder), study.key, share, study)


@st.cache_data(max_entries=64, show_spinner=False)
def _filtered(folder: str, filters_key: str, _study: Study, _filters: Filters) -> dict[str, int]:
    return preview_filters(tables_of(_study).interactions.frame, _filters)


def filtered(study: Study, filters: Filters) -> dict[str, int]:
    """What `filters` would leave of a study."""
    return _filtered(str(study.tables_folder), filters.key(), study, filters)


@st.cache_resource(max_entries=32, show_spinner="Reading what was typed…")
def _newcomer(
    version_key: str, said: tuple[tuple[str, int], ...], picks: tuple[tuple[int, bool], ...],
    _recommender: Recommender,
) -> tuple[Profiles, blend.Block]:
    named = [newcomer.Pick(item, liked) for item, liked in picks]
    profile = newcomer.profile_of(_recommender, said, named)
    return profile, _recommender.block(profile)


def new_user_block(
    recommender: Recommender, said: tuple[tuple[str, int], ...],
    picks: tuple[tuple[int, bool], ...],
) -> tuple[Profiles, blend.Block]:
    """Profile and signals of a person who types (sentence, polarity) and picks (item, liked)."""
    return _newcomer(recommender.version, said, picks, recommender)


@st.cache_resource(max_entries=8, show_spinner=False)
def _starters(version_key: str, _recommender: Recommender) -> list[str]:
    return newcomer.starters(_recommender.tables.items)


def starters(recommender: Recommender) -> list[str]:
    """Sentences that a person might type, made of the study's attributes."""
    return _starters(recommender.version, recommender)


@st.cache_resource(max_entries=3, show_spinner="Opening the map…")
def _atlas(
    version_key: str, picture: str, layout: str | None, _study: Study,
    _recommender: Recommender | None,
) -> atlases.Atlas:
    if _recommender is None:
        return atlases.load(_study, picture, layout)
    return atlases.opened(_study, _recommender)


def atlas(study: Study, recommender: Recommender | None) -> atlases.Atlas:
    """The study's map, the first picture while the layout is not ready."""
    keys = None if recommender is None else recommender.keys
    picture, layout = atlases.ready(study, keys)
    opened = version(study) if recommender is None else recommender.version
    return _atlas(opened, picture, layout, study, recommender)


@st.cache_resource(max_entries=1, show_spinner="Loading the model…")
def _local_model(name: str, _writing: Writing, _limits: Limits) -> ChatModel:
    from llmrec_core.llm.connect import open_model

    return open_model(_writing, _limits)


def chat_model(writing: Writing, limits: Limits, key: str | None) -> ChatModel:
    """The chat model of a writer; one on this machine is loaded once for all sessions.

    A server's is made for every call: it holds the key, which no cache may keep.
    """
    from llmrec_core.llm.connect import open_model

    if writing.writer == "local":
        return _local_model(writing.model, writing, limits)
    return open_model(writing, limits, key)


@st.cache_resource(max_entries=2, show_spinner="Counting what everybody does…")
def _crowd(folder: str, key: str, _study: Study) -> tuple[Behaviour, Background]:
    from llmrec_core.evidence import background

    loaded = tables_of(_study)
    behaviour = _study.behaviour(loaded)
    return behaviour, background(behaviour, loaded.items)


def crowd_of(study: Study) -> tuple[Behaviour, Background]:
    """A study's rows in force and what users are compared with, built or not."""
    return _crowd(str(study.tables_folder), study.key, study)


@st.cache_resource(max_entries=64, show_spinner=False)
def _evidence(folder: str, key: str, user_id: str, _study: Study) -> Evidence:
    from llmrec_core.evidence import user_evidence

    behaviour, crowd = crowd_of(_study)
    number = behaviour.user_number(user_id)
    rows = behaviour.take(behaviour.user == number)
    return user_evidence(rows, tables_of(_study).items, crowd=crowd)[number]


def evidence_of(study: Study, user_id: str) -> Evidence:
    """The evidence about one user; raises `UnknownIdError` for one that is not there."""
    return _evidence(str(study.tables_folder), study.key, user_id, study)


@st.cache_resource(max_entries=2, show_spinner=False)
def _catalogue(folder: str, key: str, _study: Study) -> Catalogue:
    from llmrec_core.writing.catalogue import Catalogue

    return Catalogue.of(tables_of(_study).items)


def catalogue_of(study: Study) -> Catalogue:
    """What writers and checks need to know of a study's items."""
    return _catalogue(str(study.tables_folder), study.items_key, study)


@st.cache_resource(max_entries=2, show_spinner=False)
def _answers(path: str) -> Answers:
    from llmrec_core.llm.memory import Answers

    return Answers(path)


def answers() -> Answers:
    """What chat models answered before, in the file that builds share."""
    return _answers(str(home() / "cache" / "answers.sqlite"))


@st.cache_resource(max_entries=4, show_spinner="Editing descriptions and ranking…", show_time=True)
def _controllability(
    version_key: str, revision: str, sample: int, _recommender: Recommender
) -> dict[str, Any]:
    from llmrec_core.steer.report import controllability

    return controllability(_recommender, sample)


def controllability(recommender: Recommender, sample: int) -> dict[str, Any]:
    """Whether lists follow edited descriptions, of `sample` users, with the edits in force."""
    revision = recommender.study.journal.revision()
    return _controllability(recommender.version, revision, sample, recommender)
