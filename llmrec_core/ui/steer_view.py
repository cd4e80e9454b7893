"""The controllability page's view: three tests, their trade-off, and one user to look at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from llmrec_core.charts import steering_figures as figures
from llmrec_core.export import inert
from llmrec_core.steer.one import one_swap
from llmrec_core.steer.weights import STEERED
from llmrec_core.ui.text import count, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from llmrec_core.recommender import Recommender

NAMES = {
    "description": "Description alone", "blend, steerable": "Default weights",
    "blend": "Most accurate weights", "description, other words": "Description alone, other words",
    "blend, steerable, other words": "Default weights, other words",
}
"""The rows of the report as the page calls them."""


def key_figures(document: dict[str, Any]) -> None:
    """Four cards under the default weights; the small figure is the description alone."""
    rows = {row["recipe"]: row for row in document["rows"]}
    mine, alone = rows["blend, steerable"], rows["description"]
    first, last = document["ranks"]
    cards = (
        ("Swap is followed", _percent(mine["swap"]["right"]), _percent(alone["swap"]["right"]),
         "The favourite and the least favourite kind change places in the description. Right is a "
         "top 20 with less of the former favourite and more of the former least favourite "
         "(NDCG@20 by kind); a tie is not right."),
        ("Places by five words", _places(mine["words"]["median"]),
         _places(alone["words"]["median"]),
         f"One sentence with five telling words of an item at place {first} to {last}, not of its "
         "title, is put in. The median of the places that the item gains."),
        ("«Wants more» is followed", _percent(mine["more"]["right"]),
         _percent(alone["more"]["right"]),
         "«Wants more X.» for a kind drawn at random: lists that then hold more of it."),
        ("«Wants less» is followed", _percent(mine["less"]["right"]),
         _percent(alone["less"]["right"]),
         "«Wants less X.» for the favourite kind: lists that then hold less of it."),
    )  # fmt: skip
    with st.container(horizontal=True, key="steer_cards"):
        for name, value, other, meaning in cards:
            st.metric(name, value, f"{other} by the description alone", delta_color="off",
                      delta_arrow="off", border=True, help=meaning)  # fmt: skip


def _percent(share: float) -> str:
    return "undefined" if math.isnan(share) else f"{100 * share:.0f} %"


def _places(median: float) -> str:
    return "undefined" if math.isnan(median) else f"{median:+.0f}"


def price(recommender: Recommender) -> None:
    """What the default weights cost against the most accurate ones, in validation."""
    found, choice = recommender.choice.validation, recommender.choice
    best, mine = found.get("blend", math.nan), found.get("blend, steerable", math.nan)
    weight, least = choice.weights["description"], choice.accurate.get("description", 0.0)
    if math.isnan(best) or math.isnan(mine):
        return
    if weight == least:
        st.caption("The most accurate weights already follow an edited description.")
        return
    st.caption(
        f"The default weight of the description is {weight:g} instead of the most accurate "
        f"{least:g}, so that an edit is seen. The price in validation: NDCG {mine:.4f} "
        f"instead of {best:.4f} ({100 * (mine / best - 1):+.1f} %)."
    )


def table(document: dict[str, Any]) -> None:
    """All settings and tests, with intervals."""
    rows = [
        {
            "Setting": NAMES[row["recipe"]], "Swap": _percent(row["swap"]["right"]),
            "95 %": "{:.0f}–{:.0f} %".format(*(100 * x for x in row["swap"]["interval"])),
            "Favourite falls": _percent(row["swap"]["falls"]),
            "Least favourite rises": _percent(row["swap"]["rises"]),
            "Places by words": row["words"]["median"],
            "Wants more": _percent(row["more"]["right"]),
            "Wants less": _percent(row["less"]["right"]),
        }
        for row in document["rows"]
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, key="steer_table",
        column_config={"Places by words": st.column_config.NumberColumn(format="%+d")},
        alt="The three tests of steering, by setting",
    )
    st.caption(
        "When the description's map is fitted, it is taught what the catalogue's kinds and texts "
        "mean, in part in the very words of these tests («Likes X.», an item's own words). The "
        "rows with other words say the same in sentences that it never met («Is always up for "
        "X.»); the five words are still the item's own."
    )


def pictures(recommender: Recommender, document: dict[str, Any]) -> None:
    """The trade-off, the places gained and the kinds."""
    left, right = st.columns(2, gap="medium")
    weight = float(recommender.choice.weights["description"])
    with left:
        _show(
            figures.trade_off_figure(document["curve"], weight), "steer_curve",
            "What steering costs",
            "The other weights stay. Steering is measured here; NDCG and tail share are those of "
            "the validation rows at the build, as shares of their best.",
            "Share of lists that follow, NDCG and tail share by the description's weight",
        )
    gained = {
        NAMES[row["recipe"]]: row["words"]["gained"] for row in document["rows"]
        if row["recipe"] in (STEERED, "blend, steerable")
    }
    with right:
        _show(
            figures.places_figure(gained), "steer_places", "Places gained by five words",
            "One item a user, drawn from the middle of the ranking.",
            "Distribution of the places gained",
        )
    _show(
        figures.kinds_figure(document["kinds"]), "steer_kinds", "By kind, under default weights",
        "A kind that the catalogue hardly has, or that no list held before, can hardly move.",
        "Share of users whose list followed, by kind",
    )


def _show(figure: go.Figure, key: str, heading: str, meaning: str, alt: str) -> None:
    st.markdown(f"**{heading}**", help=meaning)
    figure.update_layout(margin={"t": 10, "r": 10})
    st.plotly_chart(figure, key=key, alt=alt)


def one_user(recommender: Recommender, user_id: str) -> None:
    """The swap for one user: the sentences it rewrites, and the list before and after."""
    found = one_swap(recommender, user_id, recommender.weights())
    if found is None:
        st.caption("No two kinds are known of this user: there is nothing to swap.")
        return
    st.markdown(
        f"**{plain(found.favourite)}** and **{plain(found.least)}** change places. Of the "
        f"first {count(len(found.old), 'item')}, of {plain(found.favourite)}: "
        f"{found.of_favourite[0]} before, {found.of_favourite[1]} after; of {plain(found.least)}: "
        f"{found.of_least[0]} before, {found.of_least[1]} after."
    )
    for old, new in found.changed():
        st.markdown(f"- {plain(old) or '(new)'} → {plain(new)}")
    rows = {
        "Before": [recommender.title(int(item)) for item in found.old],
        "After": [recommender.title(int(item)) for item in found.new],
    }
    frame = pd.DataFrame({name: pd.Series(titles, dtype=str) for name, titles in rows.items()})
    frame.insert(0, "Place", range(1, len(frame) + 1))
    st.dataframe(
        inert(frame.fillna("")), hide_index=True, key="steer_lists",
        alt="The user's list before and after the swap",
    )
