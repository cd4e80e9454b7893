"""Which item is looked at along concepts: one of a list, or any by its title or id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.ui import cached_find
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender


def pick_item(
    recommender: Recommender, items: list[int], key: str, words: str, *, none: str = ""
) -> int | None:
    """Choose one of `items` or, while something is typed, one of what is found by it.

    The choice is kept by id, and forgotten once it is not offered any more; then the first one
    stands there, or `none` where nothing is typed.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", width=640):
        typed = str(st.text_input(
            "Find an item", key=f"{key}_find", type="search", persist_state="session", width=200,
            placeholder="Part of a title, or an id", icon=":material/search:",
        ) or "")  # fmt: skip
        found = list(cached_find.found(recommender, typed)[0])
        none = "" if found else none
        chosen = _select(recommender, found or items, key, words, none)
    if typed.strip() and not found:
        st.caption(f"No title and no id has «{plain(typed, 60)}».")
    return chosen


def _select(
    recommender: Recommender, items: list[int], key: str, words: str, none: str
) -> int | None:
    ids = [str(recommender.behaviour.item_ids[item]) for item in items]
    if not ids:
        return None
    if st.session_state.get(key) not in ids:
        # Set and not removed: the browser would go on showing what was chosen.
        st.session_state[key] = None if none else ids[0]
    # The options of a selectbox are text, no markdown: nothing in them is escaped.
    titles = {one: recommender.title(item) for one, item in zip(ids, items, strict=True)}
    chosen = st.selectbox(
        words, ids, index=None if none else 0, key=key, format_func=titles.__getitem__, width=420,
        placeholder=none or None, persist_state="session",
    )
    return None if chosen is None else recommender.item_numbers[str(chosen)]
