"""Every cache of the app. Keys are recipes and versions, never data; what is cached is read-only."""

from __future__ import annotations

import numpy as np
import streamlit as st

from llmrec_core import blend
from llmrec_core.exposure import ExposureReport
from llmrec_core.profile import Profiles
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study


@st.cache_resource
def pin_threads() -> object:
    """Limit BLAS to one thread for the life of the server."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)


def version(study: Study) -> str:
    """Changes with the study's data and with its last build."""
    built = study.folder / "build.json"
    stamp = built.stat().st_mtime_ns if built.exists() else 0
    return f"{study.folder}:{study.key}:{stamp}"


@st.cache_resource(max_entries=3, show_spinner="Opening the study…")
def _recommender(version_key: str, _study: Study) -> Recommender:
    return Recommender(_study)


def recommender(study: Study) -> Recommender:
    """The built study, opened once for all sessions until it is built anew."""
    return _recommender(version(study), study)


@st.cache_resource(max_entries=64, show_spinner=False)
def _block(
    version_key: str, user_id: str, description_key: str, _recommender: Recommender
) -> tuple[Profiles, blend.Block]:
    profile = _recommender.profile(user_id)
    return profile, _recommender.block(profile)


def block(recommender: Recommender, user_id: str) -> tuple[Profiles, blend.Block]:
    """A user's profile and normalised signals, kept until the description changes."""
    text = recommender.description(user_id).to_json()
    return _block(version(recommender.study), user_id, text, recommender)


@st.cache_resource(max_entries=16, show_spinner="Ranking for all users…")
def _exposure(
    version_key: str, weights: tuple[float, ...], n: int, _recommender: Recommender
) -> ExposureReport:
    return _recommender.exposure(np.array(weights, np.float32), n)


def exposure(recommender: Recommender, weights: np.ndarray, n: int = 10) -> ExposureReport:
    """What everybody's lists do to the long tail under these weights."""
    key = tuple(round(float(w), 6) for w in weights)
    return _exposure(version(recommender.study), key, n, recommender)
