"""Files whose columns are understood become the three tables; every repair is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.readers import fields, gate, reviews
from llmrec_core.readers.guess import FileMapping
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import Loaded
from llmrec_core.readers.report import Repair
from llmrec_core.readers.reviews import Reviewed
from llmrec_core.tables import EVENT, ITEM, TIME, TITLE, USER, VALUE, Interactions

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass
class Numbering:
    """Texts in the order of their first occurrence over several files, and their numbers."""

    number: dict[str, int] = field(default_factory=dict)

    def codes(self, codes: np.ndarray, values: list[str]) -> np.ndarray:
        """`codes` into `values` as codes into this numbering; -1 stays."""
        mine = [self.number.setdefault(v, len(self.number)) for v in values]
        return np.append(np.asarray(mine, np.int64), -1)[codes]

    def text(self, codes: np.ndarray) -> pa.Array:
        """The texts of `codes`; null for -1."""
        import pyarrow as pa

        values = pa.array(list(self.number), pa.large_string())
        return values.take(pa.array(codes, mask=codes < 0))


@dataclass(frozen=True)
class Rows:
    """The usable rows of one interactions file, as numbers."""

    user: np.ndarray
    item: np.ndarray
    value: np.ndarray
    time: np.ndarray
    event: np.ndarray
    title: np.ndarray
    number: np.ndarray
    place: np.ndarray
    """Positions in the file's table."""
    repairs: tuple[Repair, ...]


@dataclass
class Numberings:
    """The numberings that all interaction files share."""

    user: Numbering = field(default_factory=Numbering)
    item: Numbering = field(default_factory=Numbering)
    event: Numbering = field(default_factory=Numbering)
    title: Numbering = field(default_factory=Numbering)


@dataclass(frozen=True)
class Behaved:
    """The interactions table with what only its making could tell."""

    interactions: Interactions
    user_ids: list[str]
    item_ids: list[str]
    titles: dict[str, str]
    """The titles that the interaction files give to items, where each item has one."""
    kept: list[int]
    file_repairs: list[tuple[Repair, ...]]
    repairs: tuple[Repair, ...]
    reviews: Reviewed


def interactions(parts: Sequence[tuple[Loaded, FileMapping]], limits: Limits) -> Behaved:
    """All interaction files as one table in the order of files and rows.

    Refused rows and exact duplicates are dropped; the same user and item at another time or with
    another value is repeated behaviour, kept and counted.
    """
    import pandas as pd

    numberings = Numberings()
    files = [_rows(loaded, mapping, numberings, limits) for loaded, mapping in parts]
    names = [loaded.source.name for loaded, _ in parts]
    origin = np.repeat(np.arange(len(files)), [len(f.user) for f in files])
    columns = ("user", "item", "value", "time", "event", "title", "number", "place")
    all_rows = pd.DataFrame({c: np.concatenate([getattr(f, c) for f in files]) for c in columns})
    double = all_rows.duplicated(["user", "item", "value", "time", "event"]).to_numpy()
    repairs = _counted("exact duplicate rows dropped", double, all_rows, origin, names)
    rows, origin = all_rows[~double], origin[~double]
    again = rows.duplicated(["user", "item"]).to_numpy()
    what = "rows that repeat a user and an item (kept as repeated behaviour)"
    repairs += _counted(what, again, rows, origin, names)
    places = [rows["place"].to_numpy()[origin == k] for k in range(len(files))]
    written = reviews.read_reviews(parts, places)
    return Behaved(
        Interactions(_frame(rows, numberings)),
        _used(numberings.user, rows["user"].to_numpy()),
        _used(numberings.item, rows["item"].to_numpy()),
        _titles(rows, numberings),
        np.bincount(origin, minlength=len(files)).tolist(),
        [f.repairs + more for f, more in zip(files, written.repairs, strict=True)],
        repairs,
        written,
    )


def _counted(
    what: str, mask: np.ndarray, rows: pd.DataFrame, origin: np.ndarray, names: list[str]
) -> tuple[Repair, ...]:
    where = np.flatnonzero(mask)
    if not len(where):
        return ()
    first = where[0]
    example = f"row {int(rows['number'].iloc[first])} of {names[origin[first]]}"
    return (Repair(what, len(where), example),)


