"""One edit of many descriptions: saved in one transaction, taken back as a whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from llmrec_core.describe.sentences import Description
from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.journal.records import Batch
from llmrec_core.journal.versions import (
    ORIGINAL,
    head_version,
    insert,
    last_version,
    mark,
    now,
    stored,
)

Pair = tuple[Description, Description]
"""A description as it was in force when the edit was looked at, and as it is to be."""


def save(
    db: sqlite3.Connection, pairs: Sequence[Pair], author: str, what: str, data: str,
    originals: Mapping[str, Description],
) -> int:
    """Save every second description as its owner's newest version; the number of the batch.

    Raises `InputError` where there is nothing to save, or where somebody changed one meanwhile:
    then nothing is saved at all.
    """
    if not pairs:
        raise InputError("There is nothing to change: choose other users or another edit.")
    batch = db.execute(
        "insert into batches (author, created, what) values (?, ?, ?)", (author, now(), what)
    ).lastrowid
    for before, after in pairs:
        owner = before.owner_id
        last, head = last_version(db, owner), head_version(db, owner)
        if _changed(db, before, head, originals.get(owner)):
            raise InputError(
                f"Nothing is saved: the description of {owner!r} was changed meanwhile. Look at "
                "the preview again."
            )
        if last is None and owner in originals:
            original = originals[owner]
            insert(db, owner, ORIGINAL, original.to_json(), original.writer, None, data)
            last = head = ORIGINAL
        version = 1 if last is None else last + 1
        insert(db, owner, version, after.to_json(), author, head, data, batch)
    return int(batch or 0)


def _changed(
    db: sqlite3.Connection, before: Description, head: int | None, original: Description | None
) -> bool:
    """Whether something else is in force than what was looked at.

    The machine's text is in force where nobody's edit is. Row ids do not count: those of an
    earlier import are not shown.
    """
    if head is not None and (head != ORIGINAL or original is None):
        original = Description.from_json(stored(db, before.owner_id, head))
    return original is not None and _words(original) != _words(before)


def _words(description: Description) -> Description:
    """What a description says, without the rows that it says it from."""
    bare = tuple(replace(sentence, rows=()) for sentence in description.sentences)
    return replace(description, sentences=bare, read=())


def undo(db: sqlite3.Connection, batch: int) -> tuple[int, int]:
    """Take back what of a batch is still in force; (taken back, left).

    Left are those that were edited again since, for that edit was made on top of this one, and
    those that somebody took back already.
    """
    rows = _versions(db, batch)
    back = [(owner, version) for owner, version in rows if head_version(db, owner) == version]
    for owner, version in back:
        mark(db, owner, version, undone=True)
    return len(back), len(rows) - len(back)


def redo(db: sqlite3.Connection, batch: int) -> tuple[int, int]:
    """Put a batch that was taken back in force again; (put back, left).

    Left are those whose version in force is not the one that the batch was made from.
    """
    rows = _versions(db, batch)
    again = 0
    for owner, version in rows:
        parent, undone = db.execute(
            "select parent, undone from description_versions where owner_id = ? and version = ?",
            (owner, version),
        ).fetchone()
        if undone and head_version(db, owner) == parent:
            mark(db, owner, version, undone=False)
            again += 1
    return again, len(rows) - again


def listing(db: sqlite3.Connection) -> list[Batch]:
    """All batches, the latest first."""
    rows = db.execute(
        "select b.id, b.author, b.created, b.what, count(*), sum(not v.undone) "
        "from batches b join description_versions v on v.batch = b.id "
        "group by b.id order by b.id desc"
    ).fetchall()
    return [
        Batch(number, author, datetime.fromisoformat(created), what, owners, kept)
        for number, author, created, what, owners, kept in rows
    ]


def _versions(db: sqlite3.Connection, batch: int) -> list[tuple[str, int]]:
    rows = db.execute(
        "select owner_id, version from description_versions where batch = ? order by owner_id",
        (batch,),
    ).fetchall()
    if not rows:
        raise UnknownIdError(f"There is no batch {batch} in this journal: reload the page.")
    return [(str(owner), int(version)) for owner, version in rows]
