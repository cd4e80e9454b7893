"""Caches of the weight landscape, under the same rules as `cached`: keyed by names, never data."""

from __future__ import annotations

import numpy as np
import streamlit as st

from llmrec_core import landscape
from llmrec_core.errors import DamagedArtefactError, MissingArtefactError
from llmrec_core.landscape import About, Plane, Points, Scores
from llmrec_core.recommender import Recommender

Named = tuple[tuple[str, float], ...]
"""Weights as a key: (signal, weight) in the order of the recommender's signals."""


@st.cache_resource(max_entries=2, show_spinner="Reading the landscape…")
def _scores(version_key: str, key: str, when: float, _recommender: Recommender) -> Scores:
    return landscape.load(_recommender, key)


def scores(recommender: Recommender, about: About) -> Scores:
    """The kept scores; raises `DamagedArtefactError` where they are not whole."""
    return _scores(recommender.version, about.key, about.when, recommender)


def whole(recommender: Recommender, about: About) -> bool:
    """Whether the kept scores can be read."""
    try:
        scores(recommender, about)
    except (DamagedArtefactError, MissingArtefactError):
        return False
    return True


@st.cache_resource(max_entries=24, show_spinner="Measuring the plane…", show_time=True)
def _plane(
    key: str, when: float, axes: tuple[str, ...], base: Named, n: int, _scores: Scores
) -> Plane:
    return landscape.plane(_scores, axes, dict(base), n=n)


def plane(
    recommender: Recommender, about: About, axes: tuple[str, ...], base: Named
) -> Plane:
    """A triangle or square through the weights `base`, measured once."""
    found, n = scores(recommender, about), recommender.recipe.n
    # Weights along the axes are of no consequence to a square, and to a triangle only their sum
    # is: taking a point of the plane asks for no other plane.
    mine = _apart(base, axes)
    return _plane(about.key, about.when, axes, mine, n, found)


def _apart(base: Named, axes: tuple[str, ...]) -> Named:
    """The base weights with those along the axes dealt out alike."""
    total = sum(weight for name, weight in base if name in axes)
    share = round(total, 2) / 3 if len(axes) == 3 else 1.0
    return tuple((name, share if name in axes else round(weight, 5)) for name, weight in base)


@st.cache_resource(max_entries=64, show_spinner=False)
def _points(
    key: str, when: float, weights: tuple[Named, ...], n: int, _scores: Scores
) -> Points:
    rows = landscape.rows_of(_scores.names, [dict(one) for one in weights])
    return landscape.measured(_scores, rows, n)


def points(recommender: Recommender, about: About, weights: tuple[Named, ...]) -> Points:
    """Some weightings on the same users: those that have names, and the one that is looked at."""
    found = scores(recommender, about)
    return _points(about.key, about.when, weights, recommender.recipe.n, found)


def as_key(recommender: Recommender, weights: np.ndarray) -> Named:
    """(signals,) weights as a key."""
    return tuple(
        (name, round(float(w), 5)) for name, w in zip(recommender.names, weights, strict=True)
    )
