"""What was tried to bring an item in: sentences off, past items removed, sentences added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import whatif
from llmrec_core.explain.why_not import Tried
from llmrec_core.recommender import Recommender
from llmrec_core.ui import asked, state, why_not_frames
from llmrec_core.ui.cached_ledger import profile_key
from llmrec_core.ui.cached_why_not import trials
from llmrec_core.ui.text import count, plain
from llmrec_core.ui.what_if_state import LINK
from llmrec_core.whatif import State, pins

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.explain.why_not import Trial, Trials, WhyNot
    from llmrec_core.profile import Profiles

WHAT_IF = "pages/recommend/what_if.py"
_KEY = "why_not_tried"


def show_tried(
    recommender: Recommender, user_id: str, profile: Profiles, block: Block, weights: np.ndarray,
    found: WhyNot,
) -> None:
    """An expander: opened, it ranks the item anew under some fifty changes of the profile.

    What was tried is told for the weights of then until it is asked for again: a slider waits for
    no trial.
    """
    part = st.expander(
        "Try sentences and past items", key=_KEY, on_change=asked.on_opening, args=(_KEY,),
        icon=":material/science:",
    )
    if not part.open:
        return
    with part:
        about = (recommender.version, profile_key(profile), found.item, found.n)
        then = asked.weights_asked(_KEY, about, block.names, weights, "Try changes of the profile")
        if then is None:
            return
        with st.spinner("Trying changes of the profile…", show_time=True):
            tried = trials(recommender, profile, block, then, found.item, found.n)
        for kind in Tried:
            _best(recommender, user_id, then, found.n, tried, kind)
        st.dataframe(
            why_not_frames.trials_frame(tried.trials, tried.rank), key="why_not_trials",
            hide_index=True, height=min(38 + 35 * max(1, len(tried.trials)), 388),
            column_config={
                "Rank then": st.column_config.NumberColumn(width=80),
                "Moved": st.column_config.TextColumn(width=60),
                "In the list": st.column_config.CheckboxColumn(width=80),
                "Change": st.column_config.TextColumn(width=170),
                "What": st.column_config.TextColumn(width="large"),
            },
            alt="The item's rank after each change that was tried",
        )
        st.caption(_how(tried))


def _how(tried: Trials) -> str:
    """What was done, and what was not."""
    return (
        f"{count(len(tried.trials), 'change')} tried in {tried.milliseconds:,.0f} ms, after "
        f"{tried.reading:,.0f} ms for reading the sentences to add: each time the profile is "
        "changed, scored by every signal and ranked; nothing is estimated. A removed past item is "
        f"not recommended again, and the sentences stay as they are without it."
        f"{why_not_frames.not_tried(tried)}"
    )


def _best(
    recommender: Recommender, user_id: str, weights: np.ndarray, n: int, tried: Trials, kind: Tried
) -> None:
    """The trial of a kind that moves the item most, and the way to look at it."""
    best, words = tried.telling(kind), why_not_frames.WORDS[kind]
    if best is None:
        if tried.of(kind):
            does = "takes it out" if tried.inside else "helps"
            st.markdown(f"{words}: none of the {len(tried.of(kind))} that were tried {does}.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        where = "in the list" if best.inside else "not in the list"
        st.markdown(
            f"{words} «{plain(best.text, 120)}»: rank {tried.rank:,} → **{best.rank:,}**, {where}.",
            width="content",
        )
        token = pins.link_of(state_of(recommender, user_id, weights, n, best))
        if token is not None:
            st.page_link(
                WHAT_IF, label="Look at it", icon=":material/alt_route:",
                query_params={
                    state.STUDY: recommender.study.name, state.USER: user_id, LINK: token
                },
                help="Opens the what-if page with this change made.",
            )


def state_of(
    recommender: Recommender, user_id: str, weights: np.ndarray, n: int, trial: Trial
) -> State:
    """The what-if state of a trial, with the weights that it was tried under."""
    ids = recommender.behaviour.item_ids
    made = {
        Tried.SENTENCE: lambda: State(user_id, off=((trial.text, trial.number),), n=n),
        Tried.PAST_ITEM: lambda: State(user_id, removed=(str(ids[trial.number]),), n=n),
        Tried.ADDED: lambda: State(user_id, typed=((trial.text, 1),), n=n),
    }
    return whatif.with_weights(recommender, made[trial.kind](), weights)
