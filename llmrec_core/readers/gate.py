"""The schema gate: columns of any file become ids, values and times, or are refused and counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.readers.limits import Limits

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EARLIEST, LATEST = -2_208_988_800, 4_133_980_800
"""1900-01-01 and 2101-01-01 in seconds since 1970 (UTC): a time outside is taken as missing."""

_PLAIN = re.compile(r"[!-~]+")
_BLANK = {"", "nan", "NaN", "null", "NULL", "None", "<NA>"}
_ENDS = "\ufeff\u200b\u200c\u200d\u2060 \t\r\n\x0b\x0c"


@dataclass(frozen=True)
class Ids:
    """A column of ids: `distinct` ones, `codes` (n_rows,) point into them, -1 where refused.

    `refused` maps a reason to the positions of the rows; `changed` are the positions of rows
    whose id was trimmed or brought to NFC.
    """

    codes: np.ndarray
    distinct: list[str]
    refused: dict[str, np.ndarray] = field(default_factory=dict)
    changed: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))


def as_text(column: pa.ChunkedArray, what: str) -> pa.ChunkedArray:
    """The column as Arrow text, whole numbers without «.0»; nested cells are an `InputError`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type), what)
    if pa.types.is_nested(kind):
        raise InputError(f"The column {what} holds lists or objects: map one of text or numbers.")
    if pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, pa.float64()))
        whole = pc.all(pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 2**53)))
        if whole.as_py():
            column = column.cast(pa.int64())
    return column.cast(pa.large_string())


def clean_ids(column: pa.ChunkedArray, what: str, limits: Limits) -> Ids:
    """Ids as trimmed NFC text; empty, unreadable and overlong ones are refused row by row.

    Works on the distinct values, so its cost grows with ids and not with rows.
    """
    encoded = as_text(column, what).combine_chunks().dictionary_encode()
    raw = encoded.dictionary.to_pylist()
    index = encoded.indices.fill_null(len(raw)).to_numpy(zero_copy_only=False).astype(np.int64)
    numbers: dict[str, int] = {}
    code_of = np.full(len(raw) + 1, -1, np.int64)
    reason_of = np.zeros(len(raw) + 1, np.int64)
    changed = np.zeros(len(raw) + 1, bool)
    reasons = ["", f"no {what}"]
    reason_of[-1] = 1
    for i, text in enumerate(raw):
        value, why = _clean_id(text, limits.id_chars)
        if why:
            why = f"{what} {why}" if why != "missing" else f"no {what}"
            if why not in reasons:
                reasons.append(why)
            reason_of[i] = reasons.index(why)
            continue
        changed[i] = value != text
        code_of[i] = numbers.setdefault(value, len(numbers))
    by_row = reason_of[index]
    present = np.unique(by_row[by_row > 0])
    refused = {reasons[r]: np.flatnonzero(by_row == r) for r in present}
    return Ids(code_of[index], list(numbers), refused, np.flatnonzero(changed[index]))


def _clean_id(text: str, longest: int) -> tuple[str, str]:
    """(the id, why it is refused or "")."""
    if _PLAIN.fullmatch(text) and text not in _BLANK and len(text) <= longest:
        return text, ""
    value = unicodedata.normalize("NFC", text.strip(_ENDS).strip())
    if value in _BLANK:
        return "", "missing"
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
        return "", "with control characters"
    if "\ufffd" in value:
        return "", "with unreadable characters"
    if len(value) > longest:
        return "", f"longer than {longest} characters"
    return value, ""


