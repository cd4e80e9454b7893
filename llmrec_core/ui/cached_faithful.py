"""The cache of deletion curves, as in `cached`: keyed by the profile, the item and the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.explain.faithful import Curves, curves, orders_within
from llmrec_core.ui.cached_ledger import contributions, profile_key

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender


@st.cache_resource(max_entries=32, show_spinner="Taking reasons away…")
def _curves(
    version_key: str, profile: str, weights: tuple[float, ...], item: int, _profile: Profiles,
    _block: Block, _recommender: Recommender,
) -> Curves | None:
    vector = np.array(weights, np.float32)
    entries = _recommender.explain(
        _profile, _block, vector, item, contributions(_recommender, _profile, item)
    )
    return curves(
        _profile, item, entries, _block, vector, _recommender.signals,
        orders=orders_within(_profile.n_items, int(np.count_nonzero(vector))),
    )


def curves_of(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, item: int
) -> Curves | None:
    """What the item's score becomes without its reasons; None where it has none."""
    key = tuple(round(float(w), 6) for w in weights)
    return _curves(
        recommender.version, profile_key(profile), key, item, profile, block, recommender
    )
