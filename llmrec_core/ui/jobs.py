"""A build as a child process: start it, watch it, cancel it; it survives a reload of the page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from llmrec_core import made, progress
from llmrec_core.artefacts import write_atomically
from llmrec_core.errors import StudioError
from llmrec_core.study import Study
from llmrec_core.ui import state, writing_key
from llmrec_core.ui.text import plain
from llmrec_core.writing.chosen import Chosen, arguments, chosen, environment

POLL_SECONDS = 1.0
PATIENCE = 10.0
"""Seconds after a cancel until a harder stop is offered: native code ends when it ends."""
_STAGES = 7
_STARTING = "starting"
_LOG = "build.log"


def running(study: Study) -> bool:
    """Whether a build of `study` is under way, started here or by the command line."""
    said = progress.read(study.progress_path)
    return said is not None and said.alive


def start(
    study: Study, *, encoder: str = "bundled", settings: Chosen | None = None,
    agreed: bool = False, key: str | None = None, item_texts: int | None = None,
) -> None:
    """Start `llmrec build` for `study`; raises `StudioError` where one runs already.

    `settings` say who writes (the template where they are left out), `agreed` that a person saw
    what it may cost. `key` goes into the child's environment and nowhere else. `item_texts` are
    written for so many items, by default for as many as in the last build.
    """
    settings = settings or Chosen()
    wanted = made.items_written(study) if item_texts is None else item_texts
    more = [*arguments(settings, agreed=agreed), f"--item-texts={wanted}"]
    command = _command(study.name, encoder.strip() or "bundled", more)
    if running(study):
        raise StudioError(f"The study {study.name!r} is being built already: wait or cancel it.")
    code = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [code, os.environ.get("PYTHONPATH", "")]))
    with (study.folder / _LOG).open("wb") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
            start_new_session=True,
            env={**environment(settings, key), "PYTHONPATH": path, "PYTHONUTF8": "1"},
        )
    _announce(study, child.pid)


def _command(name: str, encoder: str, more: Sequence[str]) -> list[str]:
    # A signal that the server ignores (one started in the background of a script does) would be
    # ignored by the child too, and it could not be cancelled.
    begin = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from llmrec_core.cli import main; sys.exit(main())"
    )
    return [sys.executable, "-c", begin, "build", name, f"--encoder={encoder}", *more]


def _announce(study: Study, pid: int) -> None:
    """Say that a build starts, until the child says more: its imports take seconds."""
    now = time.time()
    said = progress.State(progress.RUNNING, _STARTING, 0, 0, 0, _STAGES, now, now, now, pid)
    write_atomically(study.progress_path, json.dumps(asdict(said)).encode())


def cancel(study: Study, *, hard: bool = False) -> None:
    """Ask the build of `study` to stop, or end it; what it finished is kept either way."""
    said = progress.read(study.progress_path)
    if said is None or not said.alive or not _is_ours(study, said):
        return
    try:
        os.kill(said.pid, signal.SIGKILL if hard else signal.SIGINT)
    except ProcessLookupError:
        return


def end(study: Study, wait: float = 5.0) -> None:
    """End the build of `study` and wait until it is gone; raises `StudioError` where it stays."""
    cancel(study, hard=True)
    deadline = time.monotonic() + wait
    while running(study):
        if time.monotonic() > deadline:
            raise StudioError(f"The build of {study.name!r} does not end: stop its process.")
        time.sleep(0.05)


def _is_ours(study: Study, said: progress.State) -> bool:
    """Whether the process is a build: a stale file may name a number that another program got."""
    if said.stage == _STARTING and time.time() - said.started < 300:
        return True
    import fcntl

    try:
        with (study.folder / "build.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def outcome(study: Study, said: progress.State) -> tuple[str, str]:
    """(status, one sentence) of a build that is over."""
    if said.status == progress.RUNNING:
        return progress.FAILED, _last_words(study)
    if said.status == progress.DONE:
        spent = said.updated - said.started
        return progress.DONE, f"The study {study.name!r} is built; it took {spent:,.0f} s."
    return said.status, said.message


def _last_words(study: Study) -> str:
    """Why a child ended that wrote no end: its own sentence, or that it was stopped."""
    try:
        with (study.folder / _LOG).open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - 4096))
            lines = log.read().decode(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    if lines and lines[-1].startswith("llmrec: "):
        return lines[-1].removeprefix("llmrec: ")
    return (
        "The build ended without a word: it was stopped from outside or ran out of memory. "
        "What was finished is kept; build again to go on from there."
    )


def _start_clicked(name: str, encoder_key: str) -> None:
    with state.telling():
        study = Study.open(name)
        encoder = str(st.session_state.get(encoder_key) or "bundled")
        start(study, encoder=encoder, settings=chosen(study), key=writing_key.key())


def _cancel_clicked(name: str, hard: bool) -> None:
    with state.telling():
        cancel(Study.open(name), hard=hard)
        st.session_state[f"cancelled_{name}"] = time.time()


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
    """Progress of the build with a cancel button, or how the last one ended.

    Polls once a second while a build runs and not at all otherwise. A success is not told where
    it is `stale`: the data changed since.
    """
    every = POLL_SECONDS if running(study) else None
    st.fragment(_panel, run_every=every, key="build_panel")(study.name, every is not None, stale)


def _panel(name: str, polling: bool, stale: bool) -> None:
    study = Study.open(name)
    said = progress.read(study.progress_path)
    if said is None:
        return
    if said.alive:
        _draw_running(study, said)
    elif polling:
        st.rerun()  # the one way to stop polling, and to show what the build made
    elif said.status != progress.DONE or not stale:
        _draw_outcome(study, said)


def _draw_running(study: Study, said: progress.State) -> None:
    part = said.done / said.total if said.total else 0.0
    share = min((said.stages_done + min(part, 1.0)) / max(said.stages_total, 1), 1.0)
    with st.container(border=True):
        st.progress(share, text=plain(_upper(said.sentence())))
        with st.container(horizontal=True, vertical_alignment="center"):
            asked = st.session_state.get(f"cancelled_{study.name}", 0.0)
            asked = asked if asked > said.started else None  # that was another build
            hard = asked is not None and time.time() - asked > PATIENCE
            st.button(
                "Stop at once" if hard else "Cancel", key="build_cancel",
                icon=":material/dangerous:" if hard else ":material/cancel:",
                on_click=_cancel_clicked, args=(study.name, hard),
                disabled=asked is not None and not hard,
                help="What is finished is kept: the next build goes on from there.",
            )
            st.caption(_waiting(said) if asked is None else "Stopping after the present step…")


def _waiting(said: progress.State) -> str:
    return (
        f"{time.time() - said.started:,.0f} s so far, process {said.pid}. "
        "The page may be left or reloaded; the build goes on."
    )


def _draw_outcome(study: Study, said: progress.State) -> None:
    status, sentence = outcome(study, said)
    if status == progress.DONE:
        st.success(plain(sentence), icon=":material/check_circle:")
        st.page_link(
            "pages/study/overview.py", label="To the overview", icon=":material/dashboard:",
            query_params={state.STUDY: study.name},
        )
    elif status == progress.CANCELLED:
        st.warning(plain(sentence), icon=":material/cancel:")
    else:
        st.error(plain(f"The build failed: {sentence}"), icon=":material/error:")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
