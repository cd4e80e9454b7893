"""Evaluations as child processes: what is asked for, and `llmrec evaluate` started with it."""

from __future__ import annotations

import os
import time

import streamlit as st

from llmrec_core import signals
from llmrec_core.commands.measuring import BEYOND
from llmrec_core.evaluate.whole import LOCK, PHASES, PROGRESS
from llmrec_core.journal import Kept
from llmrec_core.protocol import PROTOCOLS
from llmrec_core.signals.registry import Standing
from llmrec_core.signals.wanted import AUTO, wanted
from llmrec_core.study import Study
from llmrec_core.ui import child, job_panel, state
from llmrec_core.ui.text import plain

EVALUATION = child.Work(
    name="evaluate", progress=PROGRESS, lock=LOCK, log="evaluation.log", stages=len(PHASES),
    busy="is being evaluated", title="The evaluation", done="is measured",
    kept="Nothing of this evaluation is kept but the texts that were read for it.",
)
TOLD_SECONDS = 900.0
"""How long a success is told: its figures stand below it."""

RECIPE = "evaluate_recipe"
"""The widget key of the saved recipe that is measured; "" where settings are chosen."""
_PROTOCOL, _SIGNALS, _ENCODER = "evaluate_protocol", "evaluate_signals", "evaluate_encoder"
_MORE = "evaluate_more"

LABELS = {
    "control": "Leaked control", "against": "Models of the published table", "cold": "Cold curve",
    "new-items": "New items", "liking": "Likes", "match": "Plain text match",
    "faithful": "Faithful explanations",
}
"""What the options of the command are called here; slices are shown of every evaluation."""
MORE = {f"--{name}": (LABELS.get(name, name.replace("-", " ").capitalize()), meaning)
        for name, meaning in BEYOND.items() if name != "slices"}  # fmt: skip
"""What a person may add: flag -> (label, what it adds)."""


def job(study: Study) -> child.Job:
    """The evaluation of `study` that is under way, or the last one."""
    return child.Job(study, EVALUATION)


def form(study: Study) -> None:
    """Protocol, signals and encoder of the next evaluation, a button, and how far it is."""
    first, second = st.columns([2, 3], gap="medium")
    with first:
        protocol = st.selectbox(
            "Protocol", list(PROTOCOLS), key=_PROTOCOL, persist_state="session",
            help="Which rows are held out, and what counts as right.",
        )
        st.caption(about(str(protocol)))
    with second:
        st.multiselect(
            "Signals", signals.NAMES, default=wanted(AUTO), key=_SIGNALS,
            format_func=signals.label, persist_state="session", placeholder="As a build takes them",
            help="Each one is a row, and all of them together are the blend. Nothing chosen is "
            "what a build takes by itself.",
        )
        _pick_recipe(study)
        slow = [signals.label(name) for name in _chosen() if _asked(name)]
        if slow:
            st.caption(f"Only on request, and slower: {', '.join(slow)}.")
    left, middle, right = st.columns([2, 2, 1], gap="medium", vertical_alignment="bottom")
    left.text_input(
        "Encoder", key=_ENCODER, persist_state="session", placeholder="as in the last build",
        help="«bundled», a folder, or the name of a sentence-transformers model.",
    )
    middle.multiselect(
        "Beyond the table", list(MORE), key=_MORE, persist_state="session",
        format_func=lambda flag: MORE[flag][0], placeholder="nothing more",
        help="; ".join(f"**{label}**: {meaning}" for label, meaning in MORE.values()) + ".",
    )
    right.button(
        "Measure", key="evaluate_start", type="primary", icon=":material/straighten:",
        on_click=_start_clicked, args=(study.name,), disabled=job(study).running, width="stretch",
        help="Settings are chosen inside the training rows, then everything is fitted and ranked. "
        "The page may be left meanwhile; a build may run at the same time.",
    )
    said = job(study).said
    old = said is not None and time.time() - said.updated > TOLD_SECONDS
    job_panel.panel(study, EVALUATION, stale=old)


def _pick_recipe(study: Study) -> None:
    """The choice of a saved recipe to measure; nothing is drawn while there is none."""
    names = study.journal.document_names(Kept.RECIPE)
    if st.session_state.get(RECIPE) not in (None, "", *names):  # that of another study
        del st.session_state[RECIPE]
    if not names:
        return
    picked = st.selectbox(
        "Settings and weights", ["", *names], key=RECIPE, persist_state="session",
        format_func=lambda name: plain(name, 80) if name else "Chosen inside the training rows",
        help="Or those of a saved recipe: nothing is chosen then, and its signals are measured.",
    )
    if picked:
        st.caption("The recipe has its own signals: those above do not count.")


def about(protocol: str) -> str:
    """What a protocol holds out, and what is published under it."""
    chosen = PROTOCOLS[protocol]
    words = f"{chosen.about[:1].upper()}{chosen.about[1:]}."
    return plain(f"{words} Published: {chosen.published}." if chosen.published else words)


def _chosen() -> list[str]:
    return list(st.session_state.get(_SIGNALS) or wanted(AUTO))


def _asked(name: str) -> bool:
    return signals.SIGNALS[name].standing == Standing.ASKED


def arguments() -> list[str]:
    """The options of `llmrec evaluate` that the form shows."""
    names = tuple(name for name in signals.NAMES if name in _chosen())
    encoder = str(st.session_state.get(_ENCODER) or "").strip()
    more = [flag for flag in st.session_state.get(_MORE) or () if flag in MORE]
    recipe = str(st.session_state.get(RECIPE) or "")
    return [
        f"--protocol={st.session_state[_PROTOCOL]}",
        f"--signals={AUTO if names == wanted(AUTO) else ','.join(names)}",
        *([f"--recipe={recipe}"] if recipe else []),
        *([f"--encoder={encoder}"] if encoder else []), *more,
    ]


def _start_clicked(name: str) -> None:
    with state.telling():
        start(Study.open(name), arguments())


def start(study: Study, more: list[str]) -> None:
    """Start `llmrec evaluate` for `study`; raises `StudioError` where one runs already."""
    job(study).start(_command(study.name, more), os.environ)


def _command(name: str, more: list[str]) -> list[str]:
    return child.command("evaluate", name, *more)
