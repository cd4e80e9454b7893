"""What people wrote with an interaction: read beside the interactions, cleaned, cut, counted."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.readers import fields
from llmrec_core.readers.report import Repair
from llmrec_core.tables import REVIEW, ROW, SUMMARY

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from llmrec_core.readers.guess import FileMapping
    from llmrec_core.readers.loaded import Loaded

MOST_CHARS = 10_000
"""A longer review is cut: it is read a few hundred letters at a time."""
_BLOCK = 50_000
"""Rows cleaned at once, which bounds how many of a file's texts are Python objects."""


@dataclass(frozen=True)
class Reviewed:
    """The reviews of all files: `frame` has REVIEW_COLUMNS, rows without a review are left out.

    `notes` and `repairs` have one entry a file.
    """

    frame: pd.DataFrame
    notes: tuple[tuple[str, ...], ...]
    repairs: tuple[tuple[Repair, ...], ...]


def read_reviews(
    parts: Sequence[tuple[Loaded, FileMapping]], places: Sequence[np.ndarray]
) -> Reviewed:
    """The reviews of the interactions that were kept.

    `places` are, for each file, the positions of its kept rows; row ids count on over the files.
    """
    import pandas as pd
    import pyarrow as pa

    rows, texts, notes, repairs = [], [], [], []
    first = 0
    for (loaded, mapping), place in zip(parts, places, strict=True):
        names = [mapping.columns[key] for key in (SUMMARY, REVIEW) if key in mapping.columns]
        columns = [loaded.table[name] for name in names]
        found, written, cut = _cleaned(columns, place)
        rows.append(found + first)
        texts.extend(written)
        first += len(place)
        read = f"{len(found):,} review{'' if len(found) == 1 else 's'} read from"
        notes.append((f"{read} {' and '.join(names)}",) if names else ())
        numbers = loaded.row_numbers()[place[cut]]
        what = f"reviews cut at {MOST_CHARS:,} characters"
        repairs.append((Repair(what, len(cut), f"row {numbers[0]}"),) if len(cut) else ())
    frame = pd.DataFrame(
        {
            ROW: np.concatenate(rows) if rows else np.zeros(0, np.int64),
            REVIEW: pd.Series(pa.array(texts, pa.large_string()).to_pandas(), dtype="str"),
        }
    )
    return Reviewed(frame, tuple(notes), tuple(repairs))


def _cleaned(
    columns: Sequence[pa.ChunkedArray], place: np.ndarray
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """(positions in `place` that have a review, their texts, positions of those that were cut)."""
    import pyarrow as pa

    found: list[int] = []
    texts: list[str] = []
    cut: list[int] = []
    for begin in range(0, len(place) if columns else 0, _BLOCK):
        taken = pa.array(place[begin : begin + _BLOCK])
        cells = zip(*(column.take(taken).to_pylist() for column in columns), strict=True)
        for at, parts in enumerate(cells, begin):
            text = _joined(parts)
            if len(text) > MOST_CHARS:
                text = text[:MOST_CHARS].rstrip()
                cut.append(at)
            if text:
                found.append(at)
                texts.append(text)
    return np.asarray(found, np.int64), texts, np.asarray(cut, np.int64)


def _joined(parts: Sequence[Any]) -> str:
    """The summary as a sentence before the text; the text alone where it begins with it."""
    clean = [
        fields.plain_text(html.unescape(part) if isinstance(part, str) else part) for part in parts
    ]
    summary, text = clean if len(clean) == 2 else ("", clean[0])
    if not summary or text.casefold().startswith(summary.casefold()):
        return text
    end = "" if summary[-1] in ".!?…" else "."
    return f"{summary}{end} {text}".strip()
