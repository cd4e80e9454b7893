"""Delimited text: CSV, TSV and kin, with the delimiter, the quotes and the header found out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, BinaryIO

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
    from pyarrow.csv import InvalidRow

_SAMPLE = 1 << 18
_DELIMITERS = ",\t;|"
_SWALLOWED = 10
"""Most line ends in a row of wrong width that is merely dropped; more means an unclosed quote."""
_NUMBER = re.compile(r"\s*[-+]?\d+(\.\d+)?([eE][-+]?\d+)?\s*")


def looks_like(name: str, head: bytes) -> bool:
    """Any text may be delimited: this is the format of last resort."""
    return True


def read(source: Source, limits: Limits, *, head: int | None = None) -> Loaded:
    """The file with every cell as text; a first row of numbers only means there is no header."""
    sample = source.head(_SAMPLE, limits)
    delimiter, quote = sniff(source.name, sample, limits)
    table, skipped = read_cells(source, limits, delimiter=delimiter, quote=quote, head=head)
    first = [str(column[0].as_py()) for column in table.columns]
    headed = not all(_NUMBER.fullmatch(cell) for cell in first)
    return with_header(source, table, skipped, first if headed else None, format="delimited")


def sniff(name: str, sample: bytes, limits: Limits) -> tuple[str, str]:
    """(delimiter, quote character or "") under which the first rows have equally many cells.

    Raises `InputError` when no delimiter gives two columns.
    """
    text = sample.decode("utf-8", errors="replace")
    if len(sample) >= _SAMPLE:
        text = text[: text.rfind("\n") + 1] or text
    best, found = (0.0, 0), ("", "")
    for delimiter in _DELIMITERS:
        for quote in ('"', ""):
            score = _consistency(text, delimiter, quote)
            if score > best:
                best, found = score, (delimiter, quote)
    if not found[0]:
        first = (text.splitlines() or [""])[0][:60]
        raise InputError(
            f"{name} has only one column (its first line is {first!r}): "
            "separate the columns by comma, tab, semicolon or |."
        )
    check_shape(name, 0, text.partition("\n")[0].count(found[0]) + 1, limits)
    return found


def _consistency(text: str, delimiter: str, quote: str) -> tuple[float, int]:
    """(share of rows as wide as the first, slightly more for more columns, 0 for one; rows).

    Of two equal shares the one with more rows is right: a stray quote swallows rows, and without
    quotes a real multi-line cell would make rows of other widths.
    """
    lines = io.StringIO(text, newline="")
    if quote:
        rows = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    else:
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    widths: list[int] = []
    try:
        for row in rows:
            if row:
                widths.append(len(row))
    except csv.Error:  # a cell beyond the csv module's own limit
        widths = widths or [text.partition("\n")[0].count(delimiter) + 1]
    if not widths or widths[0] < 2:
        return 0.0, 0
    share = sum(w == widths[0] for w in widths) / len(widths)
    return share + min(widths[0], 100) * 1e-3, len(widths)


def read_cells(
    source: Source, limits: Limits, *, delimiter: str, quote: str, head: int | None = None
) -> tuple[pa.Table, tuple[int, ...]]:
    """(all cells as text, the header among them; numbers of rows with another number of cells).

    Streams: rows, columns and cell lengths are checked batch by batch.
    """
    import pyarrow as pa

    skipped: list[int] = []

    def skip(row: InvalidRow) -> str:
        skipped.append(row.number)
        return "error" if row.text.count("\n") > _SWALLOWED else "skip"

    batches: list[pa.RecordBatch] = []
    rows = 0
    with reading(source.name, "delimited text"), source.open(limits) as stream:
        try:
            reader = _open(stream, delimiter, quote, skip, _block_size(limits, head))
            for batch in reader:
                rows += batch.num_rows
                check_shape(source.name, rows, batch.num_columns, limits)
                check_fields(source.name, batch, limits)
                batches.append(batch)
                if head is not None and rows > head:
                    break
        except pa.ArrowInvalid as error:
            if skipped and skipped[-1] > rows:
                raise InputError(
                    f"{source.name} has a quote in row {skipped[-1]} that swallows the lines "
                    "after it: close or double the quote."
                ) from error
            if "straddling" in str(error):
                raise too_long(source.name, limits, f"a row after row {rows}") from error
            raise
    _check_rows(source.name, rows, skipped)
    return pa.Table.from_batches(batches), tuple(skipped)


def _open(
    stream: BinaryIO, delimiter: str, quote: str, skip: Callable[..., str], block_size: int
) -> Iterable[pa.RecordBatch]:
    """Arrow's reader of all cells as text, the header being the first row."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    return arrow_csv.open_csv(
        stream,
        read_options=arrow_csv.ReadOptions(
            autogenerate_column_names=True,
            use_threads=False,  # else the numbers of invalid rows are unknown
            block_size=block_size,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            quote_char=quote or False,
            newlines_in_values=bool(quote),
            invalid_row_handler=skip,
        ),
        convert_options=arrow_csv.ConvertOptions(default_column_type=pa.string()),
    )


def _block_size(limits: Limits, head: int | None) -> int:
    # A row must fit into a block, so the block bounds what one unclosed quote can swallow.
    largest = max(1 << 16, 4 * limits.field_bytes)
    return largest if head is None else min(largest, 1 << 20)


def _check_rows(name: str, rows: int, skipped: list[int]) -> None:
    if rows == 0:
        raise InputError(f"{name} has no rows: choose a file with a header and at least one row.")
    if len(skipped) > rows:
        raise InputError(
            f"{name} has {len(skipped):,} of {rows + len(skipped):,} rows with another number of "
            f"cells than the first (row {skipped[0]} is one): check the delimiter and the header."
        )


def with_header(
    source: Source,
    table: pa.Table,
    skipped: tuple[int, ...],
    header: list[str] | None,
    *,
    format: str,
) -> Loaded:
    """The table under its header (its own first row), or under column_1, column_2… without one."""
    notes = []
    if header is not None:
        table = table.slice(1)
        names, twice = unique_names(header)
        notes = [f"the column {n} occurs twice; the first one is used" for n in twice[:3]]
    else:
        names = [f"column_{i}" for i in range(1, table.num_columns + 1)]
        notes = ["the first row holds numbers only, so it is taken as data, not as a header"]
    if table.num_rows == 0:
        raise InputError(f"{source.name} has a header but no rows: add at least one row.")
    repairs: tuple[Repair, ...] = ()
    if skipped:
        what = "rows with another number of cells than the header dropped"
        repairs = (Repair(what, len(skipped), f"row {skipped[0]}"),)
    return Loaded(
        table.rename_columns(names),
        source,
        format,
        first_row=1 if header is None else 2,
        skipped=skipped,
        repairs=repairs,
        notes=tuple(notes),
    )
