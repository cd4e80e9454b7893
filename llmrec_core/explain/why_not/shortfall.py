"""How far an item is from a list: its rank, and signal by signal the points to the last place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import blend
from llmrec_core.errors import WrongUseError
from llmrec_core.explain.why_not.one_weight import Change, changes

if TYPE_CHECKING:
    from llmrec_core.blend import Block


@dataclass(frozen=True)
class Part:
    """What one signal adds to the scores of the item (`mine`) and of its rival (`theirs`)."""

    signal: str
    weight: float
    mine: float
    theirs: float

    @property
    def difference(self) -> float:
        """Points that the item is ahead by this signal; negative where it is behind."""
        return self.mine - self.theirs


@dataclass(frozen=True)
class WhyNot:
    """Where an item stands against a list of length `n`, under the weights it was asked for.

    `rank` is None for an item that is no candidate, and `candidates` how many there are. `rival`
    is the item at the last place, or for an item that is in the list the first one outside; None
    where the list has room for every candidate, and for no candidate. `tied` says that the two
    have equal scores and their ids decide.
    """

    item: int
    n: int
    rank: int | None
    candidates: int
    rival: int | None = None
    rival_rank: int = 0
    tied: bool = False
    parts: tuple[Part, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def inside(self) -> bool:
        """Whether the item is in the list."""
        return self.rank is not None and self.rank <= self.n

    @property
    def points(self) -> float:
        """Points that the item is ahead of its rival: the sum of the parts; 0 without a rival."""
        return float(sum(part.difference for part in self.parts))

    def to_json(self) -> dict[str, object]:
        """Plain values; item numbers are left to who knows the ids."""
        return {
            "rank": self.rank, "candidates": self.candidates, "inside": self.inside,
            "points": self.points if self.rival is not None else None, "tied": self.tied,
            "parts": [{**vars(part), "difference": part.difference} for part in self.parts],
            "changes": [change.to_json() for change in self.changes],
        }


def why_not(block: Block, weights: np.ndarray, item: int, n: int) -> WhyNot:
    """Why `item` is not in the list of length `n`, or by how much it is.

    Parameters
    ----------
    weights : (signals,) in the order of `block.names`.
    item : item number. One that the block excludes is no candidate: it has no rank.

    Raises `WrongUseError` for a list of no length.
    """
    if n < 1:
        raise WrongUseError(f"A list of {n} items is none: ask for 1 or more.")
    candidates = block.values.shape[1] - len(block.excluded)
    rank = blend.rank_of(block, weights, item)
    if rank is None or candidates <= n:
        return WhyNot(item, n, rank, candidates)
    rival_rank = n + 1 if rank <= n else n
    listed, scores = blend.rank(block, weights, rival_rank)
    rival = int(listed[-1])
    both = blend.parts(block, weights, [item, rival])
    parts = tuple(
        Part(name, float(weights[s]), float(both[s, 0]), float(both[s, 1]))
        for s, name in enumerate(block.names)
    )
    tied = bool(scores[-1] == blend.scores(block, weights)[item])
    return WhyNot(
        item, n, rank, candidates, rival, rival_rank, tied, parts,
        changes(block, weights, item, n),
    )
