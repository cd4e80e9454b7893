"""Item factors, and the factors of any history found again from them: what iALS and BPR share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.item_item import inside, place_of, places, spread

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

MOST_CELLS = 4_000_000
"""Numbers held at once in the equations of profiles that are solved together: each profile has a
matrix of its own, and a copy of the factors of its past items."""


def _at_once(length: int, factors: int) -> int:
    """How many profiles of `length` past items are solved together."""
    return max(MOST_CELLS // (factors * (factors + 2 * length)), 1)


def _by_factors(met: np.ndarray, base: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """(n, k): x = (base + M'(C - 1) M)^-1 M' c, from met (n, h, k), base (k, k) and sure (n, h)."""
    equations = base + (met * (sure - 1)[:, :, None]).transpose(0, 2, 1) @ met
    right = (sure[:, None, :] @ met).transpose(0, 2, 1)
    return np.asarray(np.linalg.solve(equations, right)[:, :, 0])


def _by_past(met: np.ndarray, folded: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """(n, k): the same x with h equations a profile instead of k, for short histories.

    By the Woodbury identity x = B M' (I + (C - 1) M B M')^-1 c, B = base^-1 and folded = M B.
    """
    equations = (sure - 1)[:, :, None] * (met @ folded.transpose(0, 2, 1))
    equations[:, np.arange(sure.shape[1]), np.arange(sure.shape[1])] += 1
    weights = np.linalg.solve(equations, sure[:, :, None])
    return np.asarray((weights.transpose(0, 2, 1) @ folded)[:, 0])


@dataclass(frozen=True)
class Factors:
    """score(u, i) = scale y_i' x_u + b_i, the factors x_u found from u's history alone.

    x_u = A_u^-1 sum_j c_j y_j over past items j, A_u = Y'Y + sum_j (c_j - 1) y_j y_j' + reg I and
    c_j = alpha x the weight of j: the user half of an alternating least squares step (Hu, Koren,
    Volinsky 2008). So every score is a sum over past items, and a new user, or one without one of
    his rows, is scored as anybody.

    `items` (m,) are the item numbers covered, ascending; `y` (m, k) and `bias` (m,) float32.
    """

    items: np.ndarray
    y: np.ndarray
    bias: np.ndarray
    alpha: float
    reg: float
    scale: float = 1.0

    def score(self, history: csr_matrix, *, exact: bool = False) -> np.ndarray:
        """(n, n_items) from weighted histories (n, n_items); the bias alone without a history."""
        dtype = np.float64 if exact else np.float32
        y: np.ndarray = self.y.astype(dtype, copy=False)
        users = self.users(inside(history, self.items), dtype)
        values = users @ y.T
        values *= dtype(self.scale)
        values += self.bias.astype(dtype, copy=False)
        return spread(values, self.items, history.shape[1])

    def users(self, history: csr_matrix, dtype: type = np.float32) -> np.ndarray:
        """(n, k): x_u of each history (n, m) over the covered items."""
        y: np.ndarray = self.y.astype(dtype, copy=False)
        base = self._base(y)
        folded = y @ np.linalg.inv(base.astype(np.float64)).astype(y.dtype)  # (m, k): y_j B
        out = np.zeros((history.shape[0], y.shape[1]), dtype)
        lengths = np.diff(history.indptr)
        for length in np.unique(lengths[lengths > 0]).tolist():
            # Histories of one length are one array: a loop over people would be most of the time.
            alike = np.flatnonzero(lengths == length)
            for users in np.array_split(alike, -(-len(alike) // _at_once(length, y.shape[1]))):
                place = history.indptr[users][:, None] + np.arange(length)
                past = history.indices[place]
                sure = dtype(self.alpha) * history.data[place].astype(dtype)
                if length < y.shape[1]:
                    out[users] = _by_past(y[past], folded[past], sure)
                else:
                    out[users] = _by_factors(y[past], base, sure)
        return out

    def _base(self, y: np.ndarray) -> np.ndarray:
        """Y'Y + reg I, (k, k): the equations of a profile of nothing."""
        return np.asarray(y.T @ y + y.dtype.type(self.reg) * np.eye(y.shape[1], dtype=y.dtype))

    def votes(self, history: csr_matrix, item: int) -> pd.DataFrame:
        """scale y_i' A_u^-1 c_j y_j of each past item j of one profile, and the item's bias."""
        import pandas as pd

        past, weight, place = places(history, self.items)
        target = place_of(item, self.items)
        y = self.y.astype(np.float64)
        met, sure = y[place], self.alpha * weight
        shares = np.zeros(len(past))
        if target >= 0:
            equations = self._base(y) + met.T @ (met * (sure - 1)[:, None])
            shares = self.scale * sure * (met @ np.linalg.solve(equations, y[target]))
        frame = contribution_frame(Kind.PAST_ITEM, past, [""] * len(past), shares)
        if not self.bias.any():
            return frame
        bias = float(self.bias[target]) if target >= 0 else 0.0
        whole = contribution_frame(Kind.WHOLE, np.array([-1]), [""], np.array([bias]))
        return pd.concat([frame, whole], ignore_index=True)

    def arrays(self) -> dict[str, np.ndarray]:
        """All that was learned, for storing."""
        return {
            "items": self.items, "y": self.y, "bias": self.bias,
            "scale": np.array([self.scale], np.float64),
        }
