"""What people name and keep, as JSON by kind and name; what a name meant before stays in the file.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from llmrec_core.errors import InputError
from llmrec_core.journal.versions import now


class Kept(StrEnum):
    """The kinds of documents; each module that saves one says what its JSON holds."""

    RECIPE = "recipe"  # settings and weights: search/saved.py
    CONCEPTS = "concepts"  # phrases and their weights: concepts/kept.py
    WHAT_IF = "what-if"  # states of a changed profile: whatif/


def save(db: sqlite3.Connection, kind: Kept, name: str, document: str) -> None:
    """Save a document's JSON under a name; raises `InputError` without one."""
    if not name.strip():
        raise InputError(f"This {kind} needs a name to be saved under: type one.")
    db.execute(
        "insert into documents (kind, name, json, created) values (?, ?, ?, ?)",
        (str(kind), name.strip(), document, now()),
    )


def latest(db: sqlite3.Connection, kind: Kept, name: str) -> str | None:
    """The JSON last saved under a name, or None."""
    row = db.execute(
        "select json from documents where kind = ? and name = ? order by id desc limit 1",
        (str(kind), name.strip()),
    ).fetchone()
    return None if row is None else str(row[0])


def names(db: sqlite3.Connection, kind: Kept) -> list[str]:
    """All names of a kind, in order."""
    rows = db.execute(
        "select distinct name from documents where kind = ? order by name", (str(kind),)
    )
    return [row[0] for row in rows]
