"""MovieLens-100K's own files: u.data, u.item with its 19 genre flags, and u.user.

Layout: https://files.grouplens.org/datasets/movielens/ml-100k-README.txt
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmrec_core.errors import InputError
from llmrec_core.readers.delimited import read_cells
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import INTERACTIONS, ITEMS, USERS, Loaded
from llmrec_core.readers.report import Repair
from llmrec_core.readers.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime"),
    *("Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery"),
    *("Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
"""The flags of u.item in the order of their columns."""

_DATA = re.compile(rb"(\d+\t\d+\t[1-5]\t\d{9}\r?(\n|$))+")
_ITEM = re.compile(rb"\d+\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[^|\n]*(\|[01]){19}\r?(\n|$)")
_USER = re.compile(rb"\d+\|\d+\|[MF]\|[^|\n]*\|[^|\n]*\r?(\n|$)")
_YEAR = re.compile(r"(\d{4})$")


def looks_like(name: str, head: bytes) -> bool:
    """Whether the first lines have the layout of one of the three files."""
    return bool(_kind(head))


def _kind(head: bytes) -> str:
    for kind, pattern in ((INTERACTIONS, _DATA), (ITEMS, _ITEM), (USERS, _USER)):
        if pattern.match(head):
            return kind
    return ""


def read(source: Source, limits: Limits, *, head: int | None = None) -> Loaded:
    """The file under the column names of its documentation."""
    kind = _kind(source.head(1 << 16, limits))
    if not kind:
        raise InputError(
            f"{source.name} has not the layout of u.data, u.item or u.user: "
            "choose the format auto or delimited."
        )
    delimiter = "\t" if kind == INTERACTIONS else "|"
    table, skipped = read_cells(source, limits, delimiter=delimiter, quote="", head=head)
    separators = {}
    if kind == ITEMS:
        table, separators = _items(table), {"genres": "|"}
    elif kind == USERS:
        table = table.rename_columns(["user_id", "age", "gender", "occupation", "zip_code"])
    else:
        table = table.rename_columns(["user_id", "item_id", "rating", "timestamp"])
    repairs: tuple[Repair, ...] = ()
    if skipped:
        what = "rows with another number of cells than the first dropped"
        repairs = (Repair(what, len(skipped), f"row {skipped[0]}"),)
    return Loaded(
        table,
        source,
        "movielens",
        role=kind,
        separators=separators,
        first_row=1,
        skipped=skipped,
        repairs=repairs,
    )


def _items(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    flags = [column.to_pylist() for column in table.columns[5:24]]
    # «unknown» says that nothing is known of the genres: an empty cell, not a genre.
    genres = [
        "|".join(g for g, flag in zip(GENRES[1:], row[1:], strict=True) if flag == "1")
        for row in zip(*flags, strict=True)
    ]
    dates = [_YEAR.search(str(date)) for date in table.column(2).to_pylist()]
    return pa.table(
        {
            "item_id": table.column(0),
            "title": table.column(1),
            "year": [found.group(1) if found else "" for found in dates],
            "genres": genres,
        }
    )
