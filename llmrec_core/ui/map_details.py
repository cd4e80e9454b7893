"""Beside and below the map: one point in words, and what a picked set has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core import selection
from llmrec_core.export import inert
from llmrec_core.ui import map_picks, state
from llmrec_core.ui.text import count, plain

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.atlas import Atlas

_MOST_TEXT, _MOST_SIMILAR, _MOST_ROWS = 400, 6, 1_000
_MOST_VALUES = 4

ITEMS, SHARED, FANS = "Items", "What they share", "Who likes them"
USERS, FAVOURITES = "Users", "What these users like"


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


def table(atlas: Atlas, items: list[int], users: list[int]) -> None:
    """What was picked, one table at a time, and its download."""
    views = [ITEMS, SHARED, FANS] * bool(items) + [USERS, FAVOURITES] * bool(users)
    if st.session_state.get("map_table_view") not in views:
        st.session_state["map_table_view"] = views[0]
    view = st.segmented_control(
        "The picked points", views, key="map_table_view", required=True,
        help="What the picked items or users have in common, against the whole study.",
    )
    frame = frame_of(atlas, str(view), items, users)
    if frame.empty:
        st.caption("Nothing that sets them apart from the whole study.")
        return
    st.dataframe(
        frame, key="map_table", hide_index=True, column_config=_columns(),
        height=min(460, 60 + 35 * len(frame)), alt=f"{view}: {len(frame)} rows",
    )
    st.download_button(
        "Download this table (CSV)", frame.to_csv(index=False), on_click="ignore", mime="text/csv",
        file_name="map_selection.csv", icon=":material/download:", key="map_download",
        help="Text cells that a spreadsheet would run as a formula begin with an apostrophe.",
    )


def frame_of(atlas: Atlas, view: str, items: list[int], users: list[int]) -> pd.DataFrame:
    """At most 1,000 rows of one view of the picked points, text cells inert for spreadsheets."""
    if view == SHARED:
        shared = selection.shared_values(
            atlas.tables.items.frame, atlas.tables.items.attributes, items
        )
        return inert(shared.head(_MOST_ROWS))
    if view == FANS:
        fans = selection.fans_of(atlas.behaviour, items).head(_MOST_ROWS)
        fans.insert(0, "user_id", [atlas.user_id(user) for user in fans.pop("user")])
        return inert(fans)
    if view == FAVOURITES:
        liked = selection.favourites_of(atlas.behaviour, users).head(_MOST_ROWS)
        rows = liked.pop("item").tolist()
        liked.insert(0, "title", [atlas.title(row) for row in rows])
        return inert(liked.assign(item_id=[atlas.item_id(row) for row in rows]))
    return inert(_listed(atlas, view, items, users))


def _listed(atlas: Atlas, view: str, items: list[int], users: list[int]) -> pd.DataFrame:
    """The picked points themselves, those with most interactions first."""
    import pandas as pd

    if view == USERS:
        rows = np.diff(atlas.behaviour.bounds())
        kept = sorted(users, key=lambda user: -int(rows[user]))[:_MOST_ROWS]
        names = [atlas.user_id(user) for user in kept]
        return pd.DataFrame({"user_id": names, "interactions": rows[kept]})
    counts = atlas.behaviour.counts()
    kept = sorted(items, key=lambda item: -int(counts[item]))[:_MOST_ROWS]
    fixed = {
        "title": [atlas.title(item) for item in kept],
        "interactions": counts[kept],
        "group": [atlas.cluster_labels[atlas.cluster[item]] for item in kept],
        "item_id": [atlas.item_id(item) for item in kept],
    }
    frame = atlas.tables.items.frame.iloc[kept]
    given = {
        name.replace("_", " ").capitalize(): [", ".join(map(str, cell)) for cell in frame[name]]
        for name in atlas.tables.items.attributes
    }
    return pd.DataFrame({"title": fixed.pop("title"), **given, **fixed})


def _columns() -> dict[str, Any]:
    """Units and meanings of all the views' columns."""
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    percent = "percent"
    return {
        "title": text("Title", width="medium"),
        "item_id": text("Item id"), "user_id": text("User id"), "group": text("Group"),
        "interactions": number("Interactions", help="Training interactions"),
        "attribute": text("Attribute"), "value": text("Value"),
        "items": number("Items", help="Picked items that have this value"),
        "share": number("Share", format=percent, help="Of the picked items"),
        "lift": number("Lift", format="%.1f", help="Times as often as in the whole study"),
        "liked": number("Liked", help="Picked items the user rates at least their own mean"),
        "taken": number("Taken", help="Picked items the user has interacted with"),
        "share_liked": number("Share liked", format=percent, help="Of the picked items"),
        "users": number("Users", help="Picked users who like the item"),
        "expected": number("Expected", format="%.1f",
                           help="As many as would like it if they were like everybody"),
    }  # fmt: skip
