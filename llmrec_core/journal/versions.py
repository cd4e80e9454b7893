"""The versions of descriptions as rows: a tree in which undone versions stay.

Undoing marks the version in force, so the newest unmarked one is always in force and its
ancestors are never marked; a new edit after an undo is a new branch from there.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from llmrec_core.errors import UnknownIdError

ORIGINAL = 0
"""The version number of what the machine wrote."""


def now() -> str:
    """This moment in UTC, to the millisecond, in ISO form."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def head_version(db: sqlite3.Connection, owner_id: str) -> int | None:
    """The version in force: the newest that is not undone (its ancestors never are)."""
    (head,) = db.execute(
        "select max(version) from description_versions where owner_id = ? and not undone",
        (owner_id,),
    ).fetchone()
    return head if head is None else int(head)


def last_version(db: sqlite3.Connection, owner_id: str) -> int | None:
    """The highest version number, undone or not."""
    (last,) = db.execute(
        "select max(version) from description_versions where owner_id = ?", (owner_id,)
    ).fetchone()
    return last if last is None else int(last)


def stored(db: sqlite3.Connection, owner_id: str, version: int) -> str:
    """The JSON of one version; raises `UnknownIdError` naming it."""
    row = db.execute(
        "select json from description_versions where owner_id = ? and version = ?",
        (owner_id, version),
    ).fetchone()
    if row is None:
        raise UnknownIdError(
            f"The description of {owner_id!r} has no version {version}: reload it."
        )
    return str(row[0])


def insert(
    db: sqlite3.Connection, owner: str, version: int, text: str, author: str, parent: int | None
) -> None:
    """Add a version."""
    db.execute(
        "insert into description_versions (owner_id, version, json, author, created, parent) "
        "values (?, ?, ?, ?, ?, ?)", (owner, version, text, author, now(), parent),
    )


def mark(db: sqlite3.Connection, owner_id: str, version: int, *, undone: bool) -> None:
    """Put a version in force or out of it."""
    db.execute(
        "update description_versions set undone = ? where owner_id = ? and version = ?",
        (int(undone), owner_id, version),
    )
