"""The caches of a list and its ledger, as in `cached`: what no weight changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.ui import frames

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender


@st.cache_resource(max_entries=256, show_spinner=False)
def _contributions(
    version_key: str, profile_key: str, item: int, name: str, _profile: Profiles,
    _recommender: Recommender,
) -> pd.DataFrame:
    return _recommender.signals[name].contributions(_profile, item)


def contributions(
    recommender: Recommender, profile: Profiles, item: int
) -> Callable[[str], pd.DataFrame]:
    """Name of a signal -> its contributions to one score; never to be written to.

    A slider changes weights alone, and gradients of a network take long enough to be felt.
    """
    key = profile_key(profile)
    return lambda name: _contributions(
        recommender.version, key, item, name, profile, recommender
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _attributes(version_key: str, _recommender: Recommender) -> list[str]:
    return frames.shown_attributes(_recommender)


def shown_attributes(recommender: Recommender) -> list[str]:
    """The attributes beside a title, counted once over the catalogue and not at every slider."""
    return _attributes(recommender.version, recommender)


def profile_key(profile: Profiles) -> str:
    """Names all that is known of one profile."""
    found = blake2b(digest_size=16)
    for field in fields(profile):
        value = getattr(profile, field.name)
        plain = isinstance(value, np.ndarray) and value.dtype != object
        found.update(value.tobytes() if plain else repr(value).encode())
        found.update(b"|")
    return found.hexdigest()
