"""The items and the users: rows of their files, and a row for everyone seen only in behaviour."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.readers import fields, gate
from llmrec_core.readers.assemble import some
from llmrec_core.readers.guess import FileMapping
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import Loaded
from llmrec_core.readers.report import Repair
from llmrec_core.tables import IMAGE, ITEM, TITLE, USER, Items, Users

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_RESERVED = (ITEM, TITLE, IMAGE, USER)
_TITLE_CHARS = 500


@dataclass(frozen=True)
class Catalogued:
    """A finished table; `kept` and `file_repairs` concern its file, `repairs` the study."""

    table: Any
    kept: int
    file_repairs: tuple[Repair, ...]
    repairs: tuple[Repair, ...]


def items(
    part: tuple[Loaded, FileMapping] | None,
    seen: list[str],
    titles: Mapping[str, str],
    limits: Limits,
) -> Catalogued:
    """The catalogue in the order of its file, then the items of `seen` that it lacks.

    Of several rows with one id the first is kept. A missing title is the id.
    """
    frame, texts, attributes, repairs = _items_file(part, limits)
    kept = len(frame)
    missing = sorted_out(seen, frame[ITEM].tolist())
    frame = _extended(frame, missing, texts, attributes, titles)
    overall: tuple[Repair, ...] = ()
    if missing and part is not None:
        what = "items that only the interactions know got a row with their id as title"
        overall = (Repair(what, len(missing), f"item {missing[0]}"),)
    elif missing and len(titles) < len(missing):
        what = "items got their id as title, for there is no items file"
        first = next(i for i in missing if i not in titles)
        overall = (Repair(what, len(missing) - len(titles), f"item {first}"),)
    table = Items(frame, tuple(texts), tuple(attributes))
    return Catalogued(table, kept, tuple(repairs), overall)


def users(part: tuple[Loaded, FileMapping] | None, seen: list[str], limits: Limits) -> Catalogued:
    """The users of the file, then those of `seen` that it lacks, with empty attributes."""
    import pandas as pd

    repairs: list[Repair] = []
    columns: dict[str, list[Any]] = {USER: []}
    names: dict[str, str] = {}
    if part is not None:
        loaded, mapping = part
        rows, ids, repairs = _distinct(loaded, mapping.columns[USER], "user id", limits)
        names = {name: _free_name(name) for name in mapping.attributes}
        columns = {USER: ids}
        for name, own in names.items():
            cells = loaded.table[name].take(rows).to_pylist()
            columns[own] = [fields.join_cell(c, fields.WHOLE)[:_TITLE_CHARS] for c in cells]
    kept = len(columns[USER])
    missing = sorted_out(seen, columns[USER])
    overall: tuple[Repair, ...] = ()
    if missing and part is not None:
        what = "users that only the interactions know got a row without attributes"
        overall = (Repair(what, len(missing), f"user {missing[0]}"),)
    for name, cells in columns.items():
        cells.extend(missing if name == USER else [""] * len(missing))
    frame = pd.DataFrame(columns, dtype="str")
    return Catalogued(Users(frame, tuple(names.values())), kept, tuple(repairs), overall)


def sorted_out(seen: list[str], known: list[str]) -> list[str]:
    """Those of `seen` that are not in `known`, in their order."""
    have = set(known)
    return [one for one in seen if one not in have]


def _items_file(
    part: tuple[Loaded, FileMapping] | None, limits: Limits
) -> tuple[pd.DataFrame, list[str], list[str], list[Repair]]:
    import pandas as pd

    if part is None:
        return pd.DataFrame({ITEM: [], TITLE: []}, dtype="str"), [], [], []
    loaded, mapping = part
    rows, ids, repairs = _distinct(loaded, mapping.columns[ITEM], "item id", limits)
    numbers = loaded.row_numbers()[rows.to_numpy()]

    def cells(name: str) -> list[Any]:
        found = loaded.table[name].take(rows).to_pylist()
        dirty = [i for i, cell in enumerate(found) if _has_controls(cell)]
        what = f"cells of {name} freed from control characters"
        repairs.extend(some(what, np.asarray(dirty, np.int64), numbers))
        return found

    columns: dict[str, Any] = {ITEM: ids, TITLE: ids}
    if TITLE in mapping.columns:
        named = [fields.plain_text(c, _TITLE_CHARS) for c in cells(mapping.columns[TITLE])]
        nameless = np.flatnonzero([not t for t in named])
        repairs += some("items without a title got their id as title", nameless, numbers)
        columns[TITLE] = [t or i for t, i in zip(named, ids, strict=True)]
    texts = {name: _free_name(name) for name in mapping.texts}
    for name, own in texts.items():
        columns[own] = [fields.join_cell(c, mapping.separators[name]) for c in cells(name)]
    attributes = {name: _free_name(name) for name in mapping.attributes}
    for name, own in attributes.items():
        separator = mapping.separators[name]
        raw = cells(name)
        columns[own] = [fields.split_cell(c, separator) for c in raw]
        if separator == fields.YEAR:
            lost = [
                bool(fields.plain_text(c)) and not v for c, v in zip(raw, columns[own], strict=True)
            ]
            repairs += some(
                f"cells of {name} that are no year emptied", np.flatnonzero(lost), numbers
            )
    if IMAGE in mapping.columns:
        columns[IMAGE] = [fields.plain_text(c, 2_000) for c in cells(mapping.columns[IMAGE])]
    frame = pd.DataFrame({k: _series(v, k in attributes.values()) for k, v in columns.items()})
    return frame, list(texts.values()), list(attributes.values()), repairs


def _series(cells: list[Any], lists: bool) -> pd.Series:
    import pandas as pd

    return pd.Series(cells, dtype=object if lists else "str")


def _distinct(
    loaded: Loaded, column: str, what: str, limits: Limits
) -> tuple[pa.Array, list[str], list[Repair]]:
    """(positions of the rows kept, their ids, repairs): bad ids and later twins are left out."""
    import pyarrow as pa

    ids = gate.clean_ids(loaded.table[column], what, limits)
    numbers = loaded.row_numbers()
    repairs: list[Repair] = []
    for why, positions in ids.refused.items():
        repairs += some(f"rows dropped: {why}", positions, numbers)
    repairs += some(f"{what}s trimmed or brought to Unicode NFC", ids.changed, numbers)
    good = np.flatnonzero(ids.codes >= 0)
    if not len(good):
        raise InputError(
            f"{loaded.source.name} has no usable row ({repairs[0].what}): "
            f"check which column holds the {what}."
        )
    _, first = np.unique(ids.codes[good], return_index=True)
    rows = good[np.sort(first)]
    later = np.setdiff1d(good, rows)
    repairs += some(f"rows dropped: {what} seen before, the first row is kept", later, numbers)
    return pa.array(rows), [ids.distinct[c] for c in ids.codes[rows]], repairs


def _extended(
    frame: pd.DataFrame,
    missing: list[str],
    texts: list[str],
    attributes: list[str],
    titles: Mapping[str, str],
) -> pd.DataFrame:
    import pandas as pd

    if not missing:
        return frame
    more: dict[str, pd.Series] = {}
    for name in frame.columns:
        if name in attributes:
            more[name] = pd.Series([[] for _ in missing], dtype=object)
        else:
            more[name] = pd.Series([""] * len(missing), dtype="str")
    more[ITEM] = pd.Series(missing, dtype="str")
    more[TITLE] = pd.Series([titles.get(i, i) for i in missing], dtype="str")
    return pd.concat([frame, pd.DataFrame(more)], ignore_index=True)


def _free_name(name: str) -> str:
    """A column's own name, unless one of ours would be overwritten by it."""
    return f"{name}_column" if name in _RESERVED else name


def _has_controls(cell: Any) -> bool:
    if not isinstance(cell, str) or cell.isprintable():
        return False
    return any(unicodedata.category(c) == "Cc" and c not in "\n\t\r" for c in cell)
