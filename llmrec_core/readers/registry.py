"""The formats that can be read, and which of them a file is: by extension, then by content."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llmrec_core.errors import InputError
from llmrec_core.readers.limits import Limits
from llmrec_core.readers.loaded import Loaded
from llmrec_core.readers.source import Source, inspect, shown

_SAMPLE = 1 << 16
_REFUSED = {
    **dict.fromkeys((".pkl", ".pickle", ".joblib", ".pt", ".pth"), "a pickle, which can run code"),
    **dict.fromkeys((".npy", ".npz"), "a NumPy file, which can hold a pickle"),
    **dict.fromkeys((".arrow", ".feather", ".ipc"), "an Arrow IPC file, unsafe from strangers"),
    **dict.fromkeys((".xls", ".xlsx", ".ods"), "a spreadsheet"),
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".tgz"), "an archive"),
    **dict.fromkeys((".bz2", ".xz", ".zst"), "compressed in a way other than gzip"),
}
_MAGIC = (
    (b"\x93NUMPY", ".npy"),
    (b"ARROW1", ".arrow"),
    (b"FEA1", ".feather"),
    (b"\xff\xff\xff\xff", ".arrow"),
    (b"PK\x03\x04", ".zip"),
    (b"BZh", ".bz2"),
    (b"\xfd7zXZ", ".xz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
)


@dataclass(frozen=True)
class Format:
    """One format: `module` (in this package) offers `read`, and `looks_like(name, head)`.

    A new format is a module with these two functions and a line in `FORMATS`.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    module: str
    binary: bool = False

    def read(self, source: Source, limits: Limits, *, head: int | None = None) -> Loaded:
        """The file as a table; with `head` only about its first rows (at least that many)."""
        read: Callable[..., Loaded] = self._function("read")
        return read(source, limits, head=head)

    def looks_like(self, name: str, head: bytes) -> bool:
        """Whether a file called `name` that begins with `head` (UTF-8) is of this format."""
        return bool(self._function("looks_like")(name, head))

    def _function(self, name: str) -> Callable[..., Loaded]:
        # The module is imported on use: a reader may need a library that another does without.
        module = importlib.import_module(f"llmrec_core.readers.{self.module}")
        function: Callable[..., Loaded] = getattr(module, name)
        return function


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("parquet", "Parquet", (".parquet", ".pq"), "parquet", binary=True),
        Format("recbole", "RecBole atomic file", (".inter", ".item", ".user", ".kg", ".link"),
               "recbole"),
        Format("movielens", "MovieLens-100K file", (), "movielens"),
        Format("jsonl", "JSON lines", (".jsonl", ".ndjson", ".json"), "json_lines"),
        Format("delimited", "delimited text", (".csv", ".tsv", ".tab"), "delimited"),
    )
}
"""In the order in which their contents are recognised; the last one takes any text."""


def open_format(
    path: Path, format: str, limits: Limits, *, head_only: bool = False
) -> tuple[Format, Source]:
    """The checked file and its format; `format` is "auto" or a key of `FORMATS`.

    Raises `InputError` for an unknown format, a refused kind of file and content of no format.
    """
    _refuse(path)
    if format != "auto" and format not in FORMATS:
        raise InputError(f"There is no format {format!r}: use auto or {', '.join(FORMATS)}.")
    with_magic = _first_bytes(path)
    binary = with_magic.startswith(b"PAR1") if format == "auto" else FORMATS[format].binary
    source = inspect(path, limits, binary=binary, head_only=head_only)
    if format != "auto":
        return FORMATS[format], source
    if binary:
        return FORMATS["parquet"], source
    head = source.head(_SAMPLE, limits)
    _refuse_binary(source, head)
    return _pick(path.name, head), source


def detect(path: Path, *, limits: Limits | None = None) -> str:
    """The name of the format of the file at `path` (a key of `FORMATS`); raises `InputError`."""
    found, _ = open_format(path, "auto", limits or Limits(), head_only=True)
    return found.name


def _pick(name: str, head: bytes) -> Format:
    # Text of a known extension may still be another format (a .csv full of JSON, a RecBole header
    # in a .tsv): the content has the last word, the extension the first.
    suffix = _suffix(name)
    last = list(FORMATS.values())[-1]
    by_suffix = [f for f in FORMATS.values() if suffix in f.suffixes and f is not last]
    for candidate in [*by_suffix, *FORMATS.values()]:
        if not candidate.binary and candidate.looks_like(name, head):
            return candidate
    raise InputError(
        f"{shown(name)} is not recognised as any of {', '.join(FORMATS)}: name its format."
    )


def _suffix(name: str) -> str:
    name = name.lower().removesuffix(".gz")
    return Path(name).suffix


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except (OSError, ValueError):
        return b""  # inspect() says what is wrong


def _refuse(path: Path) -> None:
    kind = _REFUSED.get(_suffix(path.name))
    head = _first_bytes(path)
    for magic, suffix in _MAGIC:
        if kind is None and head.startswith(magic) and head[:4] != b"\xff\xfe\x00\x00":
            kind = _REFUSED[suffix]
    if kind is None and re.match(rb"\x80[\x02-\x05](\x95|c|\]|\}|\(|K|X)", head):
        kind = _REFUSED[".pkl"]
    if kind:
        raise InputError(
            f"{shown(path.name)} is {kind}: export the data as CSV, JSON lines or Parquet."
        )


def _refuse_binary(source: Source, head: bytes) -> None:
    odd = sum(head.count(bytes([c])) for c in (*range(9), *range(14, 32)))
    if odd > 0.1 * max(1, len(head)):
        raise InputError(
            f"{source.name} holds binary data, not text: export it as CSV, JSON lines or Parquet."
        )
    if not head.strip():
        raise InputError(f"{source.name} has no content: choose a file with at least one row.")
