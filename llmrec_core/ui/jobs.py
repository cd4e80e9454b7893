"""Builds as child processes: `llmrec build` with what a person chose, watched and cancelled."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from llmrec_core import lock, made, progress
from llmrec_core.study import Study
from llmrec_core.ui import (
    child,
    job_panel,
    recipe_choice,
    settings_choice,
    signals_choice,
    state,
    writing_key,
)
from llmrec_core.writing.chosen import Chosen, arguments, chosen, environment

POLL_SECONDS = job_panel.POLL_SECONDS

BUILD = child.Work(
    name="build", progress="progress.json", lock=lock.BUILD, log="build.log", stages=7,
    busy="is being built", title="The build", done="is built",
    kept="What is finished is kept: the next build goes on from there.",
    link=("pages/study/overview.py", "To the overview", ":material/dashboard:"),
)


def job(study: Study) -> child.Job:
    """The build of `study`."""
    return child.Job(study, BUILD)


def running(study: Study) -> bool:
    """Whether a build of `study` is under way, started here or by the command line."""
    return job(study).running


def start(
    study: Study, *, encoder: str = "bundled", settings: Chosen | None = None,
    agreed: bool = False, key: str | None = None, item_texts: int | None = None,
    signals: str = "", recipe: str | None = None, given: Sequence[str] | None = None,
    distil: float | None = None,
) -> None:
    """Start `llmrec build` for `study`; raises `StudioError` where one runs already.

    `settings` say who writes (the template where they are left out), `agreed` that a person saw
    what it may cost. `key` goes into the child's environment and nowhere else. `item_texts` are
    written for so many items, by default for as many as in the last build; `signals` are asked
    for as on the command line, by default those of the last build. `recipe` names a saved one whose
    settings and weights are taken, "" chooses them anew; by default as in the last build. `given`
    are settings of signals that are not chosen (no text: none; they do not count beside a recipe),
    `distil` is how far items that share attributes are pulled together; both as in the last build
    where they are left out.
    """
    settings = settings or Chosen()
    wanted = made.items_written(study) if item_texts is None else item_texts
    more = [*arguments(settings, agreed=agreed), f"--item-texts={wanted}"]
    more += [f"--signals={signals}"] if signals else []
    more += [] if recipe is None else [f"--recipe={recipe}"]
    more += [] if given is None or recipe else [f"--set={text}" for text in given or ("",)]
    more += [] if distil is None else [f"--distil={distil:g}"]
    argv = _command(study.name, encoder.strip() or "bundled", more)
    job(study).start(argv, environment(settings, key))


def _command(name: str, encoder: str, more: Sequence[str]) -> list[str]:
    return child.command("build", name, f"--encoder={encoder}", *more)


def cancel(study: Study, *, hard: bool = False) -> None:
    """Ask the build of `study` to stop, or end it; what it finished is kept either way."""
    job(study).cancel(hard=hard)


def end(study: Study, wait: float = 5.0) -> None:
    """End the build of `study` and wait until it is gone; raises `StudioError` where it stays."""
    job(study).end(wait)


def outcome(study: Study, said: progress.State) -> tuple[str, str]:
    """(status, one sentence) of a build that is over."""
    return job(study).outcome(said)


def _start_clicked(name: str, encoder_key: str) -> None:
    with state.telling():
        study = Study.open(name)
        encoder = str(st.session_state.get(encoder_key) or "bundled")
        start(
            study, encoder=encoder, settings=chosen(study), key=writing_key.key(),
            signals=signals_choice.asked_for(study), recipe=recipe_choice.asked_for(study),
            given=settings_choice.asked_for(study), distil=settings_choice.distil_asked(study),
        )


def start_button(study: Study, encoder_key: str, *, again: bool) -> None:
    """The button that starts a build; drawn outside the panel, so that the page begins to poll."""
    st.button(
        "Build again" if again else "Build the study", key="build_start", type="primary",
        icon=":material/build:", on_click=_start_clicked, args=(study.name, encoder_key),
        disabled=running(study),
        help="Encodes texts, writes descriptions, fits signals and lays out the map. What is there "
        "already is kept; the page may be left meanwhile.",
    )


def panel(study: Study, *, stale: bool = False) -> None:
    """Progress of the build with a cancel button, or how the last one ended."""
    job_panel.panel(study, BUILD, stale=stale)
