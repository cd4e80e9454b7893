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


def keep(recommender: Recommender, worked: State, *, is_base: bool) -> None:
    """Remember the state whose list is shown, unless it is the one before or nothing was done."""
    name = f"{working.base(recommender, worked.user_id)}:steps"
    steps: tuple[Step, ...] = st.session_state.get(name, ())
    if (is_base and not steps) or (steps and steps[-1].state.key() == worked.key()):
        return
    at = datetime.now(UTC).isoformat(timespec="seconds")
    number = steps[-1].number + 1 if steps else 1
    step = Step(number, at, recommender.version, worked)
    st.session_state[name] = (*steps, step)[-MOST:]


def kept(recommender: Recommender, user_id: str) -> list[Step]:
    """The user's steps, oldest first; those of another build had other lists and are left out."""
    steps = st.session_state.get(f"{working.base(recommender, user_id)}:steps", ())
    return [step for step in steps if step.version == recommender.version]
