"""RecBole's atomic files (.inter, .item, .user, .kg, .link): tabs, and a header of name:type.

Format: https://recbole.io/docs/user_guide/data/atomic_files.html
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from llmrec_core.readers.delimited import read_cells, with_header
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import INTERACTIONS, ITEMS, LINKS, TRIPLES, USERS, Loaded
from llmrec_core.readers.source import Source

_TYPES = ("token", "token_seq", "float", "float_seq")
_HEADER = re.compile(rf"[^\t\n:]+:({'|'.join(_TYPES)})(\t[^\t\n:]+:({'|'.join(_TYPES)}))*\r?(\n|$)")
_ROLES = {
    ".inter": INTERACTIONS, ".item": ITEMS, ".user": USERS, ".kg": TRIPLES, ".link": LINKS,
}


def looks_like(name: str, head: bytes) -> bool:
    """Whether the first line is a typed header."""
    return _HEADER.match(head.decode("utf-8", errors="replace")) is not None


def read(source: Source, limits: Limits, *, head: int | None = None) -> Loaded:
    """Every cell as text; a `token_seq` column is multi-valued, its values separated by spaces."""
    table, skipped = read_cells(source, limits, delimiter="\t", quote="", head=head)
    typed = [str(column[0].as_py()) for column in table.columns]
    names = [cell.rpartition(":")[0] if ":" in cell else cell for cell in typed]
    loaded = with_header(source, table, skipped, names, format="recbole")
    sequences = {
        name: " "
        for name, cell in zip(loaded.table.column_names, typed, strict=True)
        if cell.strip().endswith(":token_seq")
    }
    role = _ROLES.get(Path(source.path.name.lower().removesuffix(".gz")).suffix, "")
    return dataclasses.replace(loaded, role=role, separators=sequences)
