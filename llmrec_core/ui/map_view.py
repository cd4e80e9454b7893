"""The map page's view: what it is coloured by, what is drawn on it, what was picked from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core import find
from llmrec_core.atlas import PCA, Atlas
from llmrec_core.charts import map_colours, map_figure
from llmrec_core.charts.map_figure import Mark, MarkKind
from llmrec_core.errors import MissingArtefactError
from llmrec_core.ui import cached, state, webgl
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from llmrec_core.recommender import Recommender

GROUPS, POPULARITY = "Groups of alike items", "Popularity"
_YEAR = "year"
_MOST_FOUND, _MOST_NAMED = 30, 8
BUDGETS = (2_000, 5_000, 20_000, 50_000, 100_000)
"""How many items, and how many users, are drawn at most."""

_PICKED, _POINTED = "map_picked", "map_pointed"
HEIGHT = 640
_TOOLS = {
    "scrollZoom": True, "displaylogo": False, "displayModeBar": True,
    "modeBarButtonsToRemove": ["autoScale2d", "toImage"],
}  # fmt: skip


def open_map() -> tuple[Atlas, Recommender | None]:
    """The study's map, and its recommender where the build has come that far.

    Ends the page with a hint where there is not even a first picture.
    """
    study = state.current_study()
    try:
        recommender = cached.recommender(study)
    except MissingArtefactError:
        recommender = None
    try:
        return cached.atlas(study, recommender), recommender
    except MissingArtefactError as error:
        st.info(plain(error), icon=":material/info:")
        st.page_link("pages/study/data.py", label="To the data page", icon=":material/build:")
        st.stop()


def colour_choices(atlas: Atlas) -> list[str]:
    """What the items can be coloured by: groups, popularity, and every attribute."""
    return [GROUPS, POPULARITY, *atlas.tables.items.attributes]


def colour_name(choice: str) -> str:
    """A choice as it is shown: «Review score» for `review_score`."""
    return plain(choice.replace("_", " ").capitalize())


def colouring(atlas: Atlas, choice: str) -> map_colours.Colouring:
    """The colours of the items under one of `colour_choices`; years become decades."""
    if choice == POPULARITY:
        return map_colours.by_count("Interactions", atlas.behaviour.counts())
    if choice == GROUPS or choice not in atlas.tables.items.attributes:
        return map_colours.by_cluster("Group", atlas.cluster, atlas.cluster_labels)
    cells: Sequence[Sequence[str]] = atlas.tables.items.frame[choice].tolist()
    if choice.casefold() == _YEAR:
        cells = [[_decade(str(value)) for value in cell] for cell in cells]
    return map_colours.by_attribute(choice.replace("_", " ").capitalize(), cells)


def _decade(year: str) -> str:
    """«1990s» for 1994; what is no year stays as it is."""
    return f"{year[:-1]}0s" if year.isdigit() and len(year) == 4 else year


def search(atlas: Atlas, typed: str) -> tuple[list[int], list[int]]:
    """(item rows, user rows) that `typed` finds, at most 30 of each, in order of interest."""
    titles = atlas.tables.items.frame["title"].tolist()
    items = find.items(titles, typed, atlas.behaviour.counts(), most=_MOST_FOUND)
    numbers = {str(user): row for row, user in enumerate(atlas.behaviour.user_ids)}
    users = [numbers[user] for user in find.users(list(numbers), typed, most=_MOST_FOUND)]
    return items, users


@dataclass(frozen=True)
class Shown:
    """What is drawn: all users, the chosen user's marks, how many points at most, a picture."""

    users: bool
    user: bool
    most: int
    static: bool


def display_settings(*, with_user: bool) -> Shown:
    """A popover with what is drawn; `with_user` where there is a list to draw."""
    with st.popover("Display", icon=":material/visibility:", key="map_display"):
        users = st.toggle(
            "Users", True, key="map_users", persist_state="session",
            help="All users as small grey points among the items.",
        )
        user = with_user and st.toggle(
            "History and list of the chosen user", True, key="map_user_shown",
            persist_state="session", help="Rings: history. Diamonds: the list under the weights "
            "of the sliders. Star: the user.",
        )  # fmt: skip
        most = st.select_slider(
            "Points at most", BUDGETS, 20_000, key="map_most", persist_state="session",
            format_func=lambda number: f"{number:,}",
            help="Of items, and again of users. More are thinned evenly over the map.",
        )
        static = st.toggle(
            "Static picture", key="map_static", persist_state="session",
            help="For browsers and screen shares that cannot draw the live map.",
        )
    return Shown(users, user, most, static)


