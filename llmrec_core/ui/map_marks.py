"""What is pointed out on the map: what was found or picked, one user's history and list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from llmrec_core.atlas import Atlas
from llmrec_core.charts.map_figure import Mark, MarkKind
from llmrec_core.describe import guess_polarity, split_sentences
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, cached_map

MOST_NAMED = 8


def found_marks(atlas: Atlas, items: Sequence[int], users: Sequence[int]) -> list[Mark]:
    """Rings round what a search found, with the names of the first few."""
    marks = []
    if items:
        names = [atlas.title(i) if k < MOST_NAMED else "" for k, i in enumerate(items)]
        marks.append(Mark(MarkKind.FOUND, "Items found", atlas.item_xy[items], names, items))
    users = _placed(atlas, users)
    if users:
        names = [f"User {atlas.user_id(u)}" if k < MOST_NAMED else "" for k, u in enumerate(users)]
        marks.append(Mark(MarkKind.FOUND, "Users found", atlas.user_xy[users], names))
    return marks


def picked_marks(atlas: Atlas, items: Sequence[int], users: Sequence[int]) -> list[Mark]:
    """Rings and names round a few points that were picked elsewhere; many are lit instead."""
    if len(items) + len(users) > MOST_NAMED:
        return []
    found = zip(found_marks(atlas, items, users), ("Items", "Users")[not items :], strict=False)
    return [replace(mark, name=f"{what} picked") for mark, what in found]


def _placed(atlas: Atlas, users: Sequence[int]) -> list[int]:
    """Those of the users who have a place: who likes nothing has none."""
    return [user for user in users if np.isfinite(atlas.user_xy[user]).all()]


def said_marks(atlas: Atlas, recommender: Recommender, typed: str) -> list[Mark]:
    """A ring where somebody lies who says `typed` and of whom nothing else is known."""
    parts = dict.fromkeys(split_sentences(typed))
    if not parts:
        return []
    said = tuple((part, guess_polarity(part)) for part in parts)
    profile, _ = cached.new_user_block(recommender, said, ())
    where = cached_map.place_of(recommender, profile, atlas)
    if not np.isfinite(where).all():
        return []
    return [Mark(MarkKind.FOUND, "The text", where[None], ["The text"])]


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
