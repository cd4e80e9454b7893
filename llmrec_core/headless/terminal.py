"""How far long work is, told on stderr."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from llmrec_core.progress import State


class ProgressLine:
    """One line on stderr that is written over; a line a stage where stderr is no terminal."""

    def __init__(self) -> None:
        self._last = ""
        self._live = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and self._last:
            sys.stderr.write("\n")

    def show(self, state: State) -> None:
        """Show the state of a build."""
        self._put(state.stage, state.sentence())

    def say(self, stage: str, done: int, total: int) -> None:
        """Show the state of an evaluation."""
        self._put(stage, f"{stage}: {done:,} of {total:,}" if total > 1 else stage)

    def _put(self, stage: str, words: str) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[2K" + words)
        elif stage != self._last:
            sys.stderr.write(stage + "\n")
        sys.stderr.flush()
        self._last = stage
