"""The caches of the map page, as in `cached`: keyed by versions and revisions, never by data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from llmrec_core import selection
from llmrec_core.atlas import Atlas, load_space, names_kept, place
from llmrec_core.atlas.spaces import first_picture, is_builds_own, layout_key, space_vectors
from llmrec_core.charts.map_colours import Colouring
from llmrec_core.profile import Profiles
from llmrec_core.project.spaces import MapRecipe
from llmrec_core.recipe import digest
from llmrec_core.recommender import Recommender
from llmrec_core.selection import Phrases, Sampled
from llmrec_core.study import Study
from llmrec_core.ui import cached
from llmrec_core.ui.cached_ledger import profile_key

MOST_PICKED, MOST_USERS, MOST_READ = 300, 1_000, 2_000
"""Users whose lists are made: of the picked ones, of everybody; users whose texts are read."""


def _everybody(recommender: Recommender, most: int) -> np.ndarray:
    """All users' numbers, or `most` of them, always the same."""
    n_users = recommender.behaviour.n_users
    if n_users <= most:
        return np.arange(n_users)
    return np.sort(np.random.default_rng(0).choice(n_users, most, replace=False))


@st.cache_resource(max_entries=3, show_spinner="Reading all descriptions…")
def _phrases(
    version_key: str, revision: str, users_key: str, _users: np.ndarray,
    _recommender: Recommender,
) -> Phrases:
    titles = _recommender.titles.tolist()
    return selection.Phrases.of(_recommender.descriptions(), titles, _users)


def phrases(recommender: Recommender, users: Sequence[int]) -> tuple[Phrases, np.ndarray]:
    """(phrases of texts in force, the numbers that stand for everybody).

    In a large study these are 2,000 users and as many of the picked ones at most, both drawn with
    a fixed seed.
    """
    everybody = _everybody(recommender, MOST_READ)
    if len(everybody) == recommender.behaviour.n_users:
        read = everybody
    else:
        picked = np.asarray(users, np.int64)
        if len(picked) > MOST_READ:  # not the first: rows are in the order of the file
            picked = np.random.default_rng(0).choice(picked, MOST_READ, replace=False)
        read = np.union1d(everybody, picked)
    key = "" if len(read) == len(everybody) else digest(read.tolist())
    revision = recommender.study.journal.revision()
    return _phrases(recommender.version, revision, key, read, recommender), everybody


@st.cache_resource(max_entries=2, show_spinner=False)
def _profiles(version_key: str, revision: str, _recommender: Recommender) -> Profiles:
    return _recommender.profiles_in_force()


@st.cache_resource(max_entries=24, show_spinner="Making their lists…")
def _lists(
    version_key: str, revision: str, weights: tuple[float, ...], n: int, users_key: str,
    most: int, _users: np.ndarray, _recommender: Recommender,
) -> Sampled:
    profiles = _profiles(version_key, revision, _recommender)
    given = np.array(weights, np.float32)
    return selection.some_lists(_recommender, profiles, given, _users, n=n, most=most)


def lists(
    recommender: Recommender, weights: np.ndarray, users: Sequence[int] | None = None, n: int = 10
) -> Sampled:
    """The lists of the picked `users`, or of everybody, under `weights`, with the edits in force.

    Of more than 300 picked ones, and of more than 1,000 in all, a sample of so many.
    """
    numbers = np.arange(recommender.behaviour.n_users) if users is None else np.asarray(users)
    most = MOST_USERS if users is None else MOST_PICKED
    key = "" if users is None else digest([int(user) for user in users])
    revision = recommender.study.journal.revision()
    given = tuple(round(float(w), 6) for w in weights)
    return _lists(recommender.version, revision, given, n, key, most, numbers, recommender)


@st.cache_resource(max_entries=6, show_spinner="Opening the map…")
def _space(
    version_key: str, recipe_key: str, _recipe: MapRecipe, _recommender: Recommender
) -> Atlas:
    vectors = _vectors(version_key, _recipe.of, _recommender)
    return load_space(_recommender.study, _recommender, _recipe, vectors)


# These depend on the space alone, not on the settings that sliders change.
@st.cache_resource(max_entries=3, show_spinner=False)
def _vectors(version_key: str, of: str, _recommender: Recommender) -> np.ndarray:
    return space_vectors(_recommender, of)


@st.cache_resource(max_entries=3, show_spinner="Opening the map…")
def _picture(version_key: str, of: str, _recommender: Recommender) -> Atlas:
    vectors = _vectors(version_key, of, _recommender)
    return first_picture(_recommender.study, _recommender, of, vectors)


def space(recommender: Recommender, recipe: MapRecipe) -> Atlas:
    """A map of another space or other settings, its first picture while it is not laid out."""
    return named(recommender.study, space_unnamed(recommender, recipe))


def space_unnamed(recommender: Recommender, recipe: MapRecipe) -> Atlas:
    """The same with the plain names of its groups, whoever named them."""
    if is_builds_own(recommender, recipe):
        return cached.atlas(recommender.study, recommender)
    key = layout_key(recommender, recipe)
    if not recommender.study.artefacts.exists(recipe.stage, key):
        return _picture(recommender.version, recipe.of, recommender)
    return _space(recommender.version, key, recipe, recommender)


@st.cache_resource(max_entries=8, show_spinner=False)
def _coloured(version_key: str, choice: str, _make: Callable[[], Colouring]) -> Colouring:
    return _make()


def coloured(version: str, choice: str, make: Callable[[], Colouring]) -> Colouring:
    """The colours of a build's items by an attribute, as `make` makes them once."""
    return _coloured(version, choice, make)


def named(study: Study, atlas: Atlas) -> Atlas:
    """The map with the names that a writer gave its groups, where one was asked."""
    kept = names_kept(study, atlas)
    return replace(atlas, cluster_labels=tuple(one.text for one in kept)) if kept else atlas


@st.cache_resource(max_entries=64, show_spinner=False)
def _place(
    version_key: str, map_key: str, profile_key: str, _profile: Profiles, _atlas: Atlas,
    _recommender: Recommender,
) -> np.ndarray:
    return place(_recommender, _profile, _atlas)


def place_of(recommender: Recommender, profile: Profiles, atlas: Atlas) -> np.ndarray:
    """Where a profile that was in no build lies on a map: (2,), nan where nothing says."""
    return _place(
        recommender.version, atlas.key, profile_key(profile), profile, atlas, recommender
    )
