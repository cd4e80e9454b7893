"""The weights of concepts, learned from what people took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import InputError

if TYPE_CHECKING:
    from llmrec_core.concepts.basis import Concepts

REG = 0.01
"""Default penalty on the mean squared distance of the weights from 1."""


@dataclass(frozen=True)
class Fitted:
    """Weights of concepts and what they are worth on the pairs they were fitted on.

    `alpha` (K,) float32; `temperature` is what matches are divided by; `plain` and `weighed` are
    the mean log-probability (nats) of a taken item with all weights at 1 and with `alpha`.
    """

    alpha: np.ndarray
    temperature: float
    plain: float
    weighed: float


def fit_alpha(
    users: np.ndarray, items: np.ndarray, taken: Any, concepts: Concepts, *, known: Any = None,
    reg: float = REG, temperature: float | None = None,
) -> Fitted:
    """The weights that make what people took the most likely, each at least 0.

    The match is f(u, i) = (sum_k alpha_k sum_f u_fk i_fk + what lies beside the concepts) / (|u|
    |i|), with alpha = 1 the cosine. Maximised is E log p(i | u) over the pairs of `taken`, p being
    the softmax over all candidates of f / temperature, minus reg x mean (alpha_k - 1)^2. It asks
    what a list asks: is the taken item above the others. (log of (1 + f) / 2 needs no candidates,
    but is largest where every item matches, which tells no item from another.) The problem is
    concave in alpha; L-BFGS-B finds its one optimum. The temperature is fitted first, with all
    weights at 1: else it could not be told from the size of the weights.

    Parameters
    ----------
    users, items : (n, D), (m, D) vectors in one space of fields x dim.
    taken : csr (n, m), non-zero where a user took an item that `users` was not made from.
    known : csr (n, m) of pairs that are no candidates, such as the past; none without it.

    Raises `InputError` where `taken` holds no pair.
    """
    from scipy.optimize import minimize, minimize_scalar

    if not taken.nnz:
        raise InputError("Concept weights cannot be fitted: no user took a held-out item.")
    match = _Match(users, items, taken, concepts, known)
    ones = np.ones(len(concepts))
    if temperature is None:
        found = minimize_scalar(
            lambda log: -match.mean(ones, float(np.exp(log)))[0], bounds=(-6.0, 2.0),
            method="bounded", options={"maxiter": 25},
        )  # fmt: skip
        temperature = float(np.exp(found.x))

    def loss(alpha: np.ndarray) -> tuple[float, np.ndarray]:
        worth, slope = match.mean(alpha, temperature)
        beyond = alpha - 1
        return (
            reg * float(beyond @ beyond) / len(alpha) - worth,
            2 * reg * beyond / len(alpha) - slope,
        )

    done = minimize(
        loss, ones, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(ones),
        options={"maxiter": 100},
    )
    alpha = done.x.astype(np.float32)
    plain, weighed = (match.mean(a, temperature)[0] for a in (ones, alpha))
    return Fitted(alpha, temperature, plain, weighed)


def worth(
    users: np.ndarray, items: np.ndarray, taken: Any, concepts: Concepts, alpha: np.ndarray,
    temperature: float, *, known: Any = None,
) -> float:
    """The mean log-probability (nats) of a taken item under given weights, as in `fit_alpha`."""
    return _Match(users, items, taken, concepts, known).mean(alpha, temperature)[0]


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of norm 1, zero ones kept."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, np.asarray(1e-9, vectors.dtype)))


class _Match:
    """The mean log-probability of taken items and its slope, for any weights."""

    def __init__(
        self, users: np.ndarray, items: np.ndarray, taken: Any, concepts: Concepts, known: Any
    ) -> None:
        if known is not None:
            taken = taken - taken.multiply(known)
            taken.eliminate_zeros()
        some = np.flatnonzero(np.diff(taken.tocsr().indptr))  # the others have no say
        taken = taken.tocsr()[some]
        one, other = unit(users[some]), unit(items)
        self.user, self.item = concepts.coordinates(one), concepts.coordinates(other)
        self.plain = one @ other.T  # (n, m)
        self.row, self.column = taken.nonzero()
        self.count = np.bincount(self.row, minlength=len(some)).astype(np.float32)
        if known is not None:
            self.plain[known[some].nonzero()] = -np.inf
        # The slope of the taken pairs is the same for all weights.
        self.own = np.einsum(
            "pfk,pfk->k", self.user[self.row], self.item[self.column], dtype=np.float64
        )

    def mean(self, alpha: np.ndarray, temperature: float) -> tuple[float, np.ndarray]:
        """The mean over pairs of log p, and its slope in alpha (K,) float64."""
        beyond = (self.user * (alpha - 1).astype(np.float32)).reshape(len(self.user), -1)
        score = self.plain + beyond @ self.item.reshape(len(self.item), -1).T
        score /= np.float32(temperature)
        score -= score.max(axis=1, keepdims=True)
        hit = score[self.row, self.column].sum(dtype=np.float64)
        np.exp(score, out=score)
        total = score.sum(axis=1)
        pairs = max(len(self.row), 1)
        worth = (hit - float(self.count @ np.log(total))) / pairs
        score *= (self.count / total)[:, None]  # how often each item is expected
        expected = np.stack(
            [score @ self.item[:, f] for f in range(self.item.shape[1])], axis=1
        )  # (n, fields, K)
        slope = self.own - np.einsum("nfk,nfk->k", self.user, expected, dtype=np.float64)
        return float(worth), slope / (pairs * temperature)
