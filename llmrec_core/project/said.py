"""Where a text about a user points on the map: among the items that it speaks for most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from llmrec_core.project.positions import transform_points

SPOKEN_FOR = 100
"""Items that pull a text to their place; a sixth of a small catalogue."""
FEWEST = 5


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


def place_said(scores: np.ndarray, usual: Usual, item_xy: np.ndarray) -> np.ndarray:
    """Where texts point: (m, 2) float32 among the items' places (n_items, 2).

    `scores` (m, n_items) are the description signal's; a row that says the same of every item (no
    sentence counts) is nan. An item pulls by how much more than usual the text speaks for it, in
    standard deviations over users, above the 101st item; the point settles among them as users do
    among what they like (`transform_points`).
    """
    placed = np.isfinite(item_xy).all(axis=1)
    n = min(SPOKEN_FOR, max(FEWEST, len(item_xy) // 6), max(int(placed.sum()) - 1, 1))
    more = np.where(placed, (scores - usual.mean) / usual.deviation, -np.inf)
    order = np.argsort(-more, axis=1, kind="stable")[:, : n + 1]
    value = np.take_along_axis(more, order, axis=1)
    weight = np.maximum(value[:, :n] - value[:, n:], 0) if value.shape[1] > n else value
    out = transform_points(order[:, :n].astype(np.int32), item_xy, weight)
    out[np.ptp(scores, axis=1) == 0] = np.nan
    return out
