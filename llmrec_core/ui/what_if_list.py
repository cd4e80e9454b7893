"""The list of the state that is worked on, beside the list before: the part that follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import compare, whatif
from llmrec_core.charts.what_if_figures import rank_lines
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_what_if, state, what_if_frames, what_if_steps
from llmrec_core.ui import what_if_state as working
from llmrec_core.ui.text import plain
from llmrec_core.ui.weights import NO_WEIGHT
from llmrec_core.whatif import State, pins, told

if TYPE_CHECKING:
    from llmrec_core.blend import Block

_VIEW = "what_if_view"
FITTED, THESE = "As stored, fitted weights", "As stored, the weights set here"
PINNED = "Pinned: "
"""How the choice of a pinned state begins: one may be called as a fixed choice is."""
TABLE, LINES = "Table", "Lines"


def draw(recommender: Recommender, user_id: str) -> None:
    """The list now against the list before, in one sentence, a table or lines."""
    working.show_problem(recommender, user_id)
    worked = working.current(recommender, user_id)
    fitted = told.is_fitted(recommender, worked)
    is_base = not worked.changed and fitted and worked.n == 10
    working.write_address(worked, is_base=is_base)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        before = _before(recommender, worked)
        view = st.segmented_control(
            "Show as", [TABLE, LINES], key=_VIEW, default=TABLE, required=True,
            persist_state="session", label_visibility="collapsed",
        )
    with state.shown_errors():
        with st.spinner("Reading what was typed…", show_time=True):
            _, new = cached_what_if.block(recommender, worked)
            _, old = cached_what_if.block(recommender, before)
        what_if_steps.keep(recommender, worked, is_base=is_base)
        weights = whatif.weights_of(recommender, worked)
        if not weights.any():
            st.warning(NO_WEIGHT, icon=":material/tune:")
            return
        earlier = replace(before, n=worked.n)
        _summary(recommender, worked)
        _lists(recommender, (earlier, old), (worked, new), str(view))
        _below(recommender, worked)


def _before(recommender: Recommender, worked: State) -> State:
    """What the list is held against: the stored user, or a pinned state."""
    # Unreadable ones are told below, where they would stand.
    pinned = pins.readable(recommender.study.journal, worked.user_id)
    kept = {f"{PINNED}{pin.name}": pin for pin in pinned}
    names = [FITTED, THESE, *kept]
    if st.session_state.get(working.AGAINST) not in names:
        st.session_state[working.AGAINST] = FITTED
    chosen = str(st.selectbox(
        "Against", names, key=working.AGAINST, format_func=lambda name: plain(name, 70), width=260,
        help="The list before: that of the user as stored, under the fitted weights or under those "
        "of the sliders here, or that of a pinned state.",
    ))  # fmt: skip
    if chosen in kept:
        return kept[chosen]
    return State(worked.user_id, weights=worked.weights if chosen == THESE else ())


def _summary(recommender: Recommender, worked: State) -> None:
    changed = told.summary(recommender, worked)
    st.caption(f"{changed[:1].upper()}{changed[1:]}." if changed else
               "Nothing is changed yet: untick a past item, switch a sentence, move a weight.")
    for text in whatif.gone(recommender, worked):
        st.caption(f":material/info: No longer in the description: {plain(text, 120)}")


def _lists(
    recommender: Recommender, before: tuple[State, Block], now: tuple[State, Block], view: str
) -> None:
    (earlier, old), (worked, new) = before, now
    weights, former = (whatif.weights_of(recommender, one) for one in (worked, earlier))
    moves = compare.moves(old, new, weights, worked.n, former=former)
    st.markdown(f"**{told.effect(moves, worked.n)}**")
    if view == LINES:
        lists = [
            [line.item for line in recommender.ranked(block, given, worked.n).items]
            for block, given in ((old, former), (new, weights))
        ]
        figure = rank_lines(lists, ("Before", "Now"), recommender.title)
        st.plotly_chart(figure, key="what_if_lines", alt="The list before and the list now")
        return
    frame = what_if_frames.changed_frame(recommender, moves, worked.n)
    st.dataframe(
        frame, key="what_if_list_table", hide_index=True, height=min(38 + 35 * len(frame), 563),
        column_config={
            "Now": st.column_config.NumberColumn(width=42, help="Place now, 1 is best."),
            "Before": st.column_config.NumberColumn(width=52, help="Place before; none where the "
                                                    "item was no candidate."),
            "Moved": st.column_config.TextColumn(width=55, help="Places gained or lost; «left» "
                                                 "stands below the list now."),
            "Title": st.column_config.TextColumn(width=168),
            "Score": st.column_config.NumberColumn(format="%.3f", width=58, help="Points now."),
            "Change": st.column_config.NumberColumn(
                format="%+.3f", width=58, help="Points gained. Points are standard deviations over "
                "the candidates, so they change a little when anything does.",
            ),
        },
        alt="The list now, with the places before",
    )  # fmt: skip


def _below(recommender: Recommender, worked: State) -> None:
    """What it took, the link, and the list as a file."""
    address = working.link(recommender, worked)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Link", icon=":material/link:", key="what_if_link_popover"):
            if address is None:
                st.caption("This state is too large for a link: download the session instead.")
            else:
                st.caption("Opens this state in any browser that reaches the studio.")
                st.code(address, language=None, wrap_lines=True)
        st.download_button(
            "List as CSV", lambda: _csv(recommender, worked), f"what_if_{worked.key()}.csv",
            "text/csv", key="what_if_csv", icon=":material/download:", on_click="ignore",
        )
        took = cached_what_if.took(recommender, worked)
        st.caption(f"Scoring this person took {took:.0f} ms.")


def _csv(recommender: Recommender, worked: State) -> bytes:
    lines = whatif.list_of(recommender, worked).items
    return what_if_frames.export_frame(recommender, worked, lines).to_csv(index=False).encode()
