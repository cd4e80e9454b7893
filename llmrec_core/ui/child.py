"""A command as a child process: start it, watch it, cancel it; it survives a reload of the page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from llmrec_core import lock, progress
from llmrec_core.artefacts import write_atomically
from llmrec_core.errors import StudioError
from llmrec_core.study import Study

_STARTING = "starting"
_STOPPED = "stopped; what was finished is kept."
"""The command's last words when it is interrupted, whatever it was doing."""
_SETTLING = 300.0
"""Seconds that a child may take for its imports before it must hold its lock."""


_INTERRUPTIBLE = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
"""A server that a shell started in the background ignores interrupts, and its children would too:
then nothing could be cancelled. The child keeps its number."""


@dataclass(frozen=True)
class Work:
    """One kind of long work on a study: the command that does it, its files, its words."""

    name: str
    """The command, which also names the buttons: «build»."""
    progress: str
    """The file in the study that the command writes its progress to."""
    lock: str
    """The file that the command holds while it works."""
    log: str
    """Where the child's last words go."""
    stages: int
    busy: str
    """What a study is that it is done to: «is being built»."""
    title: str
    """How a sentence about it begins: «The build»."""
    done: str
    """What has happened at the end: «is built»."""
    kept: str
    """What a stop leaves, and what to do then: one sentence."""
    link: tuple[str, str, str] | None = None
    """Where to go on after it: page, label, icon."""


def command(*arguments: str) -> list[str]:
    """The `llmrec` command with `arguments`, in this interpreter."""
    # A signal that the server ignores (one started in the background of a script does) would be
    # ignored by the child too, and it could not be cancelled.
    begin = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from llmrec_core.cli import main; sys.exit(main())"
    )
    return [sys.executable, "-c", begin, *arguments]


@dataclass(frozen=True)
class Job:
    """One kind of work on one study, whoever started it."""

    study: Study
    work: Work

    @property
    def said(self) -> progress.State | None:
        """What the latest work of this kind last said; None where there was none."""
        return progress.read(self.study.folder / self.work.progress)

    @property
    def running(self) -> bool:
        """Whether it is under way, started here or by the command line."""
        said = self.said
        return said is not None and said.alive

    def start(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Start the child `argv`; raises `StudioError` where one works already."""
        if self.running:
            raise StudioError(
                f"The study {self.study.name!r} {self.work.busy} already: wait or cancel it."
            )
        code = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [code, os.environ.get("PYTHONPATH", "")]))
        with (self.study.folder / self.work.log).open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _INTERRUPTIBLE, *argv], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=log, start_new_session=True,
                env={**env, "PYTHONPATH": path, "PYTHONUTF8": "1"},
            )
        self.announce(child.pid)

    def announce(self, pid: int) -> None:
        """Say that work starts, until the child says more: its imports take seconds."""
        now = time.time()
        said = progress.State(
            progress.RUNNING, _STARTING, 0, 0, 0, self.work.stages, now, now, now, pid
        )
        write_atomically(
            self.study.folder / self.work.progress, json.dumps(asdict(said)).encode()
        )

    def cancel(self, *, hard: bool = False) -> None:
        """Ask the work to stop, or end it; what it finished is kept either way."""
        said = self.said
        if said is None or not said.alive or not self._is_ours(said):
            return
        try:
            os.kill(said.pid, signal.SIGKILL if hard else signal.SIGINT)
        except ProcessLookupError:
            return

    def end(self, wait: float = 5.0) -> None:
        """End the work and wait until it is gone; raises `StudioError` where it stays."""
        self.cancel(hard=True)
        deadline = time.monotonic() + wait
        while self.running:
            if time.monotonic() > deadline:
                raise StudioError(
                    f"{self.work.title} of {self.study.name!r} does not end: stop its process."
                )
            time.sleep(0.05)

    def _is_ours(self, said: progress.State) -> bool:
        """Whether the process is ours: a stale file may name a number that another program got."""
        if said.stage == _STARTING and time.time() - said.started < _SETTLING:
            return True
        return lock.taken(self.study.folder / self.work.lock)

    def outcome(self, said: progress.State) -> tuple[str, str]:
        """(status, one sentence) of work that is over."""
        if said.status == progress.RUNNING:
            words = self._last_words()
            if words == _STOPPED:  # cancelled before it could say so itself
                return progress.CANCELLED, f"{self.work.title} was cancelled. {self.work.kept}"
            return progress.FAILED, words
        if said.status == progress.DONE:
            spent = said.updated - said.started
            what = f"The study {self.study.name!r} {self.work.done}"
            return progress.DONE, f"{what}; it took {spent:,.0f} s."
        return said.status, said.message

    def _last_words(self) -> str:
        """Why a child ended that wrote no end: its own sentence, or that it was stopped."""
        try:
            with (self.study.folder / self.work.log).open("rb") as log:
                log.seek(0, os.SEEK_END)
                log.seek(max(0, log.tell() - 4096))
                lines = log.read().decode(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        if lines and lines[-1].startswith("llmrec: "):
            return lines[-1].removeprefix("llmrec: ")
        return (
            f"{self.work.title} ended without a word: it was stopped from outside or ran out of "
            f"memory. {self.work.kept}"
        )
