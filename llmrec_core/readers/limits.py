"""How much of a file is read before it is refused: the bounds for hostile or mistaken files."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from llmrec_core.errors import InputError

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one import; every one is checked while reading, none afterwards only."""

    file_bytes: int = 4 * GIGABYTE
    """Largest file, as it lies on disk."""
    expanded_bytes: int = 8 * GIGABYTE
    """Largest content after decompression."""
    rows: int = 100_000_000
    """Most rows of one file."""
    columns: int = 2_000
    """Most columns of one file."""
    field_bytes: int = MEGABYTE
    """Longest cell, in bytes of UTF-8."""
    id_chars: int = 256
    """Longest id, in characters; rows with a longer one are dropped and counted."""
    memory_bytes: int = 6 * GIGABYTE
    """Address space of the child process that parses uploads."""
    cpu_seconds: int = 900
    """CPU time of that child."""
    wall_seconds: float = 1_200.0
    """Time until that child is stopped, whatever it does."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if getattr(self, field.name) <= 0:
                raise InputError(f"The limit {field.name} must be above 0: raise it.")
