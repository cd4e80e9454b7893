"""A line of the ledger opened to its words: which word of the user met which word of the item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import signals
from llmrec_core.charts.word_figure import word_figure
from llmrec_core.embed.items import field_name
from llmrec_core.signals.base import Kind
from llmrec_core.ui.cached_words import word_reader
from llmrec_core.ui.state import shown_errors
from llmrec_core.ui.text import count, inert, plain, signed

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.explain import Entry, WordHeat
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

SHOWN = (8, 16, 32)
"""Words a side that the picture may have."""
PAIRS = 8


def show_words(
    recommender: Recommender, profile: Profiles, block: Block, item: int, line: Entry, key: str
) -> None:
    """What the words of one line add, or why there are none."""
    with shown_errors():  # the encoder may be another one by now
        _show(recommender, profile, block, item, line, key)


def _show(
    recommender: Recommender, profile: Profiles, block: Block, item: int, line: Entry, key: str
) -> None:
    reader = word_reader(recommender)
    if not reader.reads(line.signal):
        about = signals.known(line.signal)
        st.caption(f"{about.label} {about.unopened}.")
        return
    with st.spinner("Reading the words… (the language model is loaded once)", show_time=True):
        heat = reader.line(profile, block, item, line)
    if heat is None:
        st.caption(_nothing(line))
        return
    st.markdown(f"**{plain(line.evidence, 120)}** · {signed(line.contribution, 4)} points")
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}_controls"):
        most = st.segmented_control(
            "Words shown on each side", SHOWN, default=SHOWN[1], key=f"{key}_most", required=True,
            persist_state="session", help="Those that say most; the others are summed up.",
        )
        apart = st.toggle(
            "Show apart what all texts share", key=f"{key}_apart", persist_state="session",
            help="All texts of a kind have much in common, and it was taken off when they were "
            "compared. By default every word is shown without its share of that; apart, it is a "
            "row and a column of its own.",
        )
    told = heat if apart else heat.spread()
    drawn = told.folded(int(most or SHOWN[1]), int(most or SHOWN[1]))
    _picture(drawn, line, key)
    _told(drawn, line, apart=bool(apart))
    _pairs(told, key)


def _nothing(line: Entry) -> str:
    if line.kind == Kind.SENTENCE:
        return "This sentence is switched off or says nothing of taste: its words add nothing."
    if line.kind == Kind.PAST_ITEM:
        return "This past item has no text that met one of the item's: its words add nothing."
    return "No text stands behind this line: pick a sentence or a past item."


def _picture(heat: WordHeat, line: Entry, key: str) -> None:
    past = line.kind == Kind.PAST_ITEM
    st.plotly_chart(
        word_figure(heat, user="Past item" if past else "User"),
        key=f"{key}_heat", config={"displaylogo": False},
        alt="Heat map: points of each word of the user with each word of the item",
    )


def _told(heat: WordHeat, line: Entry, *, apart: bool) -> None:
    """What is drawn, and that all of it is the line."""
    shared = "stands apart" if apart else "is in each word, by what the word had of it"
    st.caption(
        f"All that is drawn, {count(len(heat.rows), 'row')} by "
        f"{count(len(heat.columns), 'column')}, adds up to "
        f"{signed(heat.total, 4)} points; the line is {signed(line.contribution, 4)} (they differ "
        f"by {abs(heat.total - line.contribution):.0e}). What all texts share {shared}. "
        f"{_how(heat)}. A word counts as the encoder read it, with the words round it. Blue adds "
        "points, orange takes them away, as the scale in the corner says; the bars are the sums "
        "of rows and columns, in colours of a scale of their own."
    )


def _how(heat: WordHeat) -> str:
    if heat.stray:
        return (
            "Not exact: the encoder reads these words otherwise than at the build, and what they "
            "leave stands apart as «not in these words»; build the study again"
        )
    if heat.exact:
        return "Each word's share of its text is exact, since this encoder takes the mean of them"
    return "Found by leaving words out, not exact: this encoder does not take the mean of its words"


def _pairs(heat: WordHeat, key: str) -> None:
    import pandas as pd

    found = heat.largest(PAIRS)
    frame = pd.DataFrame({
        "User's word": [inert(user.label) for user, _, _ in found],
        "Item's word": [inert(item.label) for _, item, _ in found],
        "In the item's": [inert(field_name(item.field)) for _, item, _ in found],
        "Points": [points for _, _, points in found],
    })
    number = st.column_config.NumberColumn(format="%+.4f", width=95)
    st.dataframe(
        frame, hide_index=True, key=f"{key}_pairs", placeholder="",
        column_config={"Points": number}, height=38 + 35 * len(frame),
        alt="The pairs of words that add or take most",
    )
    st.caption("The pairs of words that say most, for or against.")
