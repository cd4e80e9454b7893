"""Files into tables: one `read`, one file a format, and a report of every repair.

`sandbox.import_files` does the same in a limited child process, for files from strangers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from llmrec_core.readers.limits import Limits
from llmrec_core.readers.registry import FORMATS, detect
from llmrec_core.readers.report import FileReport, LoadReport, Repair
from llmrec_core.readers.source import safe_name

if TYPE_CHECKING:
    from llmrec_core.readers.preview import Preview
    from llmrec_core.tables import Tables

__all__ = [
    "FORMATS",
    "FileReport",
    "Limits",
    "LoadReport",
    "Repair",
    "detect",
    "preview",
    "read",
    "safe_name",
]


def read(
    paths: Sequence[Path],
    *,
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> tuple[Tables, LoadReport]:
    """Read interactions (one file or several), and at most one file each of items and users.

    Parameters
    ----------
    paths : files in any order; which is which is found out.
    format : "auto" or a key of `FORMATS`, for all files.
    mapping : our names to the files' columns, e.g. ``{"user_id": "uid", "timestamp": "-"}``;
        "-" means none; `text_fields` and `attributes` are comma lists. A key concerns every file
        that has the column.
    limits : bounds checked while reading.

    Raises
    ------
    InputError : naming the file, and the column or row, and what to change.
    """
    from llmrec_core.readers.many import read_many

    began = perf_counter()
    return read_many([Path(p) for p in paths], format, mapping or {}, limits or Limits(), began)


def preview(
    path: Path,
    *,
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Preview:
    """The format, the columns, what they are taken for and the first 20 rows; reads little."""
    from llmrec_core.readers.preview import preview_file

    return preview_file(Path(path), format, mapping or {}, limits or Limits())
