"""Which item is asked about: found by title or id, just below the list, or popular."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core import blend
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_find
from llmrec_core.ui.new_user import labels
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.blend import Block

_SEARCH = "why_not_search"
_MOST_FOUND, _BELOW, _POPULAR = 12, 10, 6


def pick_item(
    recommender: Recommender, user_id: str, block: Block, weights: np.ndarray, n: int
) -> int | None:
    """Draw the search and the suggestions; the item asked about, None where there is none to.

    An item that was picked is asked about for every user, until another is. Before that it is the
    first one below the list, and stays so for this user: weights are moved to bring it in. The
    session keeps ids: a new import numbers the items anew.
    """
    key = f"why_not:{recommender.study.name}"
    typed = st.text_input(
        "Find an item", key=_SEARCH, type="search", persist_state="session", width=320,
        placeholder="Part of a title, or an id", icon=":material/search:",
        on_change=_search, args=(recommender, key),
        help=f"Press Enter: the most taken match is asked about, and {_MOST_FOUND} are offered.",
    )
    ranked, _ = blend.rank(block, weights, n + _BELOW)
    if typed and typed.strip():
        _found(recommender, typed, key)
    else:
        _pills(recommender, ranked[n:], f"Just below the list of {n}", f"{key}:below", key, n + 1)
        well_known = _well_known(recommender, block, ranked)
        _pills(recommender, well_known, "Well known, and not there", f"{key}:popular", key)
    return _asked(recommender, ranked[n:] if len(ranked) > n else ranked[-1:], key, user_id)


def _asked(
    recommender: Recommender, first: np.ndarray, key: str, user_id: str
) -> int | None:
    """The item that was picked, else the first of `first` when this user was first looked at."""
    for name in (key, f"{key}:{user_id}"):
        chosen = st.session_state.get(name)
        if chosen in recommender.item_numbers:
            return recommender.item_numbers[chosen]
    if not len(first):
        return None
    st.session_state[f"{key}:{user_id}"] = str(recommender.behaviour.item_ids[int(first[0])])
    return int(first[0])


def _well_known(recommender: Recommender, block: Block, ranked: np.ndarray) -> list[int]:
    """The most taken candidates that are neither listed nor just below."""
    counts = recommender.behaviour.counts()
    order = np.argsort(-counts, kind="stable")[: len(block.excluded) + len(ranked) + _POPULAR]
    taken = {*block.excluded.tolist(), *ranked.tolist()}
    return [int(item) for item in order if item not in taken][:_POPULAR]


def _search(recommender: Recommender, key: str) -> None:
    """Ask about the first match of what was typed."""
    found, _ = cached_find.found(recommender, st.session_state.get(_SEARCH) or "")
    if found:
        st.session_state[key] = str(recommender.behaviour.item_ids[found[0]])


def _found(recommender: Recommender, typed: str, key: str) -> None:
    found, total = cached_find.found(recommender, typed)
    if not found:
        st.caption(f"No title and no id has «{plain(typed, 60)}».")
        return
    shown = found[:_MOST_FOUND]
    _pills(recommender, shown, "Titles that have these words, and ids", f"{key}:found", key)
    if len(shown) < total:
        st.caption(
            f"{len(shown)} of {total:,} found, those taken most. More words find fewer; an id "
            "finds its item."
        )


def _pills(
    recommender: Recommender, items: Sequence[int] | np.ndarray, name: str, widget: str, key: str,
    first: int | None = None,
) -> None:
    """The items as pills, with their ranks where the first has one."""
    ids = [str(recommender.behaviour.item_ids[item]) for item in items]
    if not ids:
        return
    names = labels(recommender, ids)
    if first is not None:
        names = {x: f"{first + k}\\. {names[x]}" for k, x in enumerate(ids)}
    st.pills(
        name, ids, key=widget, format_func=names.__getitem__, on_change=_take, args=(widget, key)
    )


def _take(widget: str, key: str) -> None:
    """Remember the item that was clicked; its pill is free to be clicked again."""
    if st.session_state.get(widget) is not None:
        st.session_state[key] = st.session_state[widget]
        st.session_state[widget] = None
