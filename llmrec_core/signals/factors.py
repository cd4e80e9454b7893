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

CHUNK = 512
"""Profiles whose equations are solved at a time: each has a matrix of its own."""


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
        out = np.zeros((history.shape[0], y.shape[1]), dtype)
        for begin in range(0, len(out), CHUNK):
            part = history[begin : begin + CHUNK]
            equations = np.repeat(base[None], part.shape[0], axis=0)  # (chunk, k, k)
            right = np.zeros((part.shape[0], y.shape[1]), dtype)
            for u in range(part.shape[0]):
                own = slice(part.indptr[u], part.indptr[u + 1])
                met, sure = y[part.indices[own]], dtype(self.alpha) * part.data[own].astype(dtype)
                equations[u] += met.T @ (met * (sure - 1)[:, None])
                right[u] = sure @ met
            out[begin : begin + CHUNK] = np.linalg.solve(equations, right[:, :, None])[:, :, 0]
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
