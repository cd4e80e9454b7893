"""What is pointed out on the map: what was found or picked, one user's history and list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from llmrec_core.atlas import Atlas
from llmrec_core.charts.map_figure import Mark, MarkKind
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, map_picks

_MOST_NAMED = 8


def found_marks(atlas: Atlas, items: Sequence[int], users: Sequence[int]) -> list[Mark]:
    """Rings round what a search found, with the names of the first few."""
    marks = []
    if items:
        names = [atlas.title(i) if k < _MOST_NAMED else "" for k, i in enumerate(items)]
        marks.append(Mark(MarkKind.FOUND, "Items found", atlas.item_xy[items], names, items))
    users = [user for user in users if np.isfinite(atlas.user_xy[user]).all()]
    if users:
        names = [f"User {atlas.user_id(u)}" if k < _MOST_NAMED else "" for k, u in enumerate(users)]
        marks.append(Mark(MarkKind.FOUND, "Users found", atlas.user_xy[users], names))
    return marks


def chosen(
    atlas: Atlas, items: Sequence[int], users: Sequence[int]
) -> tuple[list[int], list[int]]:
    """What was found, and what was chosen beside the figure: all that gets a ring.

    What was clicked in it gets none: another figure would lose its zoom and its own selection.
    """
    if not st.session_state.get(map_picks.POINTED):
        return list(items), list(users)
    more_items, more_users = map_picks.picked(atlas)
    return list(dict.fromkeys([*items, *more_items])), list(dict.fromkeys([*users, *more_users]))


def user_marks(
    atlas: Atlas, recommender: Recommender, user_id: str, weights: np.ndarray, n: int
) -> list[Mark]:
    """One user's place, history, and the list they have under `weights`."""
    number = recommender.user_number(user_id)
    _, block = cached.block(recommender, user_id)
    listed = [line.item for line in recommender.ranked(block, weights, n).items]
    history = np.unique(recommender.profiles.at(number).item).tolist()
    marks = [
        Mark(kind, name, atlas.item_xy[items], [atlas.title(item) for item in items], items)
        for kind, name, items in (
            (MarkKind.HISTORY, f"History of {user_id}", history),
            (MarkKind.LIST, f"Top {n} for {user_id}", listed),
        )
    ]
    where = atlas.user_xy[[number]]
    if np.isfinite(where).all():  # who likes nothing has no place
        marks.append(Mark(MarkKind.USER, f"User {user_id}", where, [f"User {user_id}"], [number]))
    return marks
