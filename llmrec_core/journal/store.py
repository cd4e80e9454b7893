"""The file itself: opened for every call, durable, its schema checked, its errors named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llmrec_core.errors import DamagedArtefactError, InputError, StudioError

SCHEMA = 5
BUSY_SECONDS = 10.0

_TABLES = """
create table description_versions (
    id integer primary key, owner_id text not null, version integer not null, json text not null,
    author text not null, created text not null, parent integer, undone integer not null default 0,
    unique (owner_id, version));
create table weights (
    id integer primary key, name text not null, json text not null, created text not null);
create table notes (
    id integer primary key, subject text not null, text text not null, created text not null);
create table feedback (
    id integer primary key, user_id text not null, item_id text not null, value real not null,
    created text not null);
create index weights_by_name on weights (name);
create index notes_by_subject on notes (subject);
create index feedback_by_user on feedback (user_id);
"""
_EDITED_TOGETHER = """
alter table description_versions add column data text not null default '';
alter table description_versions add column batch integer;
create table batches (
    id integer primary key, author text not null, created text not null, what text not null);
create index versions_by_batch on description_versions (batch) where batch is not null;
"""
_PROMPTS = """
create table prompts (
    id integer primary key, name text not null, digest text not null, text text not null,
    author text not null, created text not null);
create index prompts_by_name on prompts (name);
create index prompts_by_digest on prompts (digest);
"""
_RECIPES = """
create table recipes (
    id integer primary key, name text not null, json text not null, created text not null);
create index recipes_by_name on recipes (name);
"""
_DOCUMENTS = """
create table documents (
    id integer primary key, kind text not null, name text not null, json text not null,
    created text not null);
create index documents_by_name on documents (kind, name);
insert into documents (kind, name, json, created)
    select 'recipe', name, json, created from recipes order by id;
drop table recipes;
"""
_STEPS = (_TABLES, _EDITED_TOGETHER, _PROMPTS, _RECIPES, _DOCUMENTS)
"""What makes schema n + 1 of schema n; a new file takes all steps."""


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction; on disk when the block ends, undone when it raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _open(path, str(path)) as db:
        db.execute("begin immediate")
        try:
            yield db
        except BaseException:
            if db.in_transaction:  # a full disk has rolled back already
                db.execute("rollback")
            raise
        db.execute("commit")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, or an empty journal in memory where nothing was written yet."""
    with _open(path, str(path) if path.exists() else ":memory:") as db:
        yield db


@contextmanager
def _open(path: Path, target: str) -> Iterator[sqlite3.Connection]:
    db: sqlite3.Connection | None = None
    try:
        db = sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None)
        _prepare(db, path)
        yield db
    except sqlite3.OperationalError as error:
        raise StudioError(
            f"The journal {path} cannot be used now ({error}): see that the disk has room "
            "and the folder may be written, then try again; nothing saved before is lost."
        ) from error
    except sqlite3.DatabaseError as error:
        raise DamagedArtefactError(
            f"The journal {path} is damaged ({error}): put a copy of it back."
        ) from error
    finally:
        if db is not None:
            db.close()


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    """Set durability; make the tables in a new file, add what an old one lacks; refuse a newer."""
    found = _schema(db)
    if found > SCHEMA:
        raise InputError(
            f"The journal {path} has schema {found}, this program knows {SCHEMA}: update it."
        )
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    if found < SCHEMA:
        db.execute("begin immediate")
        for step in _STEPS[_schema(db) :]:  # another process may have been first
            for statement in filter(str.strip, step.split(";")):
                db.execute(statement)
        db.execute(f"pragma user_version = {SCHEMA}")
        db.execute("commit")


def _schema(db: sqlite3.Connection) -> int:
    return int(db.execute("pragma user_version").fetchone()[0])
