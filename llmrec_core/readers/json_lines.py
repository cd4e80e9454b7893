"""JSON lines, or one JSON array of objects: fast where plain, tolerant elsewhere."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import (
    Loaded,
    check_fields,
    check_shape,
    reading,
    too_long,
    unique_names,
)
from llmrec_core.readers.report import Repair
from llmrec_core.readers.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

_OPENINGS = 200
"""Most brackets opened in a line for the fast parser, which recurses into them in native code."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ARRAY_BYTES = 256 << 20
"""Largest JSON array: unlike lines it has to be in memory as a whole."""


def looks_like(name: str, head: bytes) -> bool:
    """Whether the content begins with an object, or with an array of objects."""
    return re.match(rb"\s*(\{|\[\s*\{)", head) is not None


def read(source: Source, limits: Limits, *, head: int | None = None) -> Loaded:
    """The objects as a table: a key is a column, a missing key a null."""
    with reading(source.name, "JSON lines"):
        if source.head(1 << 12, limits).lstrip()[:1] == b"[":
            rows = _array(source, limits)
            return _loaded(source, _table(source.name, rows[:head], limits), limits)
        _check_first(source, limits)
        if head is None and _fast_is_safe(source, limits):
            table = _fast(source, limits)
            if table is not None and table.num_columns:
                return _loaded(source, table, limits)
        return _tolerant(source, limits, head)


def _loaded(source: Source, table: pa.Table, limits: Limits, **known: Any) -> Loaded:
    check_shape(source.name, table.num_rows, table.num_columns, limits)
    check_fields(source.name, table, limits)
    if table.num_rows == 0:
        raise InputError(f"{source.name} has no rows: choose a file with at least one object.")
    names, _ = unique_names(table.column_names)
    return Loaded(table.rename_columns(names), source, "jsonl", first_row=1, **known)


def _check_first(source: Source, limits: Limits) -> None:
    """Refuse by the first object a file with too many columns: finding that out later is slow."""
    with source.open(limits) as stream:
        line = stream.readline(4 * limits.field_bytes)
    keys = line.count(b'":')
    if keys > limits.columns:
        with contextlib.suppress(ValueError, RecursionError):
            first = json.loads(line)
            check_shape(source.name, 0, len(first) if isinstance(first, dict) else 0, limits)


def _fast_is_safe(source: Source, limits: Limits) -> bool:
    """Whether no line opens so many brackets that native recursion could exhaust the stack."""
    opened = 0  # in the line that the previous chunk left unfinished
    length = 0
    with source.open(limits) as stream:
        while chunk := stream.read(1 << 20):
            data = np.frombuffer(chunk, np.uint8)
            ends = np.flatnonzero(data == 10)
            if not len(ends):
                length += len(data)
                if length > 64 * limits.field_bytes:
                    raise too_long(source.name, limits, "one line")
            else:
                length = 0
            opening = np.cumsum((data == ord("[")) | (data == ord("{")))
            at_ends = np.concatenate([[-opened], opening[ends], opening[-1:]])
            if int(np.diff(at_ends).max()) > _OPENINGS:
                return False
            opened = int(at_ends[-1] - at_ends[-2])
    return True


def _fast(source: Source, limits: Limits) -> pa.Table | None:
    """Arrow's parser; None where the file needs the tolerant one."""
    import pyarrow as pa
    from pyarrow import json as arrow_json

    options = arrow_json.ReadOptions(block_size=max(1 << 20, 4 * limits.field_bytes))
    try:
        # Text that looks like a time would be parsed as one, ids included: the first rows tell
        # which columns are text.
        first = b"\n".join(source.head(1 << 18, limits).split(b"\n")[:-1]) + b"\n"
        text = [
            field.name
            for field in arrow_json.read_json(io.BytesIO(first)).schema
            if pa.types.is_timestamp(field.type)
        ]
        parse = arrow_json.ParseOptions(
            explicit_schema=pa.schema([(name, pa.string()) for name in text]) if text else None
        )
        with source.open(limits) as stream:
            return arrow_json.read_json(stream, read_options=options, parse_options=parse)
    except pa.ArrowInvalid:
        return None  # mixed types, a broken line, 1e999, a lone surrogate


def _array(source: Source, limits: Limits) -> list[dict[str, Any]]:
    with source.open(limits) as stream:
        content = stream.read(_ARRAY_BYTES + 1)
    if len(content) > _ARRAY_BYTES:
        raise InputError(
            f"{source.name} is one JSON array of more than {_ARRAY_BYTES:,} bytes: "
            "write it as JSON lines, one object a line."
        )
    rows = json.loads(content)
    if not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{source.name} is an array of other things than objects: give objects.")
    return rows


def _tolerant(source: Source, limits: Limits, head: int | None) -> Loaded:
    """Line by line in Python: a line that is no object is left out and counted."""
    rows: list[dict[str, Any]] = []
    skipped: list[int] = []
    number = 0
    for line in _lines(source, limits):
        number += 1
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            rows.append(row)
        else:
            skipped.append(number)
        check_shape(source.name, len(rows), 0, limits)
        if head is not None and len(rows) > head:
            break
    if len(skipped) > len(rows):
        raise InputError(
            f"{source.name} has {len(skipped):,} of {number:,} lines that are no JSON object "
            f"(line {skipped[0]} is one): give one object a line."
        )
    what = "lines that are no JSON object dropped"
    repairs = (Repair(what, len(skipped), f"row {skipped[0]}"),) if skipped else ()
    table = _table(source.name, rows, limits)
    return _loaded(source, table, limits, skipped=tuple(skipped), repairs=repairs)


def _lines(source: Source, limits: Limits) -> Iterator[bytes]:
    """The lines that are not blank."""
    longest = 64 * limits.field_bytes
    with source.open(limits) as stream:
        while line := stream.readline(longest + 1):
            if len(line) > longest:
                raise too_long(source.name, limits, "one line")
            if line.strip():
                yield line


def _table(name: str, rows: list[dict[str, Any]], limits: Limits) -> pa.Table:
    import pyarrow as pa

    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        check_shape(name, len(rows), len(names), limits)
    columns = {_clean(key): _column([row.get(key) for row in rows]) for key in names}
    return pa.table(columns) if columns else pa.table({})


def _column(cells: list[Any]) -> pa.Array:
    """A column of the type that all cells share; of text (nested values as JSON) otherwise."""
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int} or kinds <= {int, float} or kinds <= {bool}:
        try:
            kind = pa.float64() if float in kinds else None
            return pa.array(cells, kind)
        except (pa.ArrowInvalid, OverflowError):
            pass  # an integer beyond 64 bits
    if kinds == {list} and all(isinstance(v, str) for cell in cells if cell for v in cell):
        cells = [None if c is None else [_clean(v) for v in c] for c in cells]
        return pa.array(cells, pa.list_(pa.string()))
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return None if cell is None else _clean(cell)
    return _clean(json.dumps(cell, ensure_ascii=False))


def _clean(text: str) -> str:
    # Half a character cannot be stored as UTF-8; as U+FFFD an id is refused and a text readable.
    return _LONE_SURROGATE.sub("\ufffd", text)
