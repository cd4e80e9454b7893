"""What concepts account for, the list under their weights, and one item's score in concepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core import blend, compare, signals
from llmrec_core.charts.ledger_figure import ledger_figure
from llmrec_core.ui import concept_state, controls, frames
from llmrec_core.ui.concept_item import pick_item
from llmrec_core.ui.concept_weights import percent
from llmrec_core.ui.text import count, inert, signed
from llmrec_core.ui.weights import LENGTHS

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.blend import Block
    from llmrec_core.concepts import Spread, Weighing
    from llmrec_core.recommender import Recommender

BLEND, ALONE = "All signals", "This signal alone"
REST = "beside all concepts"
_ITEM = "concepts_item"


def cards(weighing: Weighing, spread: Spread, name: str) -> None:
    """Three figures: this user, a sample of users, and lists by concepts alone."""
    label = signals.label(name)
    with st.container(horizontal=True, key="concepts_cards"):
        st.metric(
            "This user's scores in concepts", percent(float(weighing.telling.sum())), border=True,
            help=f"Which share of the spread of {label} scores over this user's candidates the "
            "concepts make together (covariance with the score over its variance). The rest lies "
            "beside all of them.",
        )
        st.metric(
            f"Those of {count(spread.users, 'user')}", percent(spread.share),
            f"{percent(spread.chance)} by as many random directions", delta_color="off",
            delta_arrow="off", border=True,
            help=f"The mean over a sample of users; the middle 80 % of them lie between "
            f"{percent(spread.low)} and {percent(spread.high)}. Random directions take a part by "
            "chance: what is above it is what the phrases name.",
        )
        st.metric(
            "Lists by concepts alone", f"{spread.kept:.1f} of {round(spread.n, 1):g}",
            "items stay",
            delta_color="off", delta_arrow="off", border=True,
            help=f"So many items of a user's list by {label} alone would be on the list if only "
            "the concepts' share of the score counted, on average over the sample.",
        )


def list_knobs(recommender: Recommender, weighing: Weighing) -> tuple[np.ndarray, int]:
    """Which list is looked at: ((signals,) weights, n)."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "List by", [BLEND, ALONE], default=BLEND, key="concepts_by", required=True,
            persist_state="session",
            help="All signals: with the weights of the page «For one user». Alone: as if this "
            "signal were the only one.",
        )
        n = int(st.selectbox(
            "Items", LENGTHS, index=1, key="concepts_n", width=100, persist_state="session",
        ))  # fmt: skip
    if by == ALONE:
        weights = np.zeros(len(weighing.block.names), np.float32)
        weights[weighing.row] = 1
        return weights, n
    return controls.current_weights(recommender), n


def lists(recommender: Recommender, weighing: Weighing, weights: np.ndarray, n: int) -> None:
    """The list under the weights of concepts beside the plain one."""
    alpha = concept_state.alphas(recommender, weighing.concepts.phrases)
    block = weighing.weighed(alpha)
    moves = compare.moves(weighing.block, block, weights, n)
    if not weights[weighing.row]:
        st.warning(
            f"{signals.label(weighing.name)} weighs 0 in the blend, so that its concepts move "
            "nothing: raise its weight on the page «For one user», or look at this signal alone.",
            icon=":material/tune:",
        )
    if not moves:
        st.info("There is no item left to recommend.", icon=":material/check:")
        return
    frame = lists_frame(recommender, weighing.block, block, weights, moves, n)
    st.dataframe(
        frame, key="concepts_lists", hide_index=True, height=min(38 + 35 * len(frame), 563),
        column_config={
            "Place": st.column_config.NumberColumn(width=46, help="1 is best."),
            "These weights": st.column_config.TextColumn(width=150),
            "Moved": st.column_config.TextColumn(
                width=62, help="Places gained or lost against all weights at 1.",
            ),
            "Score": st.column_config.NumberColumn(
                width=66, format="%.3f", help="Points: weighted standard deviations above the "
                "average candidate.",
            ),
            "All weights 1": st.column_config.TextColumn(width=150),
            "Now at": st.column_config.TextColumn(
                width=52, help="Its place under these weights.",
            ),
        },
        alt="The list under the weights of concepts, beside the list with all weights at 1",
    )
    new = sum(move.after <= n < move.before for move in moves)
    changed = "All weights are 1: both lists are the same. Move a slider." if (alpha == 1).all() \
        else f"{new} of {n} items are new on the list." if new \
        else "The same items, in another order." if any(move.rise for move in moves) \
        else "No item has moved: these weights change less than what is between the places."
    st.caption(changed)


def lists_frame(
    recommender: Recommender, before: Block, after: Block, weights: np.ndarray,
    moves: list[compare.Move], n: int,
) -> pd.DataFrame:
    """A row a place: who stands there now and how far it came, who stood there before."""
    import pandas as pd

    now = [move for move in moves if 0 < move.after <= n]
    old = sorted((move for move in moves if 0 < move.before <= n), key=lambda move: move.before)
    return pd.DataFrame(
        {
            "Place": range(1, len(now) + 1),
            "These weights": [inert(recommender.title(move.item)) for move in now],
            "Moved": [frames.moved(move.rise) for move in now],
            "Score": [move.score_after for move in now],
            "All weights 1": [inert(recommender.title(move.item)) for move in old],
            "Now at": [f"{move.after:,}" for move in old],
        }
    )


def item_score(recommender: Recommender, weighing: Weighing, weights: np.ndarray, n: int) -> None:
    """One item's part of the score in concepts, as steps that add up; moves are on disk then."""
    alpha = concept_state.alphas(recommender, weighing.concepts.phrases)
    moves = compare.moves(weighing.block, weighing.weighed(alpha), weights, n)
    chosen = pick_item(recommender, [move.item for move in moves], _ITEM, "The score of")
    concept_state.settle(recommender)
    if chosen is None:
        return
    points = weighing.points([chosen], weights, alpha)
    shares, rest = points.shares[0], float(points.rest[0])
    parts = [*zip(weighing.concepts.phrases, map(float, shares), strict=True), (REST, rest)]
    label = signals.label(weighing.name)
    figure = ledger_figure(
        parts, title=f"What concepts make of {label}", total=label, most=11,
        unit="points above the average candidate",
    )
    st.plotly_chart(
        figure, key="concepts_item_figure", config={"displaylogo": False},
        alt="Waterfall: how concepts and the rest add up to the signal's part of the score",
    )
    total = float(shares.sum()) + rest
    st.caption(
        f"{count(len(shares), 'concept')} make {signed(float(shares.sum()))} and the rest "
        f"{signed(rest)}: together {signed(total)} points, which is what {label} adds to this "
        "item's score above the average candidate's. A concept adds where the user's direction "
        "and the item's texts both have it (or both lack it), times its weight."
    )


def listed(recommender: Recommender, weighing: Weighing, n: int = 20) -> list[int]:
    """The first items of the plain list, with the weights of the page «For one user»."""
    items, _ = blend.rank(weighing.block, controls.current_weights(recommender), n)
    return [int(item) for item in items]
