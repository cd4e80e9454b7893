"""Landscapes as child processes: `llmrec landscape` started, watched and cancelled."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core import landscape
from llmrec_core.landscape.recipe import LandscapeRecipe
from llmrec_core.landscape.stored import LOCK, PHASES, PROGRESS
from llmrec_core.study import Study
from llmrec_core.ui import cached_landscape, child, job_panel, state

if TYPE_CHECKING:
    from llmrec_core.landscape import About
    from llmrec_core.recommender import Recommender

LANDSCAPE = child.Work(
    name="landscape", progress=PROGRESS, lock=LOCK, log="landscape.log", stages=len(PHASES),
    busy="has its landscape measured", title="The landscape", done="has its landscape",
    kept="Nothing of this landscape is kept but the texts that were read for it.",
)
SIZES = (100, 200, 500, 1000, 2000)
"""Users that are offered."""
_TOLD_SECONDS = 120.0
"""How long a success is told: its pictures stand below it."""


def job(study: Study) -> child.Job:
    """The landscape of `study` that is under way, or the last one."""
    return child.Job(study, LANDSCAPE)


def looked_at(recommender: Recommender) -> About | None:
    """The landscape of as many users as are chosen, the latest where that one is not measured."""
    chosen = st.session_state.get(_key(recommender.study))
    mine = landscape.newest(recommender, chosen) if chosen in SIZES else None
    return mine or landscape.newest(recommender)


def form(recommender: Recommender, about: About | None) -> None:
    """How many users, a button, and how far it is; `about` is the landscape that is shown."""
    study = recommender.study
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = LandscapeRecipe().users if about is None else about.asked
        users = st.selectbox(
            "Users", SIZES, SIZES.index(first if first in SIZES else LandscapeRecipe().users),
            key=_key(study), width=130, persist_state="session",
            help="Drawn with a fixed seed among those who have rows enough. More users tell "
            "smaller differences apart; their scores take at most 200 MB.",
        )
        there = about is not None and about.asked == users
        whole = about is not None and there and cached_landscape.whole(recommender, about)
        st.button(
            "Measure", key="landscape_start", type="secondary" if there else "primary",
            icon=":material/landscape:", on_click=_start_clicked, args=(study.name,),
            disabled=job(study).running or whole,
            help="Every signal is fitted without the validation rows, with the settings of the "
            "build, and scored for these users. The page may be left meanwhile."
            + (" This is what is shown." if whole else ""),
        )
    said = job(study).said
    old = said is not None and time.time() - said.updated > _TOLD_SECONDS
    job_panel.panel(study, LANDSCAPE, stale=old)


def _key(study: Study) -> str:
    return f"landscape_users_{study.name}"


def _start_clicked(name: str) -> None:
    with state.telling():
        study = Study.open(name)
        start(study, st.session_state.get(_key(study)))


def start(study: Study, users: object = None) -> None:
    """Start `llmrec landscape` for `study`; raises `StudioError` where one runs already."""
    # What the browser sends may be none of the options.
    wanted = users if users in SIZES else LandscapeRecipe().users
    job(study).start(_command(study.name, [f"--users={wanted}"]), os.environ)


def _command(name: str, more: list[str]) -> list[str]:
    return child.command("landscape", name, *more)
