"""The cache of what-if states, as in `cached`: what a changed profile scores, before any weight."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import whatif

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender
    from llmrec_core.whatif import State


@st.cache_resource(max_entries=32, show_spinner=False)
def _block(
    version_key: str, profile_key: str, description_key: str, _state: State,
    _recommender: Recommender,
) -> tuple[Profiles, Block, float]:
    begun = time.perf_counter()
    profile, made = whatif.block_of(_recommender, _state)
    return profile, made, (time.perf_counter() - begun) * 1000


def _kept(recommender: Recommender, state: State) -> tuple[Profiles, Block, float]:
    description = recommender.description(state.user_id).to_json()
    return _block(recommender.version, state.profile_key(), description, state, recommender)


def block(recommender: Recommender, state: State) -> tuple[Profiles, Block]:
    """A changed profile and its normalised signals; weights, length and name do not matter.

    Raises as `whatif.block_of` does: a state may come from a link.
    """
    profile, made, _ = _kept(recommender, state)
    return profile, made


def took(recommender: Recommender, state: State) -> float:
    """Milliseconds that `block` took when it was made; what is kept since takes none."""
    return _kept(recommender, state)[2]
