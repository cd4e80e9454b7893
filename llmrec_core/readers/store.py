"""The tables on disk: canonical Parquet with checksums, replaced as a whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import DamagedArtefactError, MissingArtefactError
from llmrec_core.readers.report import LoadReport
from llmrec_core.tables import (
    REVIEW,
    REVIEW_COLUMNS,
    ROW,
    TRIPLE_COLUMNS,
    Interactions,
    Items,
    Tables,
    Users,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SCHEMA_VERSION = 1
DOCUMENT = "tables.json"
NAMES = ("interactions", "items", "users")
REVIEWS = "reviews"
"""A table that is written where there are any, and read only on request."""
TRIPLES = "triples"
"""A table that is written and read where there are any."""
_PENDING = ".tables.next.json"
_REMEDY = "import the files again"


@dataclass(frozen=True)
class StoredTables:
    """Tables read back, with the report of the import that made them."""

    tables: Tables
    report: LoadReport


def save_tables(tables: Tables, report: LoadReport, out_dir: Path) -> None:
    """Write the three tables and `tables.json` into `out_dir`, replacing what is there.

    Everything is written beside under other names first; then one record that names the new files
    makes the change certain, and whoever comes next finishes it if this process is killed.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    _finish(out_dir)
    for stale in out_dir.glob(".*.new"):
        stale.unlink(missing_ok=True)
    files = {}
    for name, table in _arrow(tables).items():
        files[f"{name}.parquet"] = _write_parquet(table, out_dir, name)
    document = {
        "schema": SCHEMA_VERSION,
        "text_fields": list(tables.items.text_fields),
        "attributes": list(tables.items.attributes),
        "user_attributes": list(tables.users.attributes),
        "files": files,
        "report": report.document(),
    }
    scratch = out_dir / f".tables.{os.getpid()}.new"
    with scratch.open("w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(out_dir / _PENDING)
    _sync_folder(out_dir)
    _finish(out_dir)


def load_tables(folder: Path) -> Tables:
    """The tables of `folder`, verified; see `load_stored`."""
    return load_stored(folder).tables


def load_stored(folder: Path) -> StoredTables:
    """The tables and their report, after checking every byte.

    Raises `MissingArtefactError` where nothing was imported and `DamagedArtefactError` where a
    file is not the one that was written.
    """
    _finish(folder)
    document = _document(folder)
    frames = {name: _frame(folder, name, document["files"]) for name in NAMES}
    texts, attributes = tuple(document["text_fields"]), tuple(document["attributes"])
    for name in attributes:
        frames["items"][name] = _lists(frames["items"][name])
    told = f"{TRIPLES}.parquet" in document["files"]
    tables = Tables(
        Interactions(frames["interactions"]),
        Items(frames["items"], texts, attributes),
        Users(frames["users"], tuple(document["user_attributes"])),
        triples=_frame(folder, TRIPLES, document["files"])[TRIPLE_COLUMNS] if told else None,
    )
    return StoredTables(tables, LoadReport.from_document(document["report"]))


def load_reviews(folder: Path) -> pd.DataFrame:
    """The reviews of `folder` (REVIEW_COLUMNS), verified; none where the files had none."""
    import pandas as pd

    _finish(folder)
    files = _document(folder)["files"]
    if f"{REVIEWS}.parquet" not in files:
        columns = {ROW: pd.Series(dtype="int64"), REVIEW: pd.Series(dtype="str")}
        return pd.DataFrame(columns)
    return _frame(folder, REVIEWS, files)[REVIEW_COLUMNS]


def _arrow(tables: Tables) -> dict[str, pa.Table]:
    import pyarrow as pa

    lists = pa.list_(pa.string())
    items = tables.items.frame
    fields = [
        (name, lists if name in tables.items.attributes else pa.string()) for name in items.columns
    ]
    frame = tables.interactions.frame
    written = tables.reviews
    more = {} if written is None or written.empty else {REVIEWS: written}
    if tables.triples is not None:
        more[TRIPLES] = tables.triples
    return {
        **{k: pa.Table.from_pandas(v, preserve_index=False) for k, v in more.items()},
        "interactions": pa.Table.from_pandas(frame, preserve_index=False),
        "items": pa.Table.from_pandas(items, pa.schema(fields), preserve_index=False),
        "users": pa.Table.from_pandas(tables.users.frame, preserve_index=False),
    }


def _write_parquet(table: pa.Table, folder: Path, name: str) -> dict[str, Any]:
    """Write under the name that `_finish` looks for; gives the file's sha256 and size."""
    from pyarrow import parquet as pq

    scratch = folder / f".{name}.{os.getpid()}.new"
    pq.write_table(table, scratch, compression="zstd", write_page_checksum=True)
    with scratch.open("rb+") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    size = scratch.stat().st_size
    scratch.replace(_staged(folder, f"{name}.parquet", sha256))
    return {"sha256": sha256, "bytes": size}


def _staged(folder: Path, name: str, sha256: str) -> Path:
    return folder / f".{name}.{sha256[:16]}.new"


def _finish(folder: Path) -> None:
    """Carry a recorded change to its end; does nothing where there is none."""
    pending = folder / _PENDING
    with contextlib.suppress(FileNotFoundError):
        document = json.loads(pending.read_text(encoding="utf-8"))
        for name, facts in document["files"].items():
            # Another process may be finishing the same change: what it moved is no longer there.
            with contextlib.suppress(FileNotFoundError):
                _staged(folder, name, facts["sha256"]).replace(folder / name)
        _sync_folder(folder)
        pending.replace(folder / DOCUMENT)
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder, and needs no such call
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _document(folder: Path) -> dict[str, Any]:
    path = folder / DOCUMENT
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = document["schema"]
    except FileNotFoundError as error:
        raise MissingArtefactError(
            f"{folder.name} has no imported tables: import a file of interactions first."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedArtefactError(
            f"{path.name} of {folder.name} is damaged: {_REMEDY}."
        ) from error
    if known != SCHEMA_VERSION:
        raise DamagedArtefactError(
            f"{path.name} of {folder.name} has schema {known}, this version reads "
            f"{SCHEMA_VERSION}: {_REMEDY} or use the version that wrote it."
        )
    return document


def _frame(folder: Path, name: str, files: Mapping[str, Any]) -> pd.DataFrame:
    from pyarrow import parquet as pq

    path = folder / f"{name}.parquet"
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise DamagedArtefactError(
            f"{path.name} of {folder.name} is missing: {_REMEDY}."
        ) from error
    if sha256 != files[path.name]["sha256"]:
        raise DamagedArtefactError(
            f"{path.name} of {folder.name} is not the file that was written: {_REMEDY}."
        )
    frame: pd.DataFrame = pq.read_table(path, page_checksum_verification=True).to_pandas()
    return frame


def _lists(cells: pd.Series) -> pd.Series:
    import pandas as pd

    # Arrow gives arrays; the tables hold lists, which compare and print as one expects.
    return pd.Series([list(cell) for cell in cells], dtype=object, index=cells.index)
