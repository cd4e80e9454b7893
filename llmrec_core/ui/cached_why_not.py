"""The caches of «Why not another», as in `cached`: what can be said for items, what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.explain.why_not import Sayings, Trials, try_changes, why_not
from llmrec_core.ui.cached_ledger import contributions, profile_key

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender


@st.cache_resource(max_entries=2, show_spinner="Looking for telling words…")
def _sayings(version_key: str, _recommender: Recommender) -> Sayings:
    return Sayings.of(_recommender.tables.items)


@st.cache_resource(max_entries=64, show_spinner=False)
def _trials(
    version_key: str, profile_key: str, weights: tuple[float, ...], item: int, n: int,
    _recommender: Recommender, _profile: Profiles, _block: Block,
) -> Trials:
    vector = np.array(weights, np.float32)
    rival = why_not(_block, vector, item, n).rival
    mine, theirs = (
        _recommender.explain(
            _profile, _block, vector, x, contributions(_recommender, _profile, x)
        )
        for x in (item, item if rival is None else rival)
    )
    said = _sayings(version_key, _recommender).said_for(item)
    return try_changes(_recommender, _profile, _block, vector, item, n, (mine, theirs), said)


def trials(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, item: int,
    n: int,
) -> Trials:
    """What every tried change of the profile does to the rank of an item.

    `block` is the profile's own: nothing but its past items is left out of it.
    """
    return _trials(
        recommender.version, profile_key(profile), tuple(map(float, weights)), item, n,
        recommender, profile, block,
    )
