"""Answers kept by what they depend on: what was answered once is never paid for again."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from llmrec_core.errors import DamagedArtefactError, StudioError
from llmrec_core.llm.base import Answer

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, crc INTEGER NOT NULL, json TEXT NOT NULL
) WITHOUT ROWID
"""
_PER_QUERY = 900


class Answers:
    """A SQLite file of answers, shared by threads and processes; a kept one survives kill -9.

    Rows carry a checksum: a damaged answer counts as unknown and is asked for again.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        with self._guarded():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # an answer may have cost money
            with self._db:
                self._db.execute(_SCHEMA)

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        with self._guarded():
            return int(self._db.execute("SELECT count(*) FROM answers").fetchone()[0])

    def close(self) -> None:
        """Close the file; what was kept stays."""
        self._db.close()

    def known(self, keys: Sequence[str]) -> dict[str, Answer]:
        """The answers kept under `keys`, each marked `cached`; unknown and damaged are left out."""
        wanted = list(dict.fromkeys(keys))
        out: dict[str, Answer] = {}
        with self._guarded():
            for start in range(0, len(wanted), _PER_QUERY):
                part = wanted[start : start + _PER_QUERY]
                query = (
                    f"SELECT key, crc, json FROM answers WHERE key IN ({','.join('?' * len(part))})"
                )
                for key, crc, text in self._db.execute(query, part):
                    answer = _read(key, crc, text)
                    if answer is not None:
                        out[key] = answer
        return out

    def keep(self, key: str, answer: Answer) -> None:
        """Store one answer; it is on the disk when this returns."""
        text = json.dumps(asdict(replace(answer, cached=False)), ensure_ascii=True)
        row = (key, _crc(key, text), text)
        insert = "INSERT OR REPLACE INTO answers (key, crc, json) VALUES (?, ?, ?)"
        with self._guarded(), self._db:
            self._db.execute(insert, row)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.OperationalError, OSError) as error:
                raise StudioError(
                    f"Answers cannot be kept in {self.path} now ({error}): see that the disk has "
                    "room and the folder may be written, then start again; no answer kept before "
                    "is lost."
                ) from error
            except sqlite3.DatabaseError as error:
                raise DamagedArtefactError(
                    f"The file of answers {self.path} is damaged ({error}): move it away; its "
                    "answers will be asked for again."
                ) from error


def _crc(key: str, text: str) -> int:
    return zlib.crc32(f"{key}\n{text}".encode())


def _read(key: str, crc: int, text: str) -> Answer | None:
    """The answer of a row, None where its bytes are not those that were written."""
    try:
        if _crc(key, text) != crc:
            return None
        return replace(Answer(**json.loads(text)), cached=True)
    except (ValueError, TypeError):
        return None
