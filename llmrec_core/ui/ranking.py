"""The list of one profile as it follows the sliders, and the item of it that is looked at."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core import compare, signals
from llmrec_core.recommender import Recommender
from llmrec_core.ui import frames
from llmrec_core.ui.cached_ledger import shown_attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.recommender import Answer, Recommended


CHANCE = "P(like)"
"""The column that a build with the signal «liking» has."""


def show_list(
    recommender: Recommender, block: Block, weights: np.ndarray, n: int, key: str,
    then: Callable[[], None] | None = None,
) -> int | None:
    """Draw the list and return the item number that is looked at; None for an empty list.

    The choice follows the item, not the row: when a slider moves it, its ledger stays on screen.
    `then` ends the callback of a click on a row.
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
    _mark(answer.items, recommender.behaviour.item_ids[chosen], key)
    _table(recommender, block, answer, chosen, key, then)
    _timing(recommender, answer, (time.perf_counter() - begun) * 1000)
    return chosen


def looked_at(
    recommender: Recommender, block: Block, weights: np.ndarray, n: int, key: str
) -> int | None:
    """The item number that is looked at in the list of `key`, wherever that is drawn."""
    items = recommender.ranked(block, weights, n).items
    return _chosen(recommender.item_numbers, items, key) if items else None


def _chosen(numbers: Mapping[str, int], lines: Sequence[Recommended], key: str) -> int:
    """The item that was clicked, else the first.

    The session keeps ids: a new import numbers the items anew, and one that is gone is forgotten.
    """
    chosen = str(st.session_state.get(f"{key}_chosen", lines[0].item_id))
    return numbers[chosen if chosen in numbers else lines[0].item_id]


def _mark(lines: Sequence[Recommended], chosen: str, key: str) -> None:
    """Move the table's mark to where the chosen item is now; before the table is drawn."""
    shown = [line.item_id for line in lines]
    rows = [shown.index(chosen)] if chosen in shown else []
    st.session_state[f"{key}_shown"] = shown
    st.session_state[f"{key}_marked"] = rows
    table = st.session_state.get(f"{key}_table")
    if table is None or list(table["selection"]["rows"]) != rows:
        st.session_state[f"{key}_table"] = {"selection": {"rows": rows}}


def _take(key: str, then: Callable[[], None] | None = None) -> None:
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
    if then is not None:
        then()


def _table(
    recommender: Recommender, block: Block, answer: Answer, chosen: int, key: str,
    then: Callable[[], None] | None,
) -> None:
    items = [line.item for line in answer.items]
    fitted = compare.ranks(block, recommender.weights(), items)
    frame = frames.list_frame(
        recommender, answer.items, fitted, shown_attributes(recommender)
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
        frame, key=f"{key}_table", hide_index=True, on_select=lambda: _take(key, then),
        selection_mode="single-row", column_config=config,
        height=min(38 + 35 * len(frame), 563), alt="The recommended items, best first",
    )


def _timing(recommender: Recommender, answer: Answer, shown: float) -> None:
    st.caption(
        f"Re-ranked {len(recommender.titles):,} items in {answer.milliseconds:.2f} ms; "
        f"with this table {shown:.0f} ms. Click the left edge of a row to see why it is there. "
        "Signals that add nothing to these items have no column."
    )

