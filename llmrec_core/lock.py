"""One process at a time: a lock on a file that goes with the process that holds it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from llmrec_core.errors import StudioError


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one who builds or changes the study in `folder`.

    Raises `StudioError` when another process (or session) is at it.
    """
    import fcntl

    try:
        file = open(folder / "build.lock", "w")  # noqa: SIM115 - closed below
    except OSError as error:
        raise StudioError(
            f"The study {folder.name!r} cannot be changed ({error.strerror}): check the "
            f"permissions of {folder}."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StudioError(
                f"The study {folder.name!r} is being built by another process: "
                "wait, or cancel the build."
            ) from None
        yield
