"""The list of one profile as it follows the sliders, and the item of it that is looked at."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import compare, signals
from llmrec_core.recommender import Recommender
from llmrec_core.ui import frames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.recommender import Answer, Recommended


CHANCE = "P(like)"
"""The column that a build with the signal «liking» has."""


def show_list(
    recommender: Recommender, block: Block, weights: np.ndarray, n: int, key: str
) -> int | None:
    """Draw the list and return the item number that is looked at; None for an empty list.

    The choice follows the item, not the row: when a slider moves it, its ledger stays on screen.
    """
    begun = time.perf_counter()
    answer = recommender.ranked(block, weights, n)
    if not answer.items:
        st.info(
            "There is no item left to recommend: this user has the whole catalogue.",
            icon=":material/check:",
        )
        return None
    chosen = _chosen(recommender.item_numbers, answer.items, key)
    _table(recommender, block, answer, chosen, key)
    _timing(recommender, answer, (time.perf_counter() - begun) * 1000)
    return chosen


def _chosen(numbers: Mapping[str, int], lines: Sequence[Recommended], key: str) -> int:
    """The item that was clicked, else the first; the table's mark is moved to where it is now.

    The session keeps ids: a new import numbers the items anew, and one that is gone is forgotten.
    """
    shown = [line.item_id for line in lines]
    chosen = str(st.session_state.get(f"{key}_chosen", shown[0]))
    if chosen not in numbers:
        chosen = shown[0]
    rows = [shown.index(chosen)] if chosen in shown else []
    st.session_state[f"{key}_shown"] = shown
    st.session_state[f"{key}_marked"] = rows
    table = st.session_state.get(f"{key}_table")
    if table is None or list(table["selection"]["rows"]) != rows:
        st.session_state[f"{key}_table"] = {"selection": {"rows": rows}}
    return numbers[chosen]


def _take(key: str) -> None:
    """Remember the item of the row that was clicked; no row means the first again."""
    rows = list(st.session_state[f"{key}_table"]["selection"]["rows"])
    # The browser sends back the mark that was set here: that is nobody's choice.
    if rows == st.session_state[f"{key}_marked"]:
        return
    shown = st.session_state[f"{key}_shown"]
    if rows and rows[0] < len(shown):
        st.session_state[f"{key}_chosen"] = shown[rows[0]]
    else:
        st.session_state.pop(f"{key}_chosen", None)


def _table(
    recommender: Recommender, block: Block, answer: Answer, chosen: int, key: str
) -> None:
    items = [line.item for line in answer.items]
    fitted = compare.ranks(block, recommender.weights(), items)
    frame = frames.list_frame(
        recommender, answer.items, fitted, frames.shown_attributes(recommender)
    )
    config: dict[str, Any] = {
        "Rank": st.column_config.NumberColumn(width=50, help="Place in the list, 1 is best."),
        "Moved": st.column_config.TextColumn(
            width=60, help="Places gained or lost against the fitted weights."
        ),
        "Title": st.column_config.TextColumn(width=185),
        "Score": st.column_config.NumberColumn(
            width=64, format="%.3f", help="The weighted sum of the signals, in points (weighted "
            "standard deviations above the average candidate)."
        ),
    }
    chances = recommender.chances(block, items)
    if chances is not None:
        frame.insert(list(frame.columns).index("Score") + 1, CHANCE, 100 * chances)
        config[CHANCE] = st.column_config.NumberColumn(
            width=70, format="%.0f %%", help="How likely the user likes the item, by the signal "
            "«liking» alone; calibrated on held-out rows. No weight moves it."
        )
    for name in recommender.names:
        config[f"{signals.label(name)} part"] = st.column_config.NumberColumn(
            signals.label(name), format="%+.2f", width=max(64, 7 * len(name)),
            help=f"What the signal «{name}» adds to the score, in points; the parts sum to it.",
        )
    st.dataframe(
        frame, key=f"{key}_table", hide_index=True, on_select=lambda: _take(key),
        selection_mode="single-row", column_config=config,
        height=min(38 + 35 * len(frame), 563), alt="The recommended items, best first",
    )


def _timing(recommender: Recommender, answer: Answer, shown: float) -> None:
    st.caption(
        f"Re-ranked {len(recommender.titles):,} items in {answer.milliseconds:.2f} ms; "
        f"with this table {shown:.0f} ms. Click the left edge of a row to see why it is there. "
        "Signals that add nothing to these items have no column."
    )

