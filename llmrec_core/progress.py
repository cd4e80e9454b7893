"""The progress of long work, in a file that a page polls and a reload survives."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from llmrec_core.artefacts import write_atomically

RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"

_EVERY = 0.25  # seconds between two writes: a page polls once a second


SLOW = 1.0
"""Units a second below which they are told by the minute."""


def duration(seconds: float) -> str:
    """Seconds in words: «45 s», «12 min», «3 h 5 min»."""
    if seconds < 100:
        return f"{seconds:,.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60:,} h {minutes % 60} min"


@dataclass(frozen=True)
class State:
    """What long work last said. `started`, `stage_started` and `updated` are Unix seconds."""

    status: str
    stage: str
    done: int
    total: int
    stages_done: int
    stages_total: int
    started: float
    stage_started: float
    updated: float
    pid: int
    message: str = ""
    timed: bool = False
    """Whether done and total are seconds."""
    part: int = 0
    parts: int = 1
    """A stage may have equal parts: done and total are those of the one under way."""

    @property
    def rate(self) -> float:
        """Units of the stage a second; 0 before the first one."""
        spent = self.updated - self.stage_started
        return self.done / spent if spent > 0.5 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds left in this stage at its rate so far; None while that is unknown."""
        if self.rate <= 0 or self.total <= self.done:
            return None
        return (self.total - self.done) / self.rate

    @property
    def alive(self) -> bool:
        """Whether the process that writes this is still there."""
        if self.status != RUNNING:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return not _is_zombie(self.pid)

    @property
    def share(self) -> float:
        """How much of the whole is done, every stage taken as equally long; in [0, 1]."""
        inside = min(self.done / self.total, 1.0) if self.total else 0.0
        stage = min((self.part + inside) / max(self.parts, 1), 1.0)
        return min((self.stages_done + stage) / max(self.stages_total, 1), 1.0)

    def sentence(self) -> str:
        """The state in words, with rate and time left where they are known."""
        words = f"{self.stage} ({self.stages_done + 1} of {self.stages_total})"
        if self.timed:
            return f"{words}: about {duration(max(self.total - self.done, 0))} left"
        if self.total > 1:
            words += f": {self.done:,} of {self.total:,}"
        if self.rate > 0 and self.total > 1:
            slow = self.rate < SLOW  # a model writes a few texts a minute
            words += f", {60 * self.rate:,.1f} a minute" if slow else f", {self.rate:,.0f} a second"
        if self.seconds_left is not None:
            words += f", about {duration(self.seconds_left)} left in this step"
        return words


def _is_zombie(pid: int) -> bool:
    """A child that ended but was not waited for; only Linux says so in /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


class Reporter:
    """Writes the state of one piece of work to a file and, when asked, to a listener."""

    def __init__(
        self, path: Path | None, stages: int, listener: Callable[[State], object] | None = None
    ) -> None:
        now = time.time()
        self.path, self.listener = path, listener
        self.state = State(RUNNING, "starting", 0, 0, 0, stages, now, now, now, os.getpid())
        self._written = 0.0
        self._write(force=True)

    def stage(self, name: str, number: int) -> None:
        """A new stage begins, the `number`-th (from 0)."""
        self._change(
            stage=name, stages_done=number, done=0, total=0, stage_started=time.time(), part=0,
            parts=1, force=True,
        )

    def part(self, words: str, number: int, parts: int) -> None:
        """The `number`-th (from 0) of the stage's `parts` equal parts begins.

        The bar never goes back: a part before the one under way, or a stage that has more parts
        than was thought, leaves it where it is.
        """
        now = self.state
        number = max(number, -(-now.part * parts // max(now.parts, 1)))
        self._change(
            stage=words, done=0, total=0, stage_started=time.time(), part=min(number, parts),
            parts=parts, force=words != now.stage,
        )

    def words(self, words: str) -> None:
        """What the part under way is at, told when the next write is due."""
        self._change(stage=words)

    def say(
        self, words: str, number: int, done: int, total: int, *, timed: bool = False
    ) -> None:
        """Work whose steps are named as they come: `words` are a step of the stage `number`.

        Where `timed`, `done` and `total` are seconds.
        A stage never goes back; what is done a second counts from where it began, or began anew.
        """
        now = self.state
        number = max(number, now.stages_done)
        anew = number != now.stages_done or done < now.done or not now.total
        began = time.time() if anew else now.stage_started
        self._change(
            stage=words, stages_done=number, done=done, total=total, stage_started=began,
            timed=timed, force=words != now.stage,
        )

    def step(self, done: int, total: int) -> None:
        """The stage has done so much."""
        self._change(done=done, total=total)

    def end(self, status: str, message: str = "") -> None:
        """The work is over."""
        self._change(status=status, message=message, force=True)

    def _change(self, *, force: bool = False, **changes: object) -> None:
        self.state = State(**{**asdict(self.state), **changes, "updated": time.time()})
        self._write(force=force)

    def _write(self, *, force: bool) -> None:
        if not force and self.state.updated - self._written < _EVERY:
            return
        self._written = self.state.updated
        if self.path is not None:
            write_atomically(self.path, json.dumps(asdict(self.state)).encode())
        if self.listener is not None:
            self.listener(self.state)


def read(path: Path) -> State | None:
    """The last state written to `path`; None where there is none or it cannot be read."""
    try:
        return State(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
