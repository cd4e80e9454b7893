"""The interactions behind a sentence, shown only where its row ids still mean what they meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import row_ids
from llmrec_core.describe import Description, Sentence
from llmrec_core.recommender import Recommender
from llmrec_core.ui import frames
from llmrec_core.ui.text import count

if TYPE_CHECKING:
    import pandas as pd


def in_force(recommender: Recommender, user_id: str) -> tuple[Description, str]:
    """The description in force, and which interactions its row ids belong to."""
    edited = recommender.study.journal.edited_version(user_id)
    if edited is not None:
        return edited.description, edited.data
    return recommender.written[recommender.user_number(user_id)], recommender.rows_key


def rows_of(
    recommender: Recommender, user_id: str, key: str, mark: int, sentence: Sentence, data: str
) -> None:
    """The interactions that a sentence was written from, on demand."""
    if not sentence.rows:
        return
    if not row_ids.known(recommender, user_id, sentence, data):
        st.badge("from earlier data", icon=":material/history:", color="gray",
                 help="The study was imported anew since: the interactions behind this sentence "
                 "are not in it.")
        return
    part = st.popover(
        count(len(sentence.rows), "row"), key=f"{key}:rows:{mark}", icon=":material/fact_check:",
        on_change="rerun", type="tertiary", help="Opens the interactions behind the sentence.",
    )
    if not part.open:
        return
    with part:
        st.caption(
            f"The {count(len(sentence.rows), 'interaction')} that the sentence was written from, "
            "latest first."
        )
        frame = frames.rows_frame(recommender, sentence.rows)
        show_rows(frame, f"{key}:evidence:{mark}", height=300)


def show_rows(frame: pd.DataFrame, key: str, height: int = 420) -> None:
    """Interactions as a table (title, value, date)."""
    st.dataframe(
        frame.drop(columns="Row"), key=key, hide_index=True,
        height=min(height, 38 + 35 * len(frame)),
        column_config={
            "Value": st.column_config.NumberColumn(
                format="%.3g", help="Rating, count or 1, as in the data."
            ),
            "Date": st.column_config.DateColumn(format="YYYY-MM-DD"),
        },
        placeholder="", alt="Interactions: title, value, date",
    )
