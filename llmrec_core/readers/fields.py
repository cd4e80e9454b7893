"""What an item column holds (a text, an attribute, neither) and how its cells are split."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

TEXT, ATTRIBUTE, UNUSED = "text", "attribute", "unused"

YEAR, LIST, NAMES, WHOLE = "year", "[]", ", ", ""
"""How to split a cell, beside a plain separator such as "|": the year alone; a written list; names
with commas between; not at all."""

_SAMPLE = 2_000
_TEXT_NAMES = re.compile(
    r"desc(ription)?s?|plot|summary|synopsis|overview|abstract|text|body|content|blurb|tagline|"
    r"features?|caption|about|story|reviews?|storyline|lyrics"
)
_ATTRIBUTE_NAMES = re.compile(
    r"(main)?(genre|categor(y|ie)|tag|keyword|director|creator|author|artist|writer|composer|actor|"
    r"brand|publisher|developer|studio|language|countr(y|ie)|serie|label|subject|topic|class|type|"
    r"color|colour|format|franchise|character|star)(s|es)?|cast|store|manufacturer|mpaa|decade|era"
)
_YEAR = r"(1[0-9]{3}|20[0-9]{2}|2100)"
# A year, or a date that begins or ends with one: 1995, 1995-01-31, 31-Jan-1995, 31/1/1995.
_YEAR_CELL = re.compile(
    rf"{_YEAR}(?:\.0|[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[T ].*)?)?"
    rf"|\d{{1,2}}[-/. ]\w{{1,9}}[-/. ]{_YEAR}"
)
_NUMBER = re.compile(r"[-+$€£]?\s?[\d.,]*\d%?([eE][-+]?\d+)?")
_URL = re.compile(r"(https?://|www\.)\S+|\S+\.(jpe?g|png|webp|gif)", re.IGNORECASE)
# «Sammy Davis, Jr.» and «Acme, Inc.» are one name.
_COMMA = re.compile(r",\s+(?!(?:Jr|Sr|Inc|Ltd|LLC|Co|Corp|The|II|III|IV)\b)")

_QUOTED = re.compile(r"""(?P<quote>['"])(?P<part>.*?)(?P=quote)(?=\s*[,\])}])""")
_NAMED = re.compile(r"""['"]name['"]\s*:\s*(?P<quote>['"])(?P<part>.*?)(?P=quote)(?=\s*[,}])""")


@dataclass(frozen=True)
class Kind:
    """How a column is used, how its cells are split, and why it is not used."""

    use: str
    separator: str = WHOLE
    why: str = ""


def kind_of(column: pa.ChunkedArray, name: str, declared: str | None = None) -> Kind:
    """The kind of an item column, by its type, its name and up to 2,000 of its cells.

    `declared` is the separator that the format itself gives to this column.
    """
    import pyarrow as pa

    squeezed = re.sub(r"[\W_\d]+", "", name).lower()
    if pa.types.is_struct(column.type) or pa.types.is_map(column.type):
        return Kind(UNUSED, why="nested values")
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return Kind(UNUSED, why="binary values")
    rows = np.unique(np.linspace(0, len(column) - 1, _SAMPLE).astype(np.int64))
    raw = column.take(pa.array(rows)).to_pylist()
    cells = [c for c in map(plain_text, raw) if c]
    if not cells:
        return Kind(UNUSED, why="no values")
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        kind = Kind(TEXT if _TEXT_NAMES.fullmatch(squeezed) else ATTRIBUTE, LIST)
    else:
        kind = _by_cells(cells, squeezed, declared)
    if kind.separator == LIST and not any(split_cell(c, LIST) for c in raw if c is not None):
        return Kind(UNUSED, why="nested values")
    return kind


def may_be_written(column: pa.ChunkedArray) -> bool:
    """Whether the column holds text, other than numbers written as text."""
    import pyarrow as pa

    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    cells = [c for c in map(plain_text, column.slice(0, _SAMPLE).to_pylist()) if c]
    return bool(cells) and _share(cells, _NUMBER.fullmatch) <= 0.5


def _by_cells(cells: list[str], name: str, declared: str | None) -> Kind:
    words = float(np.mean([len(c.split()) for c in cells]))
    if _share(cells, _YEAR_CELL.fullmatch) > 0.5:
        return Kind(ATTRIBUTE, YEAR)
    if declared and words < 12 and not _TEXT_NAMES.fullmatch(name):
        return Kind(ATTRIBUTE, declared)
    if _share(cells, _URL.fullmatch) > 0.5:
        return Kind(UNUSED, why="addresses")
    if _TEXT_NAMES.fullmatch(name):
        return Kind(TEXT, _separator(cells))
    separator = _separator(cells)
    if _ATTRIBUTE_NAMES.fullmatch(name) or separator:
        return Kind(ATTRIBUTE, separator)
    if _share(cells, _NUMBER.fullmatch) > 0.5:
        return Kind(UNUSED, why="numbers")
    if words >= 8:
        return Kind(TEXT)
    if len(cells) > 20 and len(set(cells)) > 0.9 * len(cells):
        return Kind(TEXT) if words >= 4 else Kind(UNUSED, why="a different value in each row")
    return Kind(ATTRIBUTE)


def _share(cells: list[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(c)) for c in cells) / len(cells)


def _separator(cells: list[str]) -> str:
    if _share(cells, lambda c: c[0] in "[{(" and c[-1] in "]})") > 0.8:
        return LIST
    for separator in ("|", ";"):
        if sum(separator in c for c in cells) > 0.05 * len(cells) and _names(cells, separator):
            return separator
    with_comma = [c for c in cells if _COMMA.search(c)]
    if len(with_comma) < 0.02 * len(cells) or not with_comma or not _names(cells, NAMES):
        return WHOLE
    # «Tolkien, J. R. R.» and «Portland, Oregon»: one comma in nearly every cell is one value.
    once = _share(with_comma, lambda c: len(_COMMA.findall(c)) == 1)
    if once > 0.95 and len(with_comma) > 0.8 * len(cells) and len(cells) > 5:
        return WHOLE
    return NAMES


def _names(cells: list[str], separator: str) -> bool:
    """Whether nearly all cells are made of short parts without sentences in them."""

    def short(cell: str) -> bool:
        parts = _COMMA.split(cell) if separator == NAMES else cell.split(separator)
        return all(len(p) <= 60 and len(p.split()) <= 6 for p in parts)

    return _share(cells, short) > 0.9


def plain_text(cell: Any, longest: int = 1_000_000) -> str:
    """A cell as NFC text without control characters; missing is "".

    Line breaks and tabs stay; a whole number stored as a float loses its «.0».
    """
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        cell = int(cell)
    text = cell if isinstance(cell, str) else str(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else " " for c in text)
    return text.strip()[:longest]


def join_cell(cell: Any, separator: str) -> str:
    """A text field's cell; a written or real list gives its parts one after the other."""
    if separator == LIST or isinstance(cell, (list, tuple, dict)):
        parts = _leaves(_written(cell) if isinstance(cell, str) else cell)
        return " ".join(text for text in map(plain_text, parts) if text)
    return plain_text(cell)


def split_cell(cell: Any, separator: str) -> list[str]:
    """The values of an attribute's cell, each once, in order: at most 500, of 200 letters each."""
    if separator == LIST or isinstance(cell, (list, tuple, dict)):
        parts = _leaves(_written(cell) if isinstance(cell, str) else cell)
    else:
        text = plain_text(cell)
        if separator == YEAR:
            found = _YEAR_CELL.fullmatch(text)
            return [found.group(1) or found.group(2)] if found else []
        if separator == NAMES:
            parts = _COMMA.split(text)
        else:
            parts = text.split(separator) if separator else [text]
    clean = (" ".join(plain_text(p, 200).split()) for p in parts)
    return list(dict.fromkeys(p for p in clean if p))[:500]


def _written(text: str) -> Any:
    """The value of a list written in JSON or Python; its parts between commas if it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # Python's own notation, read by pattern: evaluating it could exhaust the stack.
        pattern = _NAMED if "{" in text else _QUOTED
        found = [m.group("part") for m in pattern.finditer(text)]
        return found or ([] if "{" in text else text.strip("[]() ").split(","))


def _leaves(value: Any, depth: int = 0) -> list[Any]:
    # [{"id": 18, "name": "Drama"}] means Drama, as in TMDB's files.
    if isinstance(value, dict):
        return [value["name"]] if isinstance(value.get("name"), str) else []
    if isinstance(value, (list, tuple, set)):
        return [] if depth > 8 else [leaf for v in value for leaf in _leaves(v, depth + 1)]
    return [value]
