"""What a format's reader hands on: the file as a table, its cells untouched, and what it knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError, StudioError
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.report import Repair
from llmrec_core.readers.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

INTERACTIONS, ITEMS, USERS = "interactions", "items", "users"
TRIPLES, LINKS = "triples", "links"


@dataclass(frozen=True)
class Loaded:
    """One file as read: `table` has the file's own column names (unique) and types.

    `role` and `columns` (our name -> the file's) are given by formats that know them, else
    guessed; `separators` names the columns the format declares as multi-valued. `first_row` is
    the number of the first data row as a person counts them, `skipped` the numbers of rows that
    could not be parsed.
    """

    table: pa.Table
    source: Source
    format: str
    role: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    first_row: int = 2
    skipped: tuple[int, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()

    def row_numbers(self) -> np.ndarray:
        """(n_rows,) int64: each row's number in the file."""
        n = self.table.num_rows + len(self.skipped)
        numbers = np.arange(self.first_row, self.first_row + n)
        return np.delete(numbers, np.asarray(self.skipped, np.int64) - self.first_row)


@contextmanager
def reading(name: str, what: str) -> Iterator[None]:
    """Turn whatever a parser raises into one `InputError` naming the file and the remedy."""
    try:
        yield
    except StudioError:
        raise
    except MemoryError as error:
        raise InputError(
            f"{name} needs more memory than is allowed: split it or raise the limit memory_bytes."
        ) from error
    except Exception as error:  # a parser meeting hostile bytes may raise anything
        reason = (str(error).splitlines() or [""])[0].strip()[:200] or type(error).__name__
        # What a parser quotes from the file is data: shown without control characters.
        reason = "".join(c if c.isprintable() else "?" for c in reason).rstrip(". ")
        raise InputError(
            f"{name} cannot be read as {what} ({reason}): check that the file is complete "
            "and that its format is the right one."
        ) from error


def unique_names(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """(column names trimmed, NFC, never empty, unique; the names that occurred twice)."""
    out: list[str] = []
    twice: list[str] = []
    taken: set[str] = set()
    for number, raw in enumerate(names, start=1):
        name = "".join(c for c in unicodedata.normalize("NFC", raw) if c.isprintable()).strip()
        name = name[:200] or f"column_{number}"
        if name in taken:
            twice.append(name)
            name = f"{name}_{number}"
        while name in taken:
            name += "_"
        taken.add(name)
        out.append(name)
    return out, twice


def check_shape(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Raise `InputError` when a table has more rows or columns than allowed."""
    if columns > limits.columns:
        raise InputError(
            f"{name} has {columns:,} columns, above the limit of {limits.columns:,}: "
            "keep the columns that matter or choose another delimiter."
        )
    if rows > limits.rows:
        raise InputError(
            f"{name} has more than {limits.rows:,} rows: split it or raise the limit rows."
        )


def check_fields(name: str, batch: pa.RecordBatch | pa.Table, limits: Limits) -> None:
    """Raise `InputError` when a text cell of `batch` is longer than allowed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for column_name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            longest = pc.max(pc.binary_length(column)).as_py() or 0
            if longest > limits.field_bytes:
                raise too_long(name, limits, f"column {column_name[:60]}")


def too_long(name: str, limits: Limits, where: str) -> InputError:
    """The error for a cell above `field_bytes`."""
    return InputError(
        f"{name} has a field longer than {limits.field_bytes:,} bytes in {where}: "
        "look for a quote that never closes, or raise the limit field_bytes."
    )
