"""Two lists side by side: who rose, who fell, and what each sentence did to a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import blend
from llmrec_core.signals.base import Kind

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.base import Signal


@dataclass(frozen=True)
class Move:
    """Where one item stood before and after; ranks count from 1, scores are those of the blend."""

    item: int
    before: int
    after: int
    score_before: float
    score_after: float

    @property
    def rise(self) -> int:
        """Places gained; negative when it fell, 0 where it was or is no candidate (rank 0)."""
        return self.before - self.after if self.before and self.after else 0


def ranks(block: Block, weights: np.ndarray, items: Sequence[int] | np.ndarray) -> np.ndarray:
    """(k,) int64: the rank of each item among the candidates, 1 is best; 0 for an excluded one."""
    score = blend.scores(block, weights)
    out = np.zeros(len(items), np.int64)
    for k, item in enumerate(items):
        mine = score[item]
        if mine == -np.inf:
            continue
        tied = np.flatnonzero(score == mine)
        ahead = int((score > mine).sum())
        out[k] = ahead + int((block.id_rank[tied] < block.id_rank[item]).sum()) + 1
    return out


def moves(
    before: Block, after: Block, weights: np.ndarray, n: int = 10, *,
    former: np.ndarray | None = None,
) -> list[Move]:
    """Every item that is on either list of length `n`, by its place after the change.

    `former` are the weights (signals,) of the list before, where they were others.
    """
    earlier = weights if former is None else former
    old, _ = blend.rank(before, earlier, n)
    new, _ = blend.rank(after, weights, n)
    items = np.unique(np.concatenate([old, new]))
    was, now = ranks(before, earlier, items), ranks(after, weights, items)
    scored = blend.scores(before, earlier)[items], blend.scores(after, weights)[items]
    lines = [
        Move(int(item), int(was[k]), int(now[k]), float(scored[0][k]), float(scored[1][k]))
        for k, item in enumerate(items)
    ]
    return sorted(lines, key=lambda move: move.after)


def sentence_shares(
    signal: Signal, profile: Profiles, block: Block, weights: np.ndarray, items: Sequence[int]
) -> np.ndarray:
    """(m,) float64: what each sentence adds to the score of `items`, on average.

    In the units of the score, before the average candidate's part is taken off; nan without items.
    """
    s = block.names.index(signal.name)
    factor = float(weights[s]) / float(block.sd[s])
    out = np.zeros(len(profile.sentence_text))
    if not len(items):
        return np.full(len(out), np.nan)
    for item in items:
        parts = signal.contributions(profile, int(item))
        parts = parts[parts["kind"] == str(Kind.SENTENCE)]
        np.add.at(out, parts["evidence"].to_numpy(), parts["contribution"].to_numpy() * factor)
    return out / len(items)
