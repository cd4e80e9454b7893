"""How much the description has to weigh for an edit to be seen, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.blend import standardise_many
from llmrec_core.steer.measures import kind_ndcg, moved_right, top_lists

if TYPE_CHECKING:
    from llmrec_core.signals.base import Signal
    from llmrec_core.steer.swaps import Swaps

STEERED = "description"
"""The signal that reads what an analyst edits."""

WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Weights of the description that are tried, beside the one of the most accurate blend."""

TARGET = 0.75
"""The share of sampled users whose list should follow a swap of two kinds."""

MOST_PRICE = 0.05
"""The share of NDCG that steering may cost at most."""


@dataclass(frozen=True)
class Point:
    """One weight of the description, the other weights kept.

    `right` is the share of sampled users whose list moved the right way (see `moved_right`),
    `ndcg` and `tail_share` are of validation rows. nan where there was nothing to measure on.
    """

    description: float
    ndcg: float
    tail_share: float
    right: float

    def document(self) -> dict[str, float]:
        """Plain JSON values."""
        return asdict(self)


def tried(accurate: Mapping[str, float]) -> list[float]:
    """The description's weights to try, ascending, that of the most accurate blend among them."""
    return sorted({*WEIGHTS, float(accurate.get(STEERED, 0.0))})


class Steered:
    """Sampled users' scores before and after their swaps, ready to be blended.

    Parameters
    ----------
    swaps : who is steered.
    fitted : the signals by name; only STEERED reads the sentences.
    """

    def __init__(self, swaps: Swaps, fitted: Mapping[str, Signal]) -> None:
        self.swaps = swaps
        self.seen = swaps.before.history().nonzero()
        self.candidates = np.ones((len(swaps), swaps.before.n_items), bool)
        self.candidates[self.seen] = False
        self.before = {name: self._scores(s, swaps.before) for name, s in fitted.items()}
        self.after = self._scores(fitted[STEERED], swaps.after)

    def _scores(self, signal: Signal, profiles: object) -> np.ndarray:
        return standardise_many(signal.score(profiles), self.seen)  # type: ignore[arg-type]

    def kind_ndcgs(self, weights: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """(users, kinds) before and after the swap, under these weights."""
        total = np.zeros(self.candidates.shape, np.float32)
        for name, weight in weights.items():
            if weight and name != STEERED:
                total += np.float32(weight) * self.before[name]
        x = np.float32(weights.get(STEERED, 0.0))
        return self._judged(total + x * self.before[STEERED]), self._judged(total + x * self.after)

    def _judged(self, score: np.ndarray) -> np.ndarray:
        score[self.seen] = -np.inf
        return kind_ndcg(top_lists(score), self.swaps.kinds.has, self.candidates)

    def right(self, weights: Mapping[str, float]) -> np.ndarray:
        """(users,) bool: whose list moved the right way."""
        before, after = self.kind_ndcgs(weights)
        return moved_right(before, after, self.swaps.favourite, self.swaps.least)


def enough(points: Sequence[Point], accurate: float) -> float:
    """The smallest weight of the description with which steering reaches TARGET.

    Never below `accurate`, and never one that costs more than MOST_PRICE of the NDCG that
    `accurate` has; where none within that price reaches the target, the one that comes nearest.
    """
    best = next(point for point in points if point.description == accurate)
    allowed = [
        point for point in points
        if point.description >= accurate and point.ndcg >= (1 - MOST_PRICE) * best.ndcg
        and not np.isnan(point.right)
    ]
    reached = [point.description for point in allowed if point.right >= TARGET]
    if reached:
        return min(reached)
    nearest = max(allowed, key=lambda point: (point.right, -point.description), default=best)
    return nearest.description
