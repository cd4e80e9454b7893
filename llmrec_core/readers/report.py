"""What an import did: what was read, how its columns were understood, what was repaired."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Repair:
    """One kind of repair: what was done, to how many rows or cells, and where the first one is."""

    what: str
    count: int
    example: str = ""

    def __str__(self) -> str:
        """The repair as one line for a person."""
        return f"{self.what}: {self.count}" + (f" ({self.example})" if self.example else "")


@dataclass(frozen=True)
class FileReport:
    """One file: `rows_kept` of `rows_read` rows, `mapping` from our names to the file's columns.

    `mapping` also holds `text_fields` and `attributes` as comma lists, as they can be given back
    to `read`. `seconds` is the time spent on this file.
    """

    name: str
    format: str
    role: str
    rows_read: int
    rows_kept: int
    mapping: Mapping[str, str]
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    encoding: str = "utf-8"
    sha256: str = ""
    bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class LoadReport:
    """The whole import: its files, and the repairs that concern the tables together."""

    files: tuple[FileReport, ...]
    repairs: tuple[Repair, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """Rows of the finished tables: `users`, `items`, `interactions`."""
    seconds: float = 0.0

    def all_repairs(self) -> list[Repair]:
        """The repairs of every file and of the tables together, in that order."""
        return [r for f in self.files for r in f.repairs] + list(self.repairs)

    def document(self) -> dict[str, Any]:
        """The report as plain JSON values; `from_document` gives it back."""
        return {
            "files": [{**dataclasses.asdict(f), "mapping": dict(f.mapping)} for f in self.files],
            "repairs": [dataclasses.asdict(r) for r in self.repairs],
            "counts": dict(self.counts),
            "seconds": self.seconds,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> LoadReport:
        """The report that `document()` wrote."""
        return cls(
            files=tuple(_file(f) for f in document["files"]),
            repairs=_repairs(document["repairs"]),
            counts=dict(document["counts"]),
            seconds=float(document["seconds"]),
        )


def _file(document: Mapping[str, Any]) -> FileReport:
    known = {**document}
    known["repairs"] = _repairs(document["repairs"])
    known["notes"] = tuple(document["notes"])
    return FileReport(**known)


def _repairs(documents: list[dict[str, Any]]) -> tuple[Repair, ...]:
    return tuple(Repair(**r) for r in documents)
