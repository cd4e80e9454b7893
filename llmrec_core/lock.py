"""One process at a time: a lock on a file that goes with the process that holds it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from llmrec_core.errors import StudioError

BUILD = "build.lock"
"""Held by whoever builds or changes a study."""


@contextlib.contextmanager
def alone(folder: Path, name: str = BUILD, busy: str = "is being built") -> Iterator[None]:
    """Be the only one who holds the lock `name` of the study in `folder`.

    Raises `StudioError` when another process (or session) has it: the study «is being built».
    """
    import fcntl

    try:
        file = open(folder / name, "w")  # noqa: SIM115 - closed below
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
                f"The study {folder.name!r} {busy} by another process: "
                f"wait, or cancel the {name.partition('.')[0]}."
            ) from None
        yield


def taken(path: Path) -> bool:
    """Whether some process holds the lock file `path` now."""
    import fcntl

    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
