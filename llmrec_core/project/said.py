"""Where a text about a user points on the map: among the items that it speaks for most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.project.positions import transform_points

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.base import Signal

SPOKEN_FOR = 100
"""Items that pull a text to their place; a sixth of a small catalogue."""
FEWEST = 5
ENOUGH = 1000
"""Users whose texts say well enough what is usual."""


@dataclass(frozen=True)
class Usual:
    """What texts about users say of each item on average: `mean`, `deviation` (n_items,).

    Without it every text points to what is popular: a learned map says of everybody that they
    like what most people like.
    """

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray) -> Usual:
        """From the description signal's scores (n_users, n_items) of many users."""
        deviation = scores.std(axis=0, dtype=np.float64)
        typical = float(np.median(deviation)) or 1.0
        # An item of which all texts say the same says nothing of a difference.
        return cls(scores.mean(axis=0, dtype=np.float64), np.maximum(deviation, 0.1 * typical))


def usual_of(profiles: Profiles, signal: Signal, most: int = ENOUGH) -> Usual:
    """`Usual` of the description signal over users with a text, evenly drawn where there are more
    than `most`."""
    told = np.flatnonzero(np.abs(profiles.text_vectors()).sum(axis=1) > 0)
    if len(told) > most:
        told = told[np.linspace(0, len(told) - 1, most).astype(np.int64)]
    if len(told) == 0:
        return Usual(np.zeros(profiles.n_items), np.ones(profiles.n_items))
    return Usual.of(signal.score(profiles.select(told)))


def place_said(scores: np.ndarray, usual: Usual, item_xy: np.ndarray) -> np.ndarray:
    """Where texts point: (m, 2) float32 among the items' places (n_items, 2).

    `scores` (m, n_items) are the description signal's; a row that says the same of every item (no
    sentence counts) is nan. An item pulls by how much more than usual the text speaks for it, in
    standard deviations over users, above the 101st item (`pulls`); the point settles among them as
    users do among what they like (`transform_points`).
    """
    index, weight = pulls(scores, usual, item_xy)
    return transform_points(index, item_xy, weight)


def pulls(
    scores: np.ndarray, usual: Usual, item_xy: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The items that draw each text, and how strongly: (m, k) int32 and (m, k) float64.

    All weights are 0 for a text that says the same of every item.
    """
    placed = np.isfinite(item_xy).all(axis=1)
    n = min(SPOKEN_FOR, max(FEWEST, len(item_xy) // 6), max(int(placed.sum()) - 1, 1))
    more = np.where(placed, (scores - usual.mean) / usual.deviation, -np.inf)
    order = np.argsort(-more, axis=1, kind="stable")[:, : n + 1]
    value = np.take_along_axis(more, order, axis=1)
    weight = np.maximum(value[:, :n] - value[:, n:], 0) if value.shape[1] > n else value
    weight = np.where(np.ptp(scores, axis=1, keepdims=True) == 0, 0.0, weight)
    return order[:, :n].astype(np.int32), weight
