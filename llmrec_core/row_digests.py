"""What tells whether an item's row changed: a rebuild encodes only those that did."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import tables

if TYPE_CHECKING:
    from llmrec_core.tables import Items


def row_digests(items: Items) -> np.ndarray:
    """(n_items,) uint64 of each item's title, texts and attributes: equal rows, equal digests."""
    columns = [tables.TITLE, *items.text_fields, *items.attributes]
    rows = zip(*(items.frame[name].tolist() for name in columns), strict=True)
    hashes = b"".join(
        hashlib.blake2b(_canonical(row).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for row in rows
    )
    return np.frombuffer(hashes, np.uint64)


def _canonical(row: tuple[Any, ...]) -> str:
    plain = [cell if isinstance(cell, str) else [str(value) for value in cell] for cell in row]
    return json.dumps(plain, ensure_ascii=False)
