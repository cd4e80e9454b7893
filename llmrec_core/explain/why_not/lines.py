"""Two ledgers side by side: which sentence, which past item speaks for the one item only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.signals.base import Kind

if TYPE_CHECKING:
    from llmrec_core.explain.ledger import Entry


@dataclass(frozen=True)
class Line:
    """One reason of one signal, and what it adds to the scores of two items, in points."""

    signal: str
    kind: str
    evidence: str
    number: int
    mine: float
    theirs: float

    @property
    def difference(self) -> float:
        """Points that the item is ahead by this reason; negative where it is behind."""
        return self.mine - self.theirs

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {**vars(self), "difference": self.difference}


def side_by_side(mine: Sequence[Entry], theirs: Sequence[Entry]) -> list[Line]:
    """The reasons of two ledgers of one profile under the same weights, most apart first.

    Their differences add up to that of the two scores. A reason that only one of them has counts 0
    for the other.
    """
    values: dict[tuple[str, str, str, int], list[float]] = {}
    for side, entries in enumerate((mine, theirs)):
        for entry in entries:
            for reason in entry.children:
                key = (entry.signal, reason.kind, reason.evidence, reason.number)
                values.setdefault(key, [0.0, 0.0])[side] += reason.contribution
    lines = [Line(*key, *pair) for key, pair in values.items()]
    return sorted(lines, key=lambda line: -abs(line.difference))


def pulls(mine: Sequence[Entry], theirs: Sequence[Entry], kind: Kind) -> dict[int, float]:
    """Number of a sentence or past item -> points by which it speaks for the other, in all signals.

    A past item counts also where it is a way to something shared.
    """
    out: dict[int, float] = {}
    for sign, entries in ((-1, mine), (1, theirs)):
        for signal in entries:
            for reason in signal.children:
                parts = reason.children if reason.kind == Kind.ENTITY else (reason,)
                for part in parts:
                    if part.kind == kind:
                        gained = sign * part.contribution
                        out[part.number] = out.get(part.number, 0.0) + gained
    return out
