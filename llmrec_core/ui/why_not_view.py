"""Why not another item: where it stands, what it lacks, and the weight that brings it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import signals
from llmrec_core.charts.why_not_figure import difference_figure
from llmrec_core.explain.why_not import side_by_side, why_not
from llmrec_core.recommender import Recommender
from llmrec_core.ui import controls, warm, why_not_frames
from llmrec_core.ui.cached_ledger import contributions
from llmrec_core.ui.text import count, plain, signed
from llmrec_core.ui.why_not_pick import pick_item
from llmrec_core.ui.why_not_tried import show_tried

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.explain.why_not import Change, Line, WhyNot
    from llmrec_core.profile import Profiles

MOST_LINES, MOST_BUTTONS = 12, 3


def show_why_not(
    recommender: Recommender, user_id: str, profile: Profiles, block: Block, weights: np.ndarray,
    n: int,
) -> None:
    """The tab: pick any item, and see why it is not in the list of length `n`."""
    if not weights.any():
        st.caption("All weights are 0: there is no list that an item could be in.")
        return
    warm.up(recommender)  # the sentences that are tried below may be new
    item = pick_item(recommender, user_id, block, weights, n)
    if item is None:
        st.caption("There is no item left to ask about: this user has the whole catalogue.")
        return
    found = why_not(block, weights, item, n)
    title = plain(recommender.title(item), 80)
    st.subheader(f"Why {title} is in" if found.inside else f"Why not {title}", anchor=False)
    if found.rank is None:
        st.markdown(_no_candidate(profile, item))
        return
    st.markdown(why_not_frames.standing(recommender, found))
    if found.rival is None:
        return
    ledgers = tuple(
        recommender.explain(profile, block, weights, x, contributions(recommender, profile, x))
        for x in (item, found.rival)
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _picture(found)
    with right:
        _weights(recommender, found)
    _lines(found, side_by_side(*ledgers))
    show_tried(recommender, user_id, profile, block, weights, found)


def _no_candidate(profile: Profiles, item: int) -> str:
    if item in profile.item:
        return (
            "This user has it already: items of the history are no candidates, so no weight "
            "brings it in."
        )
    return "It is left out of this list, so no weight brings it in."


def _picture(found: WhyNot) -> None:
    """The difference signal by signal, down to the points missing."""
    side = "ahead of" if found.inside else "behind"
    st.markdown(
        f"**Points {side} place {found.rival_rank:,}, by signal**",
        help="What each signal gives this item more (right) or less (left) than it gives the other "
        "one. The steps lead to the last bar, the points that decide.",
    )
    parts = [(signals.label(part.signal), part.difference) for part in found.parts if part.weight]
    st.plotly_chart(
        difference_figure(parts), key="why_not_figure", config={"displaylogo": False},
        alt=f"How far the item is {side} the item at place {found.rival_rank}, by signal",
    )


def _weights(recommender: Recommender, found: WhyNot) -> None:
    """The nearest weights that do it, the first of them as buttons."""
    what = "takes it out" if found.inside else "brings it in"
    st.markdown(
        f"**One weight that {what}**",
        help="Exact: a score is linear in every weight, so the place where the item passes the "
        "others is calculated, for each signal with the other weights kept, upwards and "
        "downwards. What is shown was then ranked with.",
    )
    if found.changes:
        st.markdown(why_not_frames.nearest(found.changes[0], inside=found.inside))
        _buttons(recommender, [c for c in found.changes if c.slider is not None][:MOST_BUTTONS])
        st.dataframe(
            why_not_frames.changes_frame(found.changes), key="why_not_changes", hide_index=True,
            height=min(38 + 35 * len(found.changes), 248),
            column_config={
                "Signal": st.column_config.TextColumn(width=95),
                "Now": st.column_config.NumberColumn(format="%.2f", width=50),
                "Border": st.column_config.NumberColumn(
                    format="%.4f", width=70, help="Up to this weight the item stays where it is."
                ),
                "Put it to": st.column_config.TextColumn(
                    width=100, help="The nearest position of the slider that does it; where there "
                    "is none, the nearest weight, and why no slider holds it. The command line "
                    "takes any weight."
                ),
                "Rank": st.column_config.NumberColumn(width=50, help="The item's rank then."),
            },
            alt=f"Weights of one signal each, of which every one {what}",
        )
    can = {change.signal for change in found.changes}
    cannot = [signals.label(part.signal) for part in found.parts if part.signal not in can]
    if cannot:
        words = "Of these signals no weight does, not even one below 0: "
        st.caption(f"{words}{', '.join(cannot)}." if found.changes else (
            "No weight of any one signal does it, not even one below 0."
        ))  # fmt: skip


def _buttons(recommender: Recommender, changes: Sequence[Change]) -> None:
    with st.container(horizontal=True):
        for k, change in enumerate(changes):
            st.button(
                f"Set {signals.label(change.signal)} to {change.slider:.2f}",
                key=f"why_not_set_{k}", icon=":material/tune:", on_click=_set,
                args=(recommender, change),
                help=f"Moves this slider from {change.now:g}; the item is then at rank "
                f"{change.slider_rank:,}.",
            )


def _set(recommender: Recommender, change: Change) -> None:
    """Move the slider; it lies outside of what this button would redraw."""
    st.session_state[controls.weight_key(recommender, change.signal)] = change.slider
    st.rerun()


def _lines(found: WhyNot, lines: Sequence[Line]) -> None:
    shown = lines[:MOST_LINES]
    rest = sum(line.difference for line in lines[MOST_LINES:])
    st.markdown("**The reasons that differ most**")
    number = st.column_config.NumberColumn(format="%+.3f", width=80)
    frame = why_not_frames.lines_frame(shown, found.rival_rank)
    widths = {"Reason": 330, "Kind": 75, "Signal": 95}
    words = {name: st.column_config.TextColumn(width=width) for name, width in widths.items()}
    st.dataframe(
        frame, key="why_not_lines", hide_index=True, height=38 + 35 * len(frame),
        column_config=words | dict.fromkeys(frame.columns[3:], number),
        alt="Sentences and past items that speak differently for the two items",
    )
    more = len(lines) - len(shown)
    others = f"; the other {more:,} make up {signed(float(rest))}" if more else ""
    st.caption(
        f"{count(len(shown), 'reason')} of both accounts side by side, in points{others}. All "
        f"together they differ by {signed(found.points)} points."
    )
