"""What was tried on the page, in order: for the session's file, which says when and what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from llmrec_core.recommender import Recommender
from llmrec_core.ui import what_if_state as working
from llmrec_core.whatif import State

MOST = 90
"""Steps of one user that a browser session keeps, the latest: a file may hold 100 states."""


@dataclass(frozen=True)
class Step:
    """One state whose list was shown: its number from 1, when, and of which build's lists."""

    number: int
    at: str
    version: str
    state: State


@dataclass
class Tried:
    """What a browser session tried of one user.

    A download is made outside of every run, where the session's state cannot be asked for: it
    holds on to this, which goes on with the page.
    """

    now: State
    steps: tuple[Step, ...] = ()


def tried(recommender: Recommender, user_id: str) -> Tried:
    """The user's, begun with the state as it stands."""
    name = f"{working.base(recommender, user_id)}:tried"
    if name not in st.session_state:
        st.session_state[name] = Tried(working.current(recommender, user_id))
    found: Tried = st.session_state[name]
    return found


def keep(recommender: Recommender, worked: State, *, is_base: bool) -> None:
    """Remember the state whose list is shown; no step where it is the one before, or the first."""
    mine = tried(recommender, worked.user_id)
    mine.now, steps = worked, mine.steps
    if (is_base and not steps) or (steps and steps[-1].state.key() == worked.key()):
        return
    at = datetime.now(UTC).isoformat(timespec="seconds")
    number = steps[-1].number + 1 if steps else 1
    mine.steps = (*steps, Step(number, at, recommender.version, worked))[-MOST:]
