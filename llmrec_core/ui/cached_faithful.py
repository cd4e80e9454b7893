"""The cache of deletion curves, as in `cached`: keyed by the profile, the item and the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.explain.faithful import Curves, curves
from llmrec_core.ui.cached_ledger import profile_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmrec_core.blend import Block
    from llmrec_core.explain import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender


@st.cache_resource(max_entries=32, show_spinner="Taking reasons away…")
def _curves(
    version_key: str, profile: str, weights: tuple[float, ...], item: int, _profile: Profiles,
    _entries: Sequence[Entry], _block: Block, _recommender: Recommender,
) -> Curves | None:
    vector = np.array(weights, np.float32)
    return curves(_profile, item, _entries, _block, vector, _recommender.signals)


def curves_of(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, item: int,
    entries: Sequence[Entry],
) -> Curves | None:
    """What the item's score becomes without its reasons; None where it has none."""
    key = tuple(round(float(w), 6) for w in weights)
    return _curves(
        recommender.version, profile_key(profile), key, item, profile, entries, block, recommender
    )
