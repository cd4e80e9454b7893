"""Several files into one study's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

from llmrec_core.errors import InputError
from llmrec_core.readers import assemble, catalogue
from llmrec_core.readers import triples as of_triples
from llmrec_core.readers.guess import FileMapping, check_mapping, guess
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import (
    INTERACTIONS,
    ITEMS,
    LINKS,
    TRIPLES,
    USERS,
    Loaded,
    reading,
)
from llmrec_core.readers.registry import open_format
from llmrec_core.readers.report import FileReport, LoadReport, Repair
from llmrec_core.tables import ITEM, Tables

Part = tuple[Loaded, FileMapping]


def read_many(
    paths: Sequence[Path], format: str, mapping: Mapping[str, str], limits: Limits, began: float
) -> tuple[Tables, LoadReport]:
    """The tables of `paths` and what was done; see `llmrec_core.readers.read`."""
    if not paths:
        raise InputError("No file was given: name at least one file of interactions.")
    loaded, seconds = [], []
    for path in paths:
        start = perf_counter()
        loaded.append(load(path, format, limits))
        seconds.append(perf_counter() - start)
    check_mapping(mapping, loaded)
    with reading(", ".join(one.source.name for one in loaded), "tables"):
        parts = [(one, guess(one, mapping)) for one in loaded]
        return _tables(parts, limits, seconds, began)


def load(path: Path, format: str, limits: Limits, *, head: int | None = None) -> Loaded:
    """One file through its format's reader."""
    found, source = open_format(path, format, limits, head_only=head is not None)
    return found.read(source, limits, head=head)


def _tables(
    parts: list[Part], limits: Limits, seconds: list[float], began: float
) -> tuple[Tables, LoadReport]:
    behaviour = [part for part in parts if part[1].role == INTERACTIONS]
    if not behaviour:
        raise InputError(
            f"No file has both a user and an item column ({_described(parts)}): add the file of "
            "interactions, or map its columns with user_id=… and item_id=…."
        )
    items_part, users_part = _single(parts, ITEMS), _single(parts, USERS)
    start = perf_counter()
    behaved = assemble.interactions(behaviour, limits)
    items = catalogue.items(items_part, behaved.item_ids, behaved.titles, limits)
    users = catalogue.users(users_part, behaved.user_ids, limits)
    triples_part, links_part = _single(parts, TRIPLES), _single(parts, LINKS)
    ids = items.table.frame[ITEM].tolist()
    told = of_triples.triples(triples_part, links_part, ids, limits)
    shared = (perf_counter() - start) / len(parts)
    tables = Tables(
        behaved.interactions, items.table, users.table, behaved.reviews.frame, told.frame
    )
    outcome: dict[int, tuple[int, tuple[Repair, ...]]] = {
        id(part): (kept, repairs)
        for part, kept, repairs in zip(behaviour, behaved.kept, behaved.file_repairs, strict=True)
    }
    outcome[id(items_part)] = (items.kept, items.file_repairs)
    outcome[id(users_part)] = (users.kept, users.file_repairs)
    outcome[id(triples_part)] = (told.kept, told.repairs)
    outcome[id(links_part)] = (told.linked, told.link_repairs)
    notes = dict(zip(map(id, behaviour), behaved.reviews.notes, strict=True))
    notes[id(triples_part)] = told.notes
    files = [
        _file_report(part, *outcome[id(part)], spent + shared, notes.get(id(part), ()))
        for part, spent in zip(parts, seconds, strict=True)
    ]
    counts = {
        "users": len(tables.users.frame),
        "items": len(tables.items),
        "interactions": len(tables.interactions.frame),
    }
    if len(behaved.reviews.frame):
        counts["reviews"] = len(behaved.reviews.frame)
    if told.frame is not None:
        counts["triples"] = len(told.frame)
    overall = behaved.repairs + items.repairs + users.repairs
    return tables, LoadReport(tuple(files), overall, counts, perf_counter() - began)


def _single(parts: list[Part], role: str) -> Part | None:
    found = [part for part in parts if part[1].role == role]
    if len(found) > 1:
        names = " and ".join(part[0].source.name for part in found)
        raise InputError(
            f"{names} are all taken for {role}: give one of them, or map the columns of the others."
        )
    return found[0] if found else None


def _described(parts: list[Part]) -> str:
    return "; ".join(
        f"{loaded.source.name} is taken for {mapping.role} and has "
        f"{', '.join(loaded.table.column_names[:12])}"
        for loaded, mapping in parts
    )


def _file_report(
    part: Part, kept: int, repairs: tuple[Repair, ...], seconds: float,
    more: tuple[str, ...],
) -> FileReport:
    loaded, mapping = part
    source = loaded.source
    notes = loaded.notes + mapping.notes + more
    if source.encoding not in ("", "utf-8", "utf-8-sig"):
        notes = (f"read as {source.encoding}", *notes)
    elif source.encoding == "utf-8" and source.lenient:
        notes = ("bytes that are not UTF-8 are read as \ufffd", *notes)
    return FileReport(
        name=source.name,
        format=loaded.format,
        role=mapping.role,
        rows_read=loaded.table.num_rows + len(loaded.skipped),
        rows_kept=kept,
        mapping=mapping.document(),
        repairs=loaded.repairs + repairs,
        notes=notes,
        encoding=source.encoding or "binary",
        sha256=source.sha256,
        bytes=source.size,
        seconds=round(seconds, 4),
    )
