"""A file on disk as a bounded stream of UTF-8: size, gzip, encoding and names are settled here."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from llmrec_core.errors import InputError
from llmrec_core.readers.limits import MEGABYTE, Limits

_CHUNK = MEGABYTE
_BOMS = (  # UTF-32's little-endian mark begins with UTF-16's: the longer ones come first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Source:
    """A file that passed the first checks.

    `name` is fit to be shown, `encoding` a Python codec ("" for a binary format), `sha256` and
    `size` (bytes) belong to the file as it lies on disk. With `lenient`, bytes that do not fit the
    encoding are read as U+FFFD. A source opened by its head only has no `sha256`.
    """

    path: Path
    name: str
    size: int
    gzipped: bool
    encoding: str
    lenient: bool = False
    sha256: str = ""

    def open(self, limits: Limits) -> BinaryIO:
        """The content as UTF-8 without a byte order mark; raises `InputError` past a limit."""
        raw = _chunks(self.path, self.name, self.gzipped, limits)
        if self.encoding and self.encoding != "utf-8" or self.lenient:
            raw = _transcode(raw, self.encoding)
        return io.BufferedReader(_Stream(raw), buffer_size=_CHUNK)

    def head(self, size: int, limits: Limits) -> bytes:
        """At most the first `size` bytes of `open`."""
        with self.open(limits) as stream:
            return stream.read(size)


def shown(name: str) -> str:
    """A file name made fit for messages: no control or direction marks, at most 80 characters."""
    visible = "".join("?" if unicodedata.category(c)[0] == "C" else c for c in name)
    return visible if len(visible) <= 80 else f"{visible[:50]}…{visible[-25:]}"


def safe_name(client_name: str) -> str:
    """A harmless base name for an upload: its letters, digits and suffix, never a path.

    Use it to store what a browser sent: «../../etc/passwd.csv» gives «passwd.csv».
    """
    base = re.split(r"[\\/]", client_name)[-1]
    base = unicodedata.normalize("NFKD", base).encode("ascii", "ignore").decode()
    base = re.sub(r"[^A-Za-z0-9._-]+", "_", base).strip("._- ") or "upload"
    if base.split(".")[-1] in ("data", "item", "user") and base.startswith("u."):
        return base
    return base if len(base) <= 80 else base[:40] + base[-40:]


def inspect(path: Path, limits: Limits, *, binary: bool = False, head_only: bool = False) -> Source:
    """Check that `path` is a readable file within bounds, and find its encoding.

    Reads the whole content once (sha256, bound on expanded bytes, validity as UTF-8); with
    `head_only` only the first megabyte, and with `binary` no encoding is looked for.
    """
    name = shown(path.name)
    size = _size(path, name, limits)
    if binary:
        digest = "" if head_only else _sha256(path)
        return Source(path, name, size, False, "", sha256=digest)
    with path.open("rb") as file:
        gzipped = file.read(2) == b"\x1f\x8b"
    encoding, lenient = _encoding(path, name, gzipped, limits, head_only)
    digest = "" if head_only else _sha256(path)
    return Source(path, name, size, gzipped, encoding, lenient, digest)


def _size(path: Path, name: str, limits: Limits) -> int:
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "does not exist or is no regular file"
            raise InputError(f"{name} {what}: give the path of a data file.")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be opened ({_reason(error)}): check the path.") from error
    if size == 0:
        raise InputError(f"{name} is empty: choose a file with at least one row.")
    if size > limits.file_bytes:
        raise InputError(
            f"{name} has {size:,} bytes, above the limit of {limits.file_bytes:,}: "
            "split it or raise the limit file_bytes."
        )
    return size


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error).splitlines()[0][:120] or "no reason given"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(path: Path, name: str, gzipped: bool, limits: Limits) -> Iterator[bytes]:
    """The expanded content in pieces; refuses as soon as it passes the bound."""
    total = 0
    try:
        with gzip.open(path, "rb") if gzipped else path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                total += len(chunk)
                if total > limits.expanded_bytes:
                    raise InputError(
                        f"{name} expands to more than {limits.expanded_bytes:,} bytes: "
                        "give a smaller file or raise the limit expanded_bytes."
                    )
                yield chunk
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{name} cannot be read to its end ({_reason(error)}): copy or compress it again."
        ) from error


def _encoding(
    path: Path, name: str, gzipped: bool, limits: Limits, head_only: bool
) -> tuple[str, bool]:
    """(codec, whether undecodable bytes are replaced)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    accented = False
    for chunk in _chunks(path, name, gzipped, limits):
        if first and (marked := _marked(chunk)):
            return marked, True
        first = False
        try:
            accented |= not decoder.decode(chunk).isascii()
        except UnicodeDecodeError:
            return _legacy(chunk, accented)
        if head_only:
            return "utf-8", True  # the cut may fall inside a character
    if decoder.getstate()[0]:
        return "utf-8", True
    return "utf-8", False


def _marked(chunk: bytes) -> str:
    for mark, codec in _BOMS:
        if chunk.startswith(mark):
            return codec
    # UTF-16 without a mark: in Western text every second byte is zero.
    even, odd = chunk[:4096:2], chunk[1:4096:2]
    if odd and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return ""


def _legacy(chunk: bytes, accented: bool) -> tuple[str, bool]:
    # Mostly good UTF-8 with a few broken bytes stays UTF-8: another codec would garble the good
    # part. Otherwise it is Latin-1, read as its superset Windows-1252 like every browser does.
    text = chunk.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(c > "\x7f" for c in text) - bad
    if good > bad or (accented and good >= bad):
        return "utf-8", True
    return "cp1252", True


def _transcode(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", errors="replace")
    yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")


class _Stream(io.RawIOBase):
    """An iterator of byte strings as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n
