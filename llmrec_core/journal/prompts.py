"""The versions of prompts as rows: a new text is a new version, no old one is ever changed."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from llmrec_core.errors import InputError
from llmrec_core.journal.records import PromptVersion
from llmrec_core.journal.versions import now
from llmrec_core.writing.prompts import checked, digest_of


def save(db: sqlite3.Connection, name: str, text: str, author: str) -> int:
    """Add a version of the prompt `name`; the number of the newest where the text is the same."""
    if not name.strip():
        raise InputError("A prompt needs a name to be saved under.")
    text = checked(text, name)
    versions = listing(db, name)
    if versions and versions[-1].text == text:
        return versions[-1].version
    db.execute(
        "insert into prompts (name, digest, text, author, created) values (?, ?, ?, ?, ?)",
        (name, digest_of(text), text, author, now()),
    )
    return len(versions) + 1


def listing(db: sqlite3.Connection, name: str) -> list[PromptVersion]:
    """The versions of a prompt, oldest first, numbered from 1."""
    rows = db.execute(
        "select text, digest, author, created from prompts where name = ? order by id", (name,)
    ).fetchall()
    return [
        PromptVersion(name, number, text, digest, author, datetime.fromisoformat(created))
        for number, (text, digest, author, created) in enumerate(rows, 1)
    ]


def text_of(db: sqlite3.Connection, digest: str) -> str | None:
    """The text that a digest names."""
    row = db.execute("select text from prompts where digest = ? limit 1", (digest,)).fetchone()
    return None if row is None else str(row[0])
