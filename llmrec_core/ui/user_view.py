"""What is beside a user's list: the history, and what an edit of the description did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import compare
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached, frames, map_arrow, versions
from llmrec_core.ui.behind import show_rows
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles


def show_words(recommender: Recommender, user_id: str) -> None:
    """The description in force as one paragraph; the signal reads it sentence by sentence."""
    words = recommender.description(user_id).text()
    quote = f":material/format_quote: {plain(words, 420)}"
    st.caption(quote if words else "Nothing is said of this user.")


def show_history(recommender: Recommender, user_id: str) -> None:
    """All interactions of the user, searchable by title."""
    typed = st.text_input(
        "Find in the history", key="history_search", type="search", icon=":material/search:",
        placeholder="Part of a title", persist_state="session", width=320,
        help="Shows only the rows whose title has these words. Press Enter.",
    )
    every = frames.history_frame(recommender, user_id)
    frame = frames.history_frame(recommender, user_id, typed) if typed else every
    st.caption(
        f"{len(frame):,} of {count(len(every), 'interaction')}, latest first. Values are those of "
        "the data (ratings, counts or 1)."
    )
    if len(frame):
        show_rows(frame, "history_table")


def show_moves(
    recommender: Recommender, user_id: str, block: Block, weights: np.ndarray, n: int
) -> None:
    """Who rose and who fell between an earlier version of the description and the one in force."""
    others = versions.earlier(recommender, user_id)
    if not others:
        st.caption(
            "Nobody has edited this description yet. Change a sentence under «Description», save "
            "it, and this table shows what the edit did to the list."
        )
        return
    names = [name for name, _ in others]
    # The key holds the versions there are: after an edit its parent is the choice again.
    number = st.selectbox(
        "Compare the version in force with", range(len(others)), format_func=names.__getitem__,
        key=f"moves_with:{user_id}:{'|'.join(names)}", width=420,
        help="The list before is made from this version, with the weights of the sliders now.",
    )
    earlier = others[number][1]
    with st.spinner("Reading the earlier version…", show_time=True):
        _, before = cached.block_as_described(recommender, user_id, earlier)
    if not weights.any():
        st.caption("All weights are 0: no list to compare.")
        return
    table, picture = st.columns([3, 2], gap="medium")
    with table:
        _moves(recommender, before, block, weights, n)
    with picture:
        map_arrow.show_arrow(recommender, user_id, earlier, recommender.description(user_id))


def _moves(
    recommender: Recommender, before: Block, block: Block, weights: np.ndarray, n: int
) -> None:
    weight = float(weights[block.names.index("description")])
    moves = compare.moves(before, block, weights, n)
    rose = sum(move.rise > 0 for move in moves)
    fell = sum(move.rise < 0 for move in moves)
    st.caption(
        f"Of the {len(moves)} items on either list of {n}: {rose} rose, {fell} fell, "
        f"{len(moves) - rose - fell} stayed. The description weighs {weight:.2f} in both lists; "
        "raise its slider to see more of it. Ranks count from 1, scores are in points."
    )
    st.dataframe(
        frames.moves_frame(recommender, moves), key="moves_table", hide_index=True,
        column_config={
            "Now": st.column_config.NumberColumn(help="Rank with the version in force."),
            "Before": st.column_config.NumberColumn(help="Rank with the version compared with."),
            "Moved": st.column_config.TextColumn(help="Places gained or lost by the edit."),
            "Title": st.column_config.TextColumn(width="medium"),
            "Score now": st.column_config.NumberColumn(format="%.3f", help="Points."),
            "Change": st.column_config.NumberColumn(format="%+.3f", help="Points."),
        },
        alt="Items before and after the edit",
    )


def show_shares(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, n: int
) -> None:
    """What each saved sentence adds to the items of the list, on demand."""
    part = st.expander(
        "What each sentence adds to the list", key="sentence_shares", on_change="rerun",
        icon=":material/functions:",
    )
    if not part.open:
        return
    answer = recommender.ranked(block, weights, n)
    shares = compare.sentence_shares(
        recommender.signals["description"], profile, block, weights,
        [line.item for line in answer.items],
    )
    with part:
        st.caption(
            f"Points that a saved sentence adds to the score of one item, on average over the list "
            f"of {len(answer.items)}, before the average candidate's part is taken off. The "
            f"description weighs {weights[block.names.index('description')]:.2f}; a sentence that "
            "does not count adds 0."
        )
        st.dataframe(
            {"Sentence": [inert(text) for text in profile.sentence_text], "Points": shares},
            key="sentence_shares_table", hide_index=True,
            column_config={
                "Sentence": st.column_config.TextColumn(width="large"),
                "Points": st.column_config.NumberColumn(format="%+.3f", width="small"),
            },
            alt="Average part of each sentence in the scores of the list",
        )
