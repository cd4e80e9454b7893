"""Where somebody lies who is no stored user: placed on the finished map at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core.charts.small_map import small_map
from llmrec_core.errors import StudioError
from llmrec_core.ui import cached, cached_map
from llmrec_core.ui.map_arrow import nearest_group
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

_MEANING = (
    "Nothing is laid out anew: the star settles among up to ten picked items that are liked and, "
    "where these are fewer, among the items that the text speaks for more than other users' texts "
    "do. Diamonds are the list under these weights, rings what was picked."
)


def show_place(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, n: int,
    picks: Sequence[tuple[int, bool]],
) -> None:
    """A small map with the person's star, their list and what they named."""
    try:
        atlas = cached_map.named(
            recommender.study, cached.atlas(recommender.study, recommender)
        )
    except StudioError as error:
        st.caption(plain(error))
        return
    place = cached_map.place_of(recommender, profile, atlas)
    listed = [line.item for line in recommender.ranked(block, weights, n).items]
    figure = small_map(
        atlas.item_xy, recommender.titles.tolist(), place, listed=listed if weights.any() else (),
        named=[item for item, _ in picks], group=atlas.cluster, names=atlas.cluster_labels,
    )
    st.markdown("**On the map**", help=_MEANING)
    st.plotly_chart(
        figure, key="new_map", config={"displayModeBar": False},
        alt="A small map with a star where this person lies and diamonds for the list",
    )
    if not np.isfinite(place).all():
        st.caption("No sentence that counts and no liked item: this person lies nowhere yet.")
        return
    st.caption(f"Most of the items round the star are «{plain(nearest_group(atlas, place), 60)}».")
