"""What the map page asks: what items are coloured by, what is drawn, what is searched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from llmrec_core import find
from llmrec_core.atlas import Atlas
from llmrec_core.atlas.spaces import builds_own
from llmrec_core.charts import map_colours
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_map, map_naming, map_picks
from llmrec_core.ui.text import plain

GROUPS, POPULARITY = "Groups of alike items", "Popularity"
_YEAR = "year"
_MOST_FOUND = 30
BUDGETS = (2_000, 5_000, 20_000, 50_000, 100_000)
"""How many items, and how many users, are drawn at most."""


def colour_choices(atlas: Atlas) -> list[str]:
    """What the items can be coloured by: groups, popularity, and every attribute."""
    return [GROUPS, POPULARITY, *atlas.tables.items.attributes]


def colour_name(choice: str) -> str:
    """A choice as it is shown: «Review score» for `review_score`."""
    return plain(choice.replace("_", " ").capitalize())


def colouring(atlas: Atlas, choice: str, version: str = "") -> map_colours.Colouring:
    """The colours of the items under one of `colour_choices`; years become decades.

    Those by an attribute walk through all items: they are kept for the build `version`, if given.
    """
    if choice == POPULARITY:
        return map_colours.by_count("Interactions", atlas.behaviour.counts())
    if choice == GROUPS or choice not in atlas.tables.items.attributes:
        return map_colours.by_cluster("Group", atlas.cluster, atlas.cluster_labels)
    if version:
        return cached_map.coloured(version, choice, lambda: _by_attribute(atlas, choice))
    return _by_attribute(atlas, choice)


def _by_attribute(atlas: Atlas, choice: str) -> map_colours.Colouring:
    cells: Sequence[Sequence[str]] = atlas.tables.items.frame[choice].tolist()
    if choice.casefold() == _YEAR:
        cells = [[_decade(str(value)) for value in cell] for cell in cells]
    return map_colours.by_attribute(choice.replace("_", " ").capitalize(), cells)


def _decade(year: str) -> str:
    """«1990s» for 1994; what is no year stays as it is."""
    return f"{year[:-1]}0s" if year.isdigit() and len(year) == 4 else year


@dataclass(frozen=True)
class Shown:
    """What is drawn: all users, the chosen user's marks, the groups' names, how many points at
    most, a picture."""

    users: bool
    user: bool
    names: bool
    most: int
    static: bool


def display_settings(recommender: Recommender | None) -> Shown:
    """A popover with what is drawn; lists, and names by a writer, where there is a `recommender`.
    """
    with st.popover("Display", icon=":material/visibility:", key="map_display"):
        users = st.toggle(
            "Users", True, key="map_users", persist_state="session",
            help="All users as small grey points among the items.",
        )
        user = recommender is not None and st.toggle(
            "History and list of the chosen user", True, key="map_user_shown",
            persist_state="session", help="Rings: history. Diamonds: the list under the weights "
            "of the sliders. Star: the user.",
        )  # fmt: skip
        names = st.toggle(
            "Names of the groups", True, key="map_names", persist_state="session",
            help="Words that the texts of a group's items have more than those of all others, "
            "written where its items lie. A chat model can name them instead.",
        )
        if recommender is not None:
            own = builds_own(recommender)
            unnamed = cached_map.space_unnamed(recommender, own)
            map_naming.buttons(recommender.study, unnamed, own, "first")
        most = st.select_slider(
            "Points at most", BUDGETS, 20_000, key="map_most", persist_state="session",
            format_func=lambda number: f"{number:,}",
            help="Of items, and again of users. Of more a sample is drawn that keeps the shares of "
            "head, middle and tail, spread over the map.",
        )
        static = st.toggle(
            "Static picture", key="map_static", persist_state="session",
            help="For browsers and screen shares that cannot draw the live map.",
        )
    return Shown(users, user, names, most, static)


def typed_text() -> str:
    """A popover with a text whose place on the map is asked for; "" where none is typed."""
    with st.popover("Place a text", icon=":material/star:", key="map_text_popover"):
        return str(
            st.text_area(
                "Where would this lie?", key="map_text", height=90, persist_state="session",
                placeholder="One or several sentences about a person",
                help="A person who says this and of whom nothing else is known is placed among "
                "the items that the text speaks for; the map itself stays as it is.",
            ) or ""
        )


def search(atlas: Atlas, typed: str) -> tuple[list[int], list[int]]:
    """(item rows, user rows) that `typed` finds, at most 30 of each, in order of interest."""
    if not typed.strip():
        return [], []  # a slider redraws the map: all names are walked through for a search only
    titles = atlas.tables.items.frame["title"].tolist()
    items = find.items(titles, typed, atlas.behaviour.counts(), most=_MOST_FOUND)
    numbers = {str(user): row for row, user in enumerate(atlas.behaviour.user_ids)}
    users = [numbers[user] for user in find.users(list(numbers), typed, most=_MOST_FOUND)]
    return items, users


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
                on_click=map_picks.pick, args=(atlas, [item]),
            )
        for user in users:
            st.button(
                plain(f"User {atlas.user_id(user)}", 60), key=f"map_found_user_{user}",
                type="tertiary", on_click=map_picks.pick, args=(atlas, [], [user]),
            )
