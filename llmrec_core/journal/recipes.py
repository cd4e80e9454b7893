"""Recipes by name as rows: what a name meant before stays in the file."""

from __future__ import annotations

import sqlite3

from llmrec_core.errors import InputError
from llmrec_core.journal.versions import now


def save(db: sqlite3.Connection, name: str, document: str) -> None:
    """Save a recipe's JSON under a name."""
    if not name.strip():
        raise InputError("A recipe needs a name to be saved under: type one.")
    db.execute(
        "insert into recipes (name, json, created) values (?, ?, ?)",
        (name.strip(), document, now()),
    )


def latest(db: sqlite3.Connection, name: str) -> str | None:
    """The JSON last saved under a name, or None."""
    row = db.execute(
        "select json from recipes where name = ? order by id desc limit 1", (name.strip(),)
    ).fetchone()
    return None if row is None else str(row[0])


def names(db: sqlite3.Connection) -> list[str]:
    """All names, in order."""
    return [row[0] for row in db.execute("select distinct name from recipes order by name")]
