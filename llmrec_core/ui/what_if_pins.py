"""Pinned states side by side: their lists, what each changed, how their lists overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import whatif
from llmrec_core.charts.what_if_figures import rank_lines
from llmrec_core.errors import StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_what_if, state, what_if_frames
from llmrec_core.ui import what_if_state as working
from llmrec_core.ui.text import inert, plain
from llmrec_core.whatif import State, pins, told

if TYPE_CHECKING:
    from llmrec_core.answered import Recommended

_NAME = "what_if_pin_name"


def draw(recommender: Recommender, user_id: str) -> None:
    """The pinned states of the user; above them the way to pin the state that is worked on."""
    st.subheader("Pinned states", help="Kept in the study until they are taken away.")
    with state.shown_errors():
        kept = _kept(recommender, user_id)
        _pinning(recommender, user_id, len(kept))
        if not kept:
            st.caption(
                f"None yet. Pin the state above, change something, pin again: up to {pins.MOST} "
                "states of this user stand side by side here."
            )
            return
        _side_by_side(recommender, kept)


def _kept(recommender: Recommender, user_id: str) -> tuple[State, ...]:
    """The pinned states; none, and why, where they cannot be read: there is room to pin anew."""
    try:
        return pins.pinned(recommender.study.journal, user_id)
    except StudioError as error:
        st.warning(plain(error), icon=":material/warning:")
        return ()


def _pinning(recommender: Recommender, user_id: str, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name", key=_NAME, max_chars=60, width=260, persist_state="session",
            placeholder="for example: without westerns",
        )
        st.button(
            "Pin this state", key="what_if_pin", icon=":material/push_pin:",
            on_click=_pin, args=(recommender, user_id), disabled=number >= pins.MOST,
            help=f"Keeps what is changed above, its weights and its length. At most {pins.MOST}.",
        )


def _pin(recommender: Recommender, user_id: str) -> None:
    with state.telling():
        worked = working.current(recommender, user_id)
        pins.pin(recommender.study.journal, worked.called(st.session_state.get(_NAME) or ""))
        st.session_state[_NAME] = ""


def _side_by_side(recommender: Recommender, kept: tuple[State, ...]) -> None:
    lists: list[list[Recommended]] = []
    for number, (column, one) in enumerate(
        zip(st.columns(max(2, len(kept)), gap="small"), kept, strict=False)
    ):
        with column.container(border=True):
            lists.append(_column(recommender, one, number, lists[0] if lists else None))
    if len(kept) < 2:
        return
    left, right = st.columns([4, 5], gap="medium")
    with left:
        st.markdown("**What each changes**")
        st.dataframe(
            what_if_frames.states_frame(recommender, kept), key="what_if_changes",
            hide_index=True, alt="The changes of each pinned state", height="content",
            column_config={
                "Change": st.column_config.TextColumn(width=170),
                **{
                    what_if_frames.state_column(number, one): st.column_config.TextColumn(width=43)
                    for number, one in enumerate(kept, 1)
                },
            },
        )
    with right:
        st.markdown(
            "**The same items through all lists**",
            help="One line an item; grey ones are not on the first list. A dot alone: the lists "
            "beside it do not have the item.",
        )
        figure = rank_lines(
            [[line.item for line in lines] for lines in lists], [one.name for one in kept],
            recommender.title,
        )
        st.plotly_chart(figure, key="what_if_pinned_lines", alt="Items through the pinned lists")


def _column(
    recommender: Recommender, one: State, number: int, first: list[Recommended] | None
) -> list[Recommended]:
    """One pinned state: its name, its list against the first one's, and what can be done."""
    st.markdown(f"**{plain(one.name, 40)}**")
    try:
        _, block = cached_what_if.block(recommender, one)
        lines = recommender.ranked(block, whatif.weights_of(recommender, one), one.n).items
    except StudioError as error:
        st.warning(plain(error), icon=":material/warning:")
        _knobs(recommender, one, number)
        return []
    against = None if first is None else [line.item for line in first]
    st.caption(_words(recommender, one, [line.item for line in lines], against))
    st.dataframe(
        what_if_frames.list_frame(recommender, lines, against), hide_index=True,
        key=f"what_if_pinned_{number}", height=min(38 + 35 * max(1, len(lines)), 563),
        column_config={
            "Place": st.column_config.NumberColumn("", width=35, help="Place in the list."),
            "Moved": st.column_config.TextColumn(width=50, help="Against the first list."),
            "Title": st.column_config.TextColumn(width="medium"),
        },
        alt=f"The list of {inert(one.name)}",
    )
    _knobs(recommender, one, number)
    return lines


def _words(
    recommender: Recommender, one: State, items: list[int], against: list[int] | None
) -> str:
    changed = told.summary(recommender, one) or "nothing changed"
    shared = ""
    if against is not None:
        shared = f" · {len(set(items) & set(against))} of {len(items)} items as in the first"
    return f"{changed[:1].upper()}{changed[1:]}{shared}"


def _knobs(recommender: Recommender, one: State, number: int) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Take up", key=f"what_if_take:{number}", icon=":material/edit:", type="tertiary",
            on_click=working.take_up, args=(recommender, one), help="Go on from this state above.",
        )
        with st.popover("More", key=f"what_if_more:{number}", type="tertiary"):
            address = working.link(recommender, one)
            st.caption("Opens this state in any browser that reaches the studio." if address else
                       "Too large for a link: download the session.")
            if address:
                st.code(address, language=None, wrap_lines=True)
            key = f"what_if_new_name:{number}:{one.name}"
            st.text_input("New name", one.name, key=key, max_chars=60,
                          on_change=_rename, args=(recommender, one, key))
            st.button(
                "Take this state away", key=f"what_if_unpin:{number}", icon=":material/delete:",
                on_click=_unpin, args=(recommender, one),
            )


def _rename(recommender: Recommender, one: State, key: str) -> None:
    with state.telling():
        pins.rename(recommender.study.journal, one.user_id, one.name, st.session_state[key])


def _unpin(recommender: Recommender, one: State) -> None:
    with state.telling(f"«{one.name}» is taken away."):
        pins.unpin(recommender.study.journal, one.user_id, one.name)