def clean_values(column: pa.ChunkedArray, what: str) -> np.ndarray:
    """(n_rows,) float32; nan where the cell is empty, no number, infinite or beyond float32."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        numbers = column.cast(pa.float64(), safe=False).to_numpy()
    else:
        numbers = _by_distinct(as_text(column, what), _numbers)
    with np.errstate(over="ignore", invalid="ignore"):
        values = numbers.astype(np.float32)
    values[~np.isfinite(values)] = np.nan
    return values


def _by_distinct(column: pa.ChunkedArray, parse: Callable[[list[str]], np.ndarray]) -> np.ndarray:
    """`parse` (texts -> float64 array) applied to the distinct cells, spread over the rows."""
    encoded = column.combine_chunks().dictionary_encode()
    distinct = [text.strip() for text in encoded.dictionary.to_pylist()]
    parsed = np.append(parse(distinct), np.nan)
    index = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    return parsed[index]


def _numbers(texts: list[str]) -> np.ndarray:
    import pandas as pd

    cells = pd.Series(texts, dtype=object)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, copy=True)
    for i in np.flatnonzero(np.isnan(numbers)):
        if re.fullmatch(r"[-+]?\d{1,15},\d{1,15}", texts[i]):  # 4,5 as written in much of Europe
            numbers[i] = float(texts[i].replace(",", "."))
    return numbers


def clean_times(column: pa.ChunkedArray, what: str) -> tuple[np.ndarray, np.ndarray]:
    """((n_rows,) float64 whole seconds since 1970 UTC, nan where missing; positions of bad cells).

    Takes seconds, milli-, micro- and nanoseconds (told apart by the median), YYYYMMDD, ISO and
    other written dates, and Arrow's own time types. A time outside 1900..2100 is bad.
    """
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        micro = column.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False)
        seconds = micro.cast(pa.int64()).cast(pa.float64(), safe=False).to_numpy() / 1e6
        given = ~np.isnan(seconds)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        raw = column.cast(pa.float64(), safe=False).to_numpy()
        given, seconds = ~np.isnan(raw), _in_seconds(raw)
    else:
        given, seconds = _written_times(as_text(column, what))
    seconds = np.floor(seconds)
    good = given & (seconds >= EARLIEST) & (seconds < LATEST)
    return np.where(good, seconds, np.nan), np.flatnonzero(given & ~good)


def _written_times(text: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """(which cells hold anything, their seconds or nan)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    blank = pc.is_in(pc.utf8_trim_whitespace(text), pa.array(sorted(_BLANK), text.type))
    given = ~pc.or_(blank, pc.is_null(text)).to_numpy().astype(bool)
    raw = _by_distinct(text, _numbers)
    seconds = _in_seconds(raw)
    if (given & np.isnan(raw)).any():
        seconds = np.where(np.isnan(raw), _by_distinct(text, _dates), seconds)
    return given, seconds


def _in_seconds(raw: np.ndarray) -> np.ndarray:
    finite = raw[np.isfinite(raw)]
    if not len(finite):
        return raw
    as_day = _days(raw) if finite.min() >= 19000101 and finite.max() <= 21001231 else None
    if as_day is not None and not np.isnan(as_day[np.isfinite(raw)]).any():
        return as_day
    size = float(np.median(np.abs(finite)))
    for bound, unit in ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3)):
        if size >= bound:
            return raw / unit
    return raw


def _days(raw: np.ndarray) -> np.ndarray:
    """YYYYMMDD as seconds; nan where it is no day of the calendar."""
    import pandas as pd

    distinct, index = np.unique(raw, return_inverse=True)
    texts = pd.Series([f"{d:.0f}" if np.isfinite(d) else "" for d in distinct])
    days = pd.to_datetime(texts, format="%Y%m%d", errors="coerce")
    return _seconds(days)[index]


def _dates(texts: list[str]) -> np.ndarray:
    import pandas as pd

    cells = pd.Series(texts, dtype=object)
    parsed = pd.to_datetime(cells, format="ISO8601", errors="coerce", utc=True)
    left = parsed.isna()
    if 0 < left.sum() <= 100_000:  # parsing without a fixed format costs about 0.1 ms a cell
        other = pd.to_datetime(cells[left], format="mixed", errors="coerce", utc=True)
        parsed = parsed.where(~left, other.reindex(cells.index))
    return _seconds(parsed)


def _seconds(times: pd.Series) -> np.ndarray:
    import pandas as pd

    stamps = pd.DatetimeIndex(times)
    if stamps.tz is not None:
        stamps = stamps.tz_convert("UTC").tz_localize(None)
    whole = stamps.as_unit("us").asi8.astype(np.float64) / 1e6
    return np.where(stamps.isna(), np.nan, whole)