def _frame(rows: pd.DataFrame, numberings: Numberings) -> pd.DataFrame:
    import pandas as pd

    time = rows["time"].to_numpy()
    missing = np.isnan(time)
    seconds = np.where(missing, 0, time).astype(np.int64)
    return pd.DataFrame(
        {
            USER: numberings.user.text(rows["user"].to_numpy()).to_pandas(),
            ITEM: numberings.item.text(rows["item"].to_numpy()).to_pandas(),
            VALUE: rows["value"].to_numpy(np.float32),
            TIME: pd.array(pd.arrays.IntegerArray(seconds, missing)),
            EVENT: numberings.event.text(rows["event"].to_numpy()).to_pandas().astype("str"),
        }
    )


def _used(numbering: Numbering, codes: np.ndarray) -> list[str]:
    """The texts that still occur, in the order of their first row."""
    texts = list(numbering.number)
    seen, first = np.unique(codes, return_index=True)
    return [texts[c] for c in seen[np.argsort(first)]]


def _titles(rows: pd.DataFrame, numberings: Numberings) -> dict[str, str]:
    named = rows[rows["title"] >= 0]
    pairs = named[["item", "title"]].drop_duplicates()
    # The title of a review is called title too: a real title is one for each item.
    if not len(pairs) or len(pairs) > 1.05 * pairs["item"].nunique():
        return {}
    first = pairs.drop_duplicates("item")
    items, titles = list(numberings.item.number), list(numberings.title.number)
    return {items[i]: titles[t] for i, t in zip(first["item"], first["title"], strict=True)}


def _rows(loaded: Loaded, mapping: FileMapping, known: Numberings, limits: Limits) -> Rows:
    table, columns = loaded.table, mapping.columns
    user = gate.clean_ids(table[columns[USER]], "user id", limits)
    item = gate.clean_ids(table[columns[ITEM]], "item id", limits)
    numbers = loaded.row_numbers()
    refused = {**user.refused, **item.refused}
    n = table.num_rows
    value = np.ones(n, np.float32)
    if VALUE in columns:
        value = gate.clean_values(table[columns[VALUE]], columns[VALUE])
        refused[f"{columns[VALUE]} is no finite number"] = np.flatnonzero(np.isnan(value))
    keep, repairs = _keep(refused, n, numbers)
    if not keep.any():
        raise InputError(
            f"{loaded.source.name} has no usable row ({repairs[0].what}, the first is "
            f"{repairs[0].example}): check the mapping of its columns."
        )
    repairs += _changed(user, item, numbers)
    time = np.full(n, np.nan)
    if TIME in columns:
        time, bad = gate.clean_times(table[columns[TIME]], columns[TIME])
        repairs += some("times unreadable or outside 1900..2100 taken as missing", bad, numbers)
    return Rows(
        known.user.codes(user.codes, user.distinct)[keep],
        known.item.codes(item.codes, item.distinct)[keep],
        value[keep],
        time[keep],
        _labels(loaded, columns.get(EVENT), known.event)[keep],
        _labels(loaded, columns.get(TITLE), known.title)[keep],
        numbers[keep],
        np.flatnonzero(keep),
        tuple(repairs),
    )


def _keep(
    refused: dict[str, np.ndarray], n: int, numbers: np.ndarray
) -> tuple[np.ndarray, list[Repair]]:
    """Which rows stay, and one repair a reason; a row refused twice counts for the first reason."""
    keep = np.ones(n, bool)
    repairs: list[Repair] = []
    for why, rows in refused.items():
        rows = rows[keep[rows]]
        repairs += some(f"rows dropped: {why}", rows, numbers)
        keep[rows] = False
    return keep, repairs


def some(what: str, positions: np.ndarray, numbers: np.ndarray) -> list[Repair]:
    """A repair at `positions`, or none if there are none; `numbers` are the file's row numbers."""
    if not len(positions):
        return []
    return [Repair(what, len(positions), f"row {int(numbers[positions[0]])}")]


def _changed(user: gate.Ids, item: gate.Ids, numbers: np.ndarray) -> list[Repair]:
    what = "{} ids trimmed or brought to Unicode NFC"
    return some(what.format("user"), user.changed, numbers) + some(
        what.format("item"), item.changed, numbers
    )


def _labels(loaded: Loaded, column: str | None, known: Numbering) -> np.ndarray:
    """(n_rows,) codes of a column of short texts; -1 where missing or where there is no column."""
    if column is None:
        return np.full(loaded.table.num_rows, -1, np.int64)
    encoded = gate.as_text(loaded.table[column], column).combine_chunks().dictionary_encode()
    texts = [fields.plain_text(t, 500) for t in encoded.dictionary.to_pylist()]
    index = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    values = list(dict.fromkeys(t for t in texts if t))
    place = {text: i for i, text in enumerate(values)}
    codes = np.asarray([place.get(t, -1) for t in texts] + [-1], np.int64)[index]
    return known.codes(codes, values)
