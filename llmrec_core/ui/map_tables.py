"""Below the map: what the picked points have in common, one table at a time, to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core import selection
from llmrec_core.export import inert
from llmrec_core.ui import map_groups, map_shown

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.atlas import Atlas
    from llmrec_core.recommender import Recommender

_MOST_ROWS = 1_000
ITEMS, SHARED, FANS = "Items", "What they share", "Who likes them"
USERS, FAVOURITES = "Users", "What these users like"


def views(items: list[int], users: list[int], *, built: bool) -> list[str]:
    """What can be asked of the picked points; with lists only where the study is `built`."""
    of_items = [ITEMS, SHARED, FANS, *map_shown.VIEWS * built]
    of_users = [*map_groups.SAID_VIEWS * built, USERS, FAVOURITES, *map_groups.LIST_VIEWS * built]
    return of_items * bool(items) + of_users * bool(users)


def table(
    atlas: Atlas, recommender: Recommender | None, weights: np.ndarray | None,
    items: list[int], users: list[int],
) -> None:
    """What was picked, one view at a time: in words, as a table, and its download."""
    offered = views(items, users, built=recommender is not None)
    if st.session_state.get("map_table_view") not in offered:
        st.session_state["map_table_view"] = offered[0]
    view = str(
        st.segmented_control(
            "The picked points", offered, key="map_table_view", required=True,
            help="What the picked items or users have in common, against the whole study. Lists "
            "are those under the weights of the sliders, with the edits in force.",
        )
    )
    if recommender is not None and weights is not None and view in map_groups.VIEWS:
        frame = map_groups.show(recommender, weights, users, view)
    elif recommender is not None and weights is not None and view in map_shown.VIEWS:
        frame = map_shown.show(recommender, weights, items, view)
    else:
        frame = frame_of(atlas, view, items, users)
        if frame.empty:
            st.caption("Nothing that sets them apart from the whole study.")
    if frame is not None and not frame.empty:
        _draw(view, frame)


def _draw(view: str, frame: pd.DataFrame) -> None:
    shown = inert(frame.head(_MOST_ROWS))
    st.dataframe(
        shown, key="map_table", hide_index=True, column_config=_columns(),
        height=min(460, 60 + 35 * len(shown)), alt=f"{view}: {len(shown)} rows",
    )
    st.download_button(
        "Download this table (CSV)", shown.to_csv(index=False), on_click="ignore", mime="text/csv",
        file_name="map_selection.csv", icon=":material/download:", key="map_download",
        help="Text cells that a spreadsheet would run as a formula begin with an apostrophe.",
    )


def frame_of(atlas: Atlas, view: str, items: list[int], users: list[int]) -> pd.DataFrame:
    """One view that needs no lists: the points, what they share, who likes them."""
    if view == SHARED:
        found = atlas.tables.items
        return selection.shared_values(found.frame, found.attributes, items)
    if view == FANS:
        fans = selection.fans_of(atlas.behaviour, items).head(_MOST_ROWS)
        fans.insert(0, "user_id", [atlas.user_id(user) for user in fans.pop("user")])
        return fans
    if view == FAVOURITES:
        liked = selection.favourites_of(atlas.behaviour, users).head(_MOST_ROWS)
        rows = liked.pop("item").tolist()
        liked.insert(0, "title", [atlas.title(row) for row in rows])
        return liked.assign(item_id=[atlas.item_id(row) for row in rows])
    return _listed(atlas, view, items, users)


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
    """Units and meanings of the columns of the views without lists, and of theirs."""
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
        **map_groups.columns(), **map_shown.columns(),
    }  # fmt: skip
