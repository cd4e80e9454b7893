"""Disks that fail: the n-th write, flush, rename or open on a path that saves something."""

from __future__ import annotations

import errno
import os
import tempfile
from typing import Any

import pytest

ERRORS = [errno.ENOSPC, errno.EIO, errno.EACCES]


class Faults:
    """Counts the operations a save is made of and lets the `at`-th fail with `code`.

    `short` writes half the bytes before the write fails, as a full disk does.
    """

    def __init__(self, at: int, code: int, *, short: bool = False) -> None:
        self.at, self.code, self.short = at, code, short
        self.count = 0

    @property
    def struck(self) -> bool:
        """Whether the fault has happened."""
        return self.count >= self.at

    def _step(self) -> bool:
        self.count += 1
        return self.count == self.at

    def fail(self) -> OSError:
        """The error that the system would give."""
        return OSError(self.code, os.strerror(self.code))

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put the fault under everything that Python saves files with."""
        for module, name in (
            (tempfile, "mkstemp"), (os, "fsync"), (os, "replace"), (os, "open"), (os, "mkdir"),
        ):
            patch.setattr(module, name, self._failing(getattr(module, name)))
        real = os.fdopen
        patch.setattr(os, "fdopen", lambda *args: _File(real(*args), self))

    def _failing(self, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._step():
                raise self.fail()
            return real(*args, **kwargs)

        return call


class _File:
    """A file whose write or flush may be the one that fails."""

    def __init__(self, real: Any, faults: Faults) -> None:
        self._real, self._faults = real, faults

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._real.close()

    def fileno(self) -> int:
        return int(self._real.fileno())

    def write(self, data: bytes) -> int:
        if self._faults._step():
            if self._faults.short:
                self._real.write(data[: len(data) // 2])
            raise self._faults.fail()
        return int(self._real.write(data))

    def flush(self) -> None:
        if self._faults._step():
            raise self._faults.fail()
        self._real.flush()
