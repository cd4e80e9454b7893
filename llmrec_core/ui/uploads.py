"""Files from the browser: kept in a folder of the session, read in a limited child process."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core.errors import InputError
from llmrec_core.readers import safe_name
from llmrec_core.readers.preview import Preview
from llmrec_core.readers.sandbox import preview_file
from llmrec_core.study import Study

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_FOLDER, _STORED = "upload_folder", "upload_paths"
MOST_FILES = 20


@dataclass(frozen=True)
class Upload:
    """One file on this machine: `shown` is what the browser called it and is only ever shown."""

    shown: str
    path: Path
    size: int


def stored(files: Sequence[UploadedFile]) -> list[Upload]:
    """The uploaded files on disk, each in a numbered folder under a harmless name.

    They live in a folder of the session, which goes with it; a file taken out of the uploader is
    deleted. The base name is made of letters, digits and the suffix only, so that messages and
    reports name a file that the reader knows without its name ever being a path.
    """
    if len(files) > MOST_FILES:
        raise InputError(f"{len(files)} files were given: give {MOST_FILES} or fewer at once.")
    folder = st.session_state.setdefault(_FOLDER, tempfile.TemporaryDirectory(prefix="llmrec-"))
    known: dict[str, Path] = st.session_state.setdefault(_STORED, {})
    for gone in set(known) - {file.file_id for file in files}:
        shutil.rmtree(known.pop(gone).parent, ignore_errors=True)
    for file in files:
        if file.file_id not in known:
            place = Path(tempfile.mkdtemp(dir=folder.name))
            known[file.file_id] = place / safe_name(file.name)
            file.seek(0)
            with known[file.file_id].open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
    return [Upload(file.name, known[file.file_id], file.size) for file in files]


@st.cache_data(max_entries=64, show_spinner="Looking at the file…")
def _preview(path: str, format: str, mapping: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return preview_file(Path(path), format=format, mapping=dict(mapping)).document()


def preview(upload: Upload, format: str, mapping: Mapping[str, str]) -> Preview:
    """What the file is taken for under `mapping`; raises `InputError` where it cannot be read."""
    return Preview.from_document(_preview(str(upload.path), format, tuple(sorted(mapping.items()))))


def suggested_name(uploads: Sequence[Upload], taken: Sequence[str]) -> str:
    """A study's name from the first file's, numbered where it is taken."""
    stem = uploads[0].shown.split(".")[0] if uploads else "study"
    name = re.sub(r"[^a-z0-9_-]+", "-", stem.lower()).strip("-_")[:36] or "study"
    number = 2
    while name in taken:
        name, number = f"{re.sub(r'-[0-9]+$', '', name)}-{number}", number + 1
    return name


def read_in(
    name: str, uploads: Sequence[Upload], *, format: str, mapping: Mapping[str, str], replace: bool
) -> Study:
    """Import `uploads` as the study `name`, telling the seconds; any click on the page ends it."""
    with st.spinner(f"Reading {len(uploads)} files…", show_time=True):
        return Study.create(
            name, [upload.path for upload in uploads], format=format, mapping=mapping,
            replace=replace, cancel=_interruptible(),
        )


def _interruptible() -> Callable[[], bool]:
    """Asked again and again while a child reads; lets the browser's clicks in once a second.

    Streamlit ends a run at its next call: a button pressed meanwhile ends the reading there, and
    the import leaves everything as it was.
    """
    slot, told = st.empty(), [time.monotonic()]

    def ask() -> bool:
        if time.monotonic() - told[0] > 0.5:
            told[0] = time.monotonic()
            slot.caption("Cancel, or any other click on this page, ends the import unchanged.")
        return False

    return ask