def found(atlas: Atlas, typed: str, items: Sequence[int], users: Sequence[int]) -> None:
    """What the search found, to pick from."""
    if not typed.strip():
        return
    if not items and not users:
        st.caption(f"Nothing is called «{plain(typed, 60)}».")
        return
    st.markdown("**Found**")
    with st.container(height=200 if len(items) + len(users) > 5 else "content", gap=None):
        for item in items:
            st.button(
                plain(atlas.title(item), 60), key=f"map_found_item_{item}", type="tertiary",
                on_click=pick, args=(atlas, [item]),
            )
        for user in users:
            st.button(
                plain(f"User {atlas.user_id(user)}", 60), key=f"map_found_user_{user}",
                type="tertiary", on_click=pick, args=(atlas, [], [user]),
            )


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
    if not st.session_state.get(_POINTED):
        return list(items), list(users)
    more_items, more_users = picked(atlas)
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


def figure(
    atlas: Atlas, choice: str, *, users: bool, marks: Sequence[Mark], most: int,
    moves: Sequence[tuple[np.ndarray, np.ndarray]] = (),
) -> go.Figure:
    """The map as it is asked for, its legend below it: a long one would take the map's width."""
    drawn = map_figure.map_figure(
        atlas.item_xy,
        atlas.tables.items.frame["title"].tolist(),
        colouring(atlas, choice),
        user_xy=atlas.user_xy if users else None,
        user_ids=[atlas.user_id(user) for user in range(len(atlas.user_xy))] if users else (),
        marks=marks, moves=moves,
        # With a lasso in hand Streamlit leaves clicks unanswered; they are the commoner wish.
        dragmode="pan",
        most=most,
    )
    legend = {"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "itemsizing": "constant"}
    return drawn.update_layout(height=HEIGHT, legend=legend)


def draw(atlas: Atlas, drawn: go.Figure, *, static: bool) -> bool:
    """The figure, live; or its picture where that is wanted or the browser has no WebGL.

    Returns whether it is live.
    """
    able = webgl.available()
    if able and not static:
        st.plotly_chart(
            drawn, key="map_chart", on_select=lambda: _take(atlas, drawn), config=_TOOLS,
            alt=f"{atlas.method} map of {len(atlas.item_xy):,} items and {len(atlas.user_xy):,} "
            "users: what lies close is alike",
        )
        return True
    from llmrec_core.charts.static_map import static_map

    if not able:
        st.warning(
            "This browser has no WebGL, which the live map needs, so this is a picture: nothing "
            "in it can be clicked. Search, colours and the user's list work as ever.",
            icon=":material/image:",
        )
    picture = static_map(drawn, height=HEIGHT, dark=st.context.theme.type == "dark")
    st.image(picture, width="stretch", alt=f"{atlas.method} map of items and users, as a picture")
    return False


def _take(atlas: Atlas, drawn: go.Figure) -> None:
    """Keep what was picked as row numbers: a figure that changes forgets its own selection."""
    points = st.session_state["map_chart"]["selection"]["points"]
    items, users = map_figure.picked_rows(drawn, points)
    st.session_state[_PICKED] = (atlas.key, items, users)
    st.session_state[_POINTED] = False


def pick(atlas: Atlas, items: Sequence[int] = (), users: Sequence[int] = ()) -> None:
    """Choose points from outside the figure; a callback."""
    st.session_state[_PICKED] = (atlas.key, list(items), list(users))
    st.session_state[_POINTED] = True


def picked(atlas: Atlas) -> tuple[list[int], list[int]]:
    """(item rows, user rows) that were picked on this map, not on another study's."""
    key, items, users = st.session_state.get(_PICKED, ("", [], []))
    return (items, users) if key == atlas.key else ([], [])


def how_drawn(atlas: Atlas) -> str:
    """How to read the map, and how far it can be trusted."""
    if atlas.method == PCA:
        return (
            "First picture (PCA): the two directions in which the items' texts differ most. Users "
            "lie at the mean of up to ten items they like. The UMAP layout replaces it when the "
            "build is done; distances in this picture are rough."
        )
    words = (
        "UMAP of items and users together: what lies close is alike, the axes mean nothing. Items "
        "are held by the nearest items in meaning; a user hangs on up to ten liked items that say "
        "most about them."
    )
    report = atlas.placement
    if not np.isfinite(report.get("ratio", np.nan)):
        return words
    words += (
        f" In map units a user lies {report['liked_distance']:.2f} from liked items and "
        f"{report['random_distance']:.2f} from random items (medians), a ratio of "
        f"{report['ratio']:.2f}: 1 would mean that the map says nothing about users."
    )
    kept = report.get("neighbours_kept", np.nan)
    if np.isfinite(kept):
        words += f" Of an item's nearest items in meaning {100 * kept:.0f} % are nearest here too."
    return words
