"""Names of a map's groups by the study's writer: a child process that asks, a button back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.atlas import NAMING, PCA, Atlas, forget_names, names_kept
from llmrec_core.errors import StudioError
from llmrec_core.study import Study
from llmrec_core.ui import child, job_panel, state, writing_key
from llmrec_core.ui.text import plain
from llmrec_core.writing.chosen import chosen, environment
from llmrec_core.writing.settings import WriterKind

if TYPE_CHECKING:
    from llmrec_core.project.spaces import MapRecipe

NAMES = child.Work(
    name="names", progress=NAMING.progress, lock=NAMING.lock, log="map_names.log",
    stages=NAMING.phases, busy=NAMING.busy, title="The naming", done="has its groups named",
    kept="The groups keep the names that they had; what the model answered is not asked again.",
)
_TOLD_SECONDS = 120.0


def job(study: Study) -> child.Job:
    """The naming of a map's groups that is under way, or the last one."""
    return child.Job(study, NAMES)


def arguments(recipe: MapRecipe) -> list[str]:
    """The options of `llmrec map` that ask for this map."""
    return [
        f"--of={recipe.of}", f"--neighbours={recipe.neighbours}",
        f"--min-dist={recipe.min_dist:g}", f"--seed={recipe.seed}",
    ]


def buttons(study: Study, world: Atlas, recipe: MapRecipe, key: str) -> None:
    """Have the study's writer name the groups of `world`, or go back to their words.

    `world` has its plain names; `key` tells the buttons of two maps apart.
    """
    if world.method == PCA:  # its groups are another map's, or not final
        return
    with st.container(horizontal=True):
        lacks = _lacks(study)
        st.button(
            "Name them by the writer", key=f"map_name_{key}", icon=":material/draw:",
            on_click=_start_clicked, args=(study.name, recipe),
            disabled=bool(lacks) or job(study).running,
            help=lacks or plain(
                f"{chosen(study).writing().model} is asked one short question for each of the "
                f"{len(world.cluster_labels)} groups: its words and a few titles. A name that is "
                "not borne out is not taken."
            ),
        )
        if names_kept(study, world):
            st.button(
                "Back to their words", key=f"map_unname_{key}", icon=":material/undo:",
                on_click=forget_names, args=(study, world),
                help="The writer's names are put away. What the model answered stays known.",
            )


def _lacks(study: Study) -> str:
    """Why no writer can be asked; "" where one can."""
    settings = chosen(study)
    if settings.writer == WriterKind.TEMPLATE:
        return "The template names no groups: choose a model on the page «Writing»."
    try:
        settings.writing()
    except StudioError as error:
        return plain(error)
    return ""


def panel(study: Study) -> None:
    """How far the naming is, or how it ended a moment ago."""
    said = job(study).said
    if said is not None and (said.alive or time.time() - said.updated < _TOLD_SECONDS):
        job_panel.panel(study, NAMES)


def _start_clicked(name: str, recipe: MapRecipe) -> None:
    with state.telling():
        start(Study.open(name), recipe)


def start(study: Study, recipe: MapRecipe) -> None:
    """Start `llmrec map … --names writer`; raises `StudioError` where one runs already."""
    argv = child.command("map", study.name, *arguments(recipe), "--names=writer")
    job(study).start(argv, environment(chosen(study), writing_key.key()))
