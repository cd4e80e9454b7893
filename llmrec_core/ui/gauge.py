"""The gauge beside every list: how much is known of the person it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.known import Level, known_of
from llmrec_core.ui import cached
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

_ICONS = {
    Level.NOTHING: ":material/signal_cellular_0_bar:",
    Level.LITTLE: ":material/signal_cellular_alt_1_bar:",
    Level.SOME: ":material/signal_cellular_alt_2_bar:",
    Level.MUCH: ":material/signal_cellular_alt:",
}


def show_gauge(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray,
    who: str = "",
) -> None:
    """One line with a gauge, in words; `who` is named where the page is about more than one."""
    known = known_of(
        profile, block, weights, recommender.profiles.lengths, recommender.nobody
    )
    words = f"User {who}: {known.sentence()}" if who else known.sentence()
    st.caption(f"{_ICONS[Level(known.level)]} {plain(words)}")


def show_gauge_of(recommender: Recommender, user_id: str, weights: np.ndarray) -> None:
    """The same for one of the study's users, by id."""
    profile, block = cached.block(recommender, user_id)
    show_gauge(recommender, profile, block, weights, user_id)
