"""Vectors kept by the hash of their text: what was encoded once is never encoded again."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from llmrec_core.embed.encoder import Progress, TextEncoder
from llmrec_core.errors import DamagedArtefactError, InputError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS encoders (id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (
    encoder INTEGER NOT NULL, hash BLOB NOT NULL, crc INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (encoder, hash)
);
"""
_PER_QUERY = 900
_PER_WRITE = 512


def text_hash(text: str) -> bytes:
    """Sixteen bytes (blake2b, 128 bits) that name a text; lone surrogates are allowed."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class VectorCache:
    """A SQLite file of vectors of one encoder; several processes may share the file.

    Rows carry a checksum: a damaged vector counts as unknown and is made again. The file may be
    deleted at any time. Usable from several threads.
    """

    def __init__(self, path: Path | str, encoder_key: str) -> None:
        self.path = Path(path)
        self.encoder_key = encoder_key
        self._lock = threading.Lock()
        with self._guarded():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # a lost row is only encoded again
            with self._db:
                self._db.executescript(_SCHEMA)
                insert = "INSERT OR IGNORE INTO encoders (key) VALUES (?)"
                self._db.execute(insert, (encoder_key,))
            query = "SELECT id FROM encoders WHERE key = ?"
            self._encoder = int(self._db.execute(query, (encoder_key,)).fetchone()[0])

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        with self._guarded():
            query = "SELECT count(*) FROM vectors WHERE encoder = ?"
            return int(self._db.execute(query, (self._encoder,)).fetchone()[0])

    def close(self) -> None:
        """Close the file; vectors already put stay."""
        self._db.close()

    def get(self, hashes: Sequence[bytes], dim: int) -> tuple[np.ndarray, np.ndarray]:
        """(m,) int rows of `hashes` that are known, and their vectors (m, dim) float32."""
        wanted = {key: row for row, key in enumerate(hashes)}
        rows, blobs = [], []
        with self._guarded():
            for key, crc, blob in self._select(list(wanted)):
                if len(blob) == 4 * dim and zlib.crc32(blob) == crc:
                    rows.append(wanted[key])
                    blobs.append(blob)
        vectors = np.frombuffer(b"".join(blobs), np.float32).reshape(-1, dim)
        return np.array(rows, np.int64), vectors

    def put(self, hashes: Iterable[bytes], vectors: np.ndarray) -> None:
        """Store vectors (m, dim) under their texts' hashes, in one transaction."""
        blobs = (vector.tobytes() for vector in np.ascontiguousarray(vectors, np.float32))
        insert = "INSERT OR REPLACE INTO vectors (encoder, hash, crc, vector) VALUES (?, ?, ?, ?)"
        rows = (
            (self._encoder, key, zlib.crc32(blob), blob)
            for key, blob in zip(hashes, blobs, strict=True)
        )
        with self._guarded(), self._db:
            self._db.executemany(insert, rows)

    def _select(self, keys: list[bytes]) -> Iterator[tuple[bytes, int, bytes]]:
        for start in range(0, len(keys), _PER_QUERY):
            part = keys[start : start + _PER_QUERY]
            query = (
                "SELECT hash, crc, vector FROM vectors WHERE encoder = ? AND hash IN "
                f"({','.join('?' * len(part))})"
            )
            yield from self._db.execute(query, (self._encoder, *part))

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.DatabaseError, OSError) as error:
                raise DamagedArtefactError(
                    f"The vector cache {self.path} cannot be used ({error}): free the disk or "
                    "delete the file, its vectors will be made again."
                ) from error


def encode_cached(
    texts: Sequence[str],
    encoder: TextEncoder,
    cache: VectorCache | None,
    progress: Progress | None = None,
) -> np.ndarray:
    """Vectors of texts, (n, dim) float32 in the order given; only unknown texts are encoded.

    Equal texts are encoded once. New vectors are stored every few hundred texts, so that an
    interrupted build goes on where it stopped. `progress(done, total)` counts distinct texts,
    known ones first.
    """
    if cache is not None and cache.encoder_key != encoder.key:
        raise InputError(
            f"The cache holds vectors of {cache.encoder_key}, not of {encoder.key}: open it anew."
        )
    distinct = list(dict.fromkeys(texts))
    hashes = [text_hash(text) for text in distinct]
    out = np.zeros((len(distinct), encoder.dim), np.float32)
    known = np.zeros(len(distinct), bool)
    if cache is not None:
        rows, vectors = cache.get(hashes, encoder.dim)
        out[rows], known[rows] = vectors, True
    unknown = np.flatnonzero(~known)
    done = int(known.sum())
    if progress is not None:
        progress(done, len(distinct))
    for start in range(0, len(unknown), _PER_WRITE):
        rows = unknown[start : start + _PER_WRITE]
        base = done + start
        step = None if progress is None else (
            lambda now, _, base=base: progress(base + now, len(distinct))
        )
        out[rows] = encoder.encode([distinct[row] for row in rows], progress=step)
        if cache is not None:
            cache.put([hashes[row] for row in rows], out[rows])
    place = {text: row for row, text in enumerate(distinct)}
    return out[[place[text] for text in texts]] if texts else out
