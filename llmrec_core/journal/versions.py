"""The versions of descriptions as rows: a tree in which undone versions stay.

Undoing marks the version in force, so the newest unmarked one is always in force and its
ancestors are never marked; a new edit after an undo is a new branch from there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from llmrec_core.describe.sentences import Description
from llmrec_core.errors import UnknownIdError
from llmrec_core.journal.records import Version

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
    db: sqlite3.Connection, owner: str, version: int, text: str, author: str,
    parent: int | None, data: str = "", batch: int | None = None,
) -> None:
    """Add a version."""
    db.execute(
        "insert into description_versions "
        "(owner_id, version, json, author, created, parent, data, batch) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        (owner, version, text, author, now(), parent, data, batch),
    )


_COLUMNS = "version, json, author, created, parent, undone, data, batch"


def versions_of(db: sqlite3.Connection, owner_id: str) -> list[Version]:
    """All versions, oldest first, the undone ones too."""
    head = head_version(db, owner_id)
    rows = db.execute(
        f"select {_COLUMNS} from description_versions where owner_id = ? order by version",
        (owner_id,),
    )
    return [_version(row, row[0] == head) for row in rows]


def edited_versions(db: sqlite3.Connection, owner_id: str | None = None) -> dict[str, Version]:
    """Owner -> the version in force, where a person made it; `owner_id` asks for one owner."""
    rows = db.execute(
        f"select owner_id, {_COLUMNS} from description_versions d where not undone "
        "and version > ?1 and (?2 is null or owner_id = ?2) and version = (select max(version) "
        "from description_versions where owner_id = d.owner_id and not undone) order by owner_id",
        (ORIGINAL, owner_id),
    )
    return {owner: _version(row, True) for owner, *row in rows}


def _version(row: Sequence[Any], head: bool) -> Version:
    version, text, author, created, parent, undone, data, batch = row
    return Version(
        version, Description.from_json(text), author, datetime.fromisoformat(created), parent,
        bool(undone), head, data, batch,
    )


def mark(db: sqlite3.Connection, owner_id: str, version: int, *, undone: bool) -> None:
    """Put a version in force or out of it."""
    db.execute(
        "update description_versions set undone = ? where owner_id = ? and version = ?",
        (int(undone), owner_id, version),
    )
