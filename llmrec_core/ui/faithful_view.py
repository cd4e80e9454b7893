"""Is an explanation faithful: for one item on demand, and as it was measured over many users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from llmrec_core.charts.faithful_figures import item_figure, mean_figure
from llmrec_core.explain.faithful import FEW, Curves, orders_within
from llmrec_core.ui import asked
from llmrec_core.ui.cached_faithful import curves_of
from llmrec_core.ui.cached_ledger import profile_key
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

MEANING = (
    "A reason is a sentence or a past item, with all signals that it speaks in. It is really taken "
    "away and everything is scored anew; a past item that was taken away is not recommended. "
    "Scores keep the scale of the whole profile, so that points stay points; below the score of "
    "somebody of whom nothing is known there may be reasons that speak against the item."
)
TOO_LARGE = (
    "In a catalogue of this size it takes longer than anybody waits on a page: "
    "`llmrec explain STUDY USER ITEM --faithful` takes the reasons away."
)


def show_faithful(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, item: int,
    key: str,
) -> None:
    """An expander that takes the reasons of one item away when it is opened.

    A slider changes no figure in it: hundreds of profiles are scored for one answer, so it is
    that of the weights of then until it is asked for again.
    """
    name = f"{key}_faithful"
    part = st.expander(
        "Is this explanation faithful?", key=name, on_change=asked.on_opening, args=(name,),
        icon=":material/verified:",
    )
    if not part.open:
        return
    with part:
        if not orders_within(profile.n_items, len(block.names)):
            st.caption(TOO_LARGE)
            return
        about = (recommender.version, profile_key(profile), item)
        then = asked.weights_asked(
            name, about, block.names, weights, "Take the reasons of this item away"
        )
        if then is None:
            return
        found = curves_of(recommender, profile, block, then, item)
        if found is None:
            st.caption("No sentence and no past item speaks for or against this item.")
            return
        st.text(in_words(found))
        st.plotly_chart(
            item_figure(found), key=f"{key}_faithful_figure", config={"displaylogo": False},
            alt="The score as reasons are taken away, the strongest first and in random orders",
        )
        if len(found.reasons) < 2:
            st.caption("One reason has one order: there is nothing to hold it against.")
            return
        st.caption(
            f"Area under the curve, in shares of the way from nothing known to all known: "
            f"{_decimal(found.deletion_area)} strongest taken away first, "
            f"{_decimal(found.random_area)} in {len(found.random)} random orders, "
            f"{_decimal(found.insertion_area)} only the strongest known. The lower the first and "
            "the higher the last beside the second, the more the account names what the score "
            "rests on.", help=MEANING,
        )


def in_words(found: Curves) -> str:
    """«Without its 3 strongest reasons the item falls from place 1 to 48; …»"""
    k = int(np.searchsorted(found.count, min(FEW, len(found.reasons))))
    n = int(found.count[k])
    before, after = int(found.places[0]), int(found.places[k])
    chance = float(np.median(found.random_places[:, k]))
    reasons = "its strongest reason" if n == 1 else f"its {n} strongest reasons"
    others = "a random one" if n == 1 else f"{n} random ones"
    move = "falls" if after > before else "rises" if after < before else "stays"
    where = f"from place {before:,} to {after:,}" if after != before else f"at place {before:,}"
    return (
        f"Without {reasons} the item {move} {where}; without {others} it is at place "
        f"{chance:,.0f} (median of {len(found.random)} draws). It has "
        f"{count(len(found.reasons), 'reason')}."
    )


def measured(found: Mapping[str, Any]) -> None:
    """What an evaluation says of the faithfulness of every recipe's explanations."""
    rows = found["rows"]
    if not rows:
        st.caption("No recipe has reasons that can be taken away.")
        return
    st.dataframe(
        table(rows), key="faithful_table", hide_index=True, height="content",
        alt="Areas under deletion and insertion curves by recipe", column_config=_columns(found),
    )
    names = [str(row["recipe"]) for row in rows]
    chosen = st.selectbox(
        "Curves of", range(len(names)), format_func=lambda k: plain(names[k]), width=280,
        key="faithful_recipe",
    )
    st.plotly_chart(
        mean_figure(found["share"], rows[int(chosen or 0)]), key="faithful_curves",
        alt="Mean deletion, insertion and random curves of one recipe",
    )
    st.caption(
        f"The first item of {count(found['users'], 'test user')} under each recipe (a seeded "
        f"sample), its reasons in the order of the ledger against {found['orders']} random orders. "
        f"Intervals are 95 % bootstraps over users. {MEANING}"
    )


def table(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The columns of the table, a row a recipe."""
    return {
        "Recipe": [inert(str(row["recipe"])) for row in rows],
        "Users": [row["users"] for row in rows],
        "Reasons": [row["reasons"] for row in rows],
        "Deletion": [row["deletion"] for row in rows],
        "Random": [row["random"] for row in rows],
        "Insertion": [row["insertion"] for row in rows],
        "Gain": [row["deletion_gain"]["points"] for row in rows],
        "95 %": ["{:+.3f} to {:+.3f}".format(*row["deletion_gain"]["interval"]) for row in rows],
        "Better for": [100 * row["better"] for row in rows],
        "Place": [row["place"] for row in rows],
        "Random place": [row["random_place"] for row in rows],
    }


def _columns(found: Mapping[str, Any]) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    few = found["few"]
    return {
        "Reasons": number(format="%.0f", help="Sentences and past items behind a score, mean."),
        "Deletion": number(format="%.3f", help="Area under the score, as a share of the way from "
                           "nothing known (0) to all known (1), the strongest reasons taken away "
                           "first. Low is faithful."),
        "Random": number(format="%.3f", help="The same in random orders."),
        "Insertion": number(format="%.3f", help="Area when only the strongest reasons are known. "
                            "High is faithful; above 1 where what is left out spoke against."),
        "Gain": number(format="%+.3f", help="Random less deletion: above 0 the account names what "
                       "the score rests on."),
        "Better for": number(format="%.0f %%", help="Users for whom the ledger beats chance, of "
                             "those whose reasons do not all do the same."),
        "Place": number(format="%.0f", help=f"Median place without the {few} strongest reasons."),
        "Random place": number(format="%.0f", help=f"Median place without {few} random reasons."),
    }  # fmt: skip


def _decimal(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "undefined"
