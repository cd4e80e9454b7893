"""What the points of the map are coloured by: a category for each point, or a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llmrec_core.errors import InputError

OTHER = "Other"
NONE = "None given"
_STEPS = 100


@dataclass(frozen=True)
class Colouring:
    """A colour code for each point: `codes` (n,) int8.

    With `names` a code is the number of a category; without, it is 0 to 100 on a scale whose
    `ticks` (code, shown text) say what it means. `title` heads the legend.
    """

    title: str
    codes: np.ndarray
    names: tuple[str, ...] = ()
    ticks: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        if self.names and len(self.codes) and int(self.codes.max()) >= len(self.names):
            raise InputError(
                f"The colouring by {self.title} has code {int(self.codes.max())} and only "
                f"{len(self.names)} names: give each code a name."
            )


def by_attribute(title: str, values: Sequence[Sequence[str]], *, most: int = 8) -> Colouring:
    """Colour by a (multi-valued) attribute: its `most` frequent values, then «Other».

    A point with several of them takes the rarest, which says more: of Drama and Western, Western.
    """
    counts = Counter(str(value) for cell in values for value in set(cell))
    top = [value for value, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    top = top[:most]
    rank = {value: code for code, value in enumerate(top)}
    names = [*top, OTHER, NONE]
    codes = [
        max((rank[str(value)] for value in cell if str(value) in rank), default=len(top))
        if len(cell) else len(top) + 1
        for cell in values
    ]
    return Colouring(title, np.array(codes, np.int8), tuple(names))


def by_cluster(title: str, numbers: np.ndarray, labels: Sequence[str]) -> Colouring:
    """Colour by group number (n,), each group with its label; equal labels are told apart."""
    names = [
        f"{label} ({row + 1})" if list(labels).count(label) > 1 else label
        for row, label in enumerate(labels)
    ]
    return Colouring(title, numbers.astype(np.int8), tuple(names))


def by_count(title: str, counts: np.ndarray) -> Colouring:
    """Colour by a count (n,) on a logarithmic scale: log(1 + count)."""
    scaled = np.log1p(np.maximum(counts, 0).astype(np.float64))
    top = max(float(scaled.max(initial=0)), 1e-9)
    codes = np.round(scaled / top * _STEPS).astype(np.int8)
    steps = sorted({0, *(10**power for power in range(12) if 10**power <= counts.max(initial=0))})
    ticks = [(int(round(float(np.log1p(step)) / top * _STEPS)), f"{step:,}") for step in steps]
    return Colouring(title, codes, (), tuple(ticks))
