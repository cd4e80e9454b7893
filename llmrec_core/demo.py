"""The demo study: real books, simulated readers."""

from __future__ import annotations

from pathlib import Path

from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.study import Study

NAME = "demo"
ABOUT = (
    "Real books with descriptions written for this project, and readers who are simulated by a "
    "seeded script: no real person's data."
)
_FILES = ("readings.csv", "books.jsonl", "readers.csv")


def source_files() -> list[Path]:
    """The demo's files in the checkout's data folder; raises `InputError` where they are not."""
    folder = Path(__file__).resolve().parents[1] / "data"
    paths = [folder / name for name in _FILES]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        raise InputError(
            f"{folder} has no {', '.join(missing)}: the demo is built from a checkout of the "
            "project (pip install -e .)."
        )
    return paths


def create_demo(where: Path | None = None) -> Study:
    """The demo study with its tables read; made only where it is not there yet."""
    try:
        return Study.open(NAME, where)
    except UnknownIdError:
        return Study.create(NAME, source_files(), where=where, replace=True, about=ABOUT)
