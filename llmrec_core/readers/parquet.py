"""Parquet, its sizes checked from the footer before anything is decoded."""

from __future__ import annotations

from llmrec_core.errors import InputError
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import Loaded, check_fields, check_shape, reading, unique_names
from llmrec_core.readers.source import Source


def looks_like(name: str, head: bytes) -> bool:
    """Whether the bytes begin with Parquet's magic number."""
    return head.startswith(b"PAR1")


def read(source: Source, limits: Limits, *, head: int | None = None) -> Loaded:
    """The file's columns with their own types; page checksums are verified where there are any."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    with (
        reading(source.name, "Parquet"),
        pq.ParquetFile(
            source.path,
            page_checksum_verification=True,
            thrift_string_size_limit=100 << 20,
            thrift_container_size_limit=1 << 20,
        ) as file,
    ):
        _check_footer(source, file.metadata, limits)
        batches = []
        rows = 0
        for batch in file.iter_batches(batch_size=1 << 16 if head is None else head + 1):
            rows += batch.num_rows
            check_shape(source.name, rows, batch.num_columns, limits)
            check_fields(source.name, batch, limits)
            batches.append(batch)
            if head is not None and rows > head:
                break
        if not rows:
            raise InputError(f"{source.name} has no rows: choose a file with at least one.")
        table = pa.Table.from_batches(batches)
        # A damaged file may decode into offsets that point outside: found here, not on use.
        table.validate(full=True)
        names, _ = unique_names(table.column_names)
        return Loaded(table.rename_columns(names), source, "parquet", first_row=1)


def _check_footer(source: Source, footer: object, limits: Limits) -> None:
    rows, columns = footer.num_rows, footer.num_columns  # type: ignore[attr-defined]
    check_shape(source.name, rows, columns, limits)
    groups = range(footer.num_row_groups)  # type: ignore[attr-defined]
    size = sum(footer.row_group(i).total_byte_size for i in groups)  # type: ignore[attr-defined]
    if size > limits.expanded_bytes:
        raise InputError(
            f"{source.name} expands to {size:,} bytes, above the limit of "
            f"{limits.expanded_bytes:,}: give a smaller file or raise the limit expanded_bytes."
        )
