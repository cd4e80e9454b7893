"""Beside the map: one point in words, or how many were picked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import selection
from llmrec_core.ui import map_picks, state
from llmrec_core.ui.text import count, plain

if TYPE_CHECKING:
    from llmrec_core.atlas import Atlas

_MOST_TEXT, _MOST_SIMILAR = 400, 6
_MOST_VALUES = 4


def one_point(atlas: Atlas, items: list[int], users: list[int], *, live: bool) -> None:
    """The picked point in words; how many were picked; or a hint how to pick (`live` or not)."""
    if len(items) == 1 and not users:
        _item(atlas, items[0])
    elif len(users) == 1 and not items:
        _user(atlas, users[0])
    elif items or users:
        st.markdown(f"**{count(len(items), 'item')} and {count(len(users), 'user')} picked**")
        st.caption("They are listed below the map.")
        _forget(atlas)
    elif live:
        st.caption(
            "Click a point to read about it. Take the lasso or the box from the tools above the "
            "map to pick several: they are listed below, to be exported. Dragging moves the map, "
            "the wheel zooms, a double click shows all."
        )
    else:
        st.caption("Find an item or a user by name to read about it.")


def _item(atlas: Atlas, item: int) -> None:
    row = atlas.tables.items.frame.iloc[item]
    facts = [
        f"{plain(name.replace('_', ' ').capitalize())}: {_some([str(v) for v in row[name]])}"
        for name in atlas.tables.items.attributes
        if len(row[name])
    ]
    taken = count(int(atlas.behaviour.counts()[item]), "interaction")
    facts.append(f"{taken} · item {plain(atlas.item_id(item))}")
    st.markdown(f"**{plain(atlas.title(item))}**")
    st.caption("  \n".join(facts))
    similar = [
        (other, f"{plain(atlas.title(other), 60)} · {cosine:.2f}")
        for other, cosine in atlas.similar(item)[:_MOST_SIMILAR]
    ]
    _links(
        atlas, "Similar items", similar,
        "Nearest in meaning, with the cosine of their texts: what the map was made from.",
    )
    for name in atlas.tables.items.text_fields:
        if str(row[name]).strip():
            st.caption(plain(row[name], _MOST_TEXT))
    _forget(atlas)


def _some(values: list[str]) -> str:
    more = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
    return plain(", ".join(values[:_MOST_VALUES]), 120) + more


def _links(atlas: Atlas, heading: str, items: list[tuple[int, str]], meaning: str) -> None:
    """Items to go to: (row, words) each."""
    st.markdown(f"**{heading}**", help=meaning)
    with st.container(gap=None):
        for item, words in items:
            st.button(
                words, key=f"map_go_{item}", type="tertiary", on_click=map_picks.pick,
                args=(atlas, [item]),
            )


def _user(atlas: Atlas, user: int) -> None:
    name = atlas.user_id(user)
    bounds = atlas.behaviour.bounds()
    st.markdown(f"**User {plain(name)}**")
    st.caption(count(int(bounds[user + 1] - bounds[user]), "interaction"))
    favourites = selection.favourites_of(atlas.behaviour, [user])["item"].head(_MOST_SIMILAR)
    _links(
        atlas, "Likes, and few others do",
        [(int(item), plain(atlas.title(int(item)), 60)) for item in favourites],
        "Items whose value reaches the user's own mean, the least popular first.",
    )
    if st.session_state.get(state.USER) == name:
        st.page_link(
            "pages/recommend/for_one_user.py", label="What this user is recommended",
            icon=":material/person:",
        )
    else:
        st.button(
            "Choose this user", key="map_choose_user", icon=":material/person_check:",
            type="tertiary", on_click=_choose, args=(name,),
            help="Draws history and list on the map; the other pages follow.",
        )
    _forget(atlas)


def _choose(user_id: str) -> None:
    st.session_state[state.USER] = user_id
    st.rerun()  # the picker lies outside the fragment: the whole page follows


def _forget(atlas: Atlas) -> None:
    st.button(
        "Let go", key="map_forget", icon=":material/close:", type="tertiary",
        on_click=map_picks.pick, args=(atlas,), help="Empties the selection.",
    )
