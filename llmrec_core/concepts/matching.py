"""The matching function: a cosine whose share along each concept has a weight of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.concepts.basis import Concepts


def matched(
    users: np.ndarray, items: np.ndarray, concepts: Concepts, alpha: np.ndarray
) -> np.ndarray:
    """(n, m): f(u, i) = (sum_k alpha_k u_k i_k + what lies beside the concepts) / (|u| |i|).

    `users` (n, D) and `items` (m, D) lie in one space of fields x dim. With alpha = 1 it is the
    cosine. 0 where a vector is zero.
    """
    return np.asarray(unit(users) @ concepts.weighed(unit(items), alpha).T)


def shares(
    user: np.ndarray, item: np.ndarray, concepts: Concepts, alpha: np.ndarray
) -> np.ndarray:
    """(K + 1,) float64: what each concept adds to the match of one user and one item, (D,) each.

    The last is what lies beside all concepts; they sum to `matched`.
    """
    one, other = unit(user[None].astype(np.float64)), unit(item[None].astype(np.float64))
    together = (concepts.coordinates(one)[0] * concepts.coordinates(other)[0]).sum(axis=0)
    beside = float(one[0] @ other[0]) - float(together.sum())
    return np.append(np.asarray(alpha, np.float64) * together, beside)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of norm 1, zero ones kept."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, np.asarray(1e-9, vectors.dtype)))
