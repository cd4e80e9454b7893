"""Long work that says how far it is: to a listener, and to a file that a page polls."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from llmrec_core import lock
from llmrec_core.errors import StudioError
from llmrec_core.progress import CANCELLED, DONE, FAILED, Reporter

Tell = Callable[[str, int, int], object]
"""Called as `tell(words, done, total)`."""


@dataclass(frozen=True)
class Told:
    """One kind of work on a study: its files there, and its words.

    Who holds `lock` writes `progress`; others of the same kind work at the same time and tell only
    their listener. `phase` says which of `phases` steps the words of a step belong to. Steps whose
    words begin with `timed` count seconds.
    """

    lock: str
    progress: str
    busy: str
    phases: int
    phase: Callable[[str], int]
    cancelled: str
    timed: str = ""


@contextlib.contextmanager
def telling(folder: Path, work: Told, tell: Tell | None) -> Iterator[Tell]:
    """A listener that also writes to the study's file; to none where another of the kind does."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock.alone(folder, work.lock, work.busy))
            report = Reporter(folder / work.progress, work.phases)
        except StudioError:
            report = Reporter(None, work.phases)

        def say(words: str, done: int, total: int) -> None:
            timed = bool(work.timed) and words.startswith(work.timed)
            report.say(words, work.phase(words), done, total, timed=timed)
            if tell is not None:
                tell(words, done, total)

        try:
            yield say
        except KeyboardInterrupt:
            report.end(CANCELLED, work.cancelled)
            raise
        except BaseException as error:
            report.end(FAILED, str(error) if isinstance(error, StudioError) else repr(error))
            raise
        report.end(DONE)
