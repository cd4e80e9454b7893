"""Who gets the picked items: whose lists hold them, and how often against how often taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core import selection
from llmrec_core.ui import cached_map
from llmrec_core.ui.map_groups import of_whom, percent
from llmrec_core.ui.text import count
from llmrec_core.ui.weights import NO_WEIGHT

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.recommender import Recommender

GETS, SHOWN = "Who gets them", "How often they are shown"
VIEWS = [GETS, SHOWN]


def show(
    recommender: Recommender, weights: np.ndarray, items: list[int], view: str
) -> pd.DataFrame | None:
    """One view of the picked `items` in words, and its table; None where nothing weighs."""
    if not weights.any():
        st.warning(NO_WEIGHT, icon=":material/tune:")
        return None
    everybody = cached_map.lists(recommender, weights)
    behaviour = recommender.behaviour
    shown = selection.shown_of(items, everybody, behaviour.counts())
    users = selection.listed_to(items, everybody, behaviour)
    _in_words(shown, len(users), len(everybody.users))
    n = everybody.lists.shape[1]
    st.caption(f"Lists of {n} under the weights of the sliders, for {of_whom(everybody, 'users')}.")
    if view == GETS:
        ids = [str(behaviour.user_ids[user]) for user in users.pop("user")]
        users.insert(0, "user_id", ids)
        return users
    found = shown.pop("item").tolist()
    shown.insert(0, "title", [recommender.title(item) for item in found])
    ids = [str(behaviour.item_ids[item]) for item in found]
    return shown.rename(columns={"share": "share_lists"}).assign(item_id=ids)


def _in_words(shown: pd.DataFrame, users: int, everybody: int) -> None:
    places, taken = shown["exposure_share"].sum(), shown["interaction_share"].sum()
    never = int((shown["lists"] == 0).sum())
    st.markdown(
        f"**{percent(users / max(1, everybody))}** of the users get at least one of the "
        f"{count(len(shown), 'picked item')}. They have **{percent(places)}** of all places in "
        f"lists and {percent(taken)} of all interactions; {never:,} of them "
        f"{'stands' if never == 1 else 'stand'} in no list."
    )


def columns() -> dict[str, Any]:
    """Units and meanings of the columns."""
    number, share = st.column_config.NumberColumn, "percent"
    return {
        "listed": number("In their list", help="Picked items in the user's list"),
        "best": number("First place", help="The best place of one of them, from 1"),
        "share_lists": number("Share of lists", format=share, help="Lists that hold the item"),
        "exposure_share": number("Share of places", format=share, help="Of all places in lists"),
        "interaction_share": number("Share of interactions", format=share,
                                    help="Of all training interactions"),
        "ratio": number("Places / interactions", format="%.2f",
                        help="1 is shown as often as it was taken; above 1 more often"),
    }  # fmt: skip
