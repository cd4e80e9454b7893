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

from llmrec_core.errors import InputError, StudioError
from llmrec_core.readers import safe_name
from llmrec_core.readers.preview import Preview
from llmrec_core.readers.sandbox import preview_file
from llmrec_core.study import Study
from llmrec_core.ui import jobs
from llmrec_core.ui.text import count

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_FOLDER, _STORED, _READING = "upload_folder", "upload_paths", "upload_reading"
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
    if _FOLDER not in st.session_state:
        st.session_state[_FOLDER] = tempfile.TemporaryDirectory(prefix="llmrec-")
    folder = st.session_state[_FOLDER]
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


def forget() -> None:
    """Delete what was uploaded: the study has its own copy now."""
    for path in st.session_state.pop(_STORED, {}).values():
        shutil.rmtree(path.parent, ignore_errors=True)


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
    """Import `uploads` as the study `name`, telling the seconds; any click on the page ends it.

    Raises `StudioError` where the study is being built: its tables are in use.
    """
    if replace and jobs.running(Study.open(name)):
        raise StudioError(f"The study {name!r} is being built: wait or cancel the build first.")
    st.session_state[_READING] = name
    try:
        with st.spinner(f"Reading {count(len(uploads), 'file')}…", show_time=True):
            study = Study.create(
                name, [upload.path for upload in uploads], format=format, mapping=mapping,
                replace=replace, cancel=_interruptible(),
            )
    except Exception:  # a click is no Exception: its mark stays for `interrupted`
        st.session_state.pop(_READING, None)
        raise
    st.session_state.pop(_READING, None)
    return study


def interrupted() -> str:
    """The study whose import a click ended on the run before; "" where none."""
    return str(st.session_state.pop(_READING, ""))


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
