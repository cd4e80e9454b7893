"""Closed-form maps from what is known of users to items: sums over users, then one solve.

All maps minimise |P W Q - F|^2 with ridge penalties, where P (n_users, D) is the past of users,
F (n_users, n_items) the items they took next and Q the item side (item vectors, or the identity).
P'P and P'F are sums over users: they add up over batches, machines and new clicks.
"""

from __future__ import annotations

import numpy as np

from llmrec_core.errors import StudioError


def inverse(gram: np.ndarray, penalty: float | np.ndarray) -> np.ndarray:
    """(gram + diag(penalty))^-1 by Cholesky and LAPACK potri, in the precision of `gram`.

    `gram` is (d, d), symmetric and positive semi-definite. About three times as fast as a general
    inverse. Raises `StudioError` where the sum is singular.
    """
    from scipy.linalg import get_lapack_funcs

    potrf, potri = get_lapack_funcs(("potrf", "potri"), (gram,))
    lifted = gram.copy(order="F")
    lifted[np.diag_indices(len(gram))] += penalty
    factor, failed = potrf(lifted, lower=1, overwrite_a=1)
    half, failed_too = potri(factor, lower=1, overwrite_c=1) if not failed else (factor, 0)
    if failed or failed_too:
        raise StudioError("A signal's equations are singular: raise its penalty.")
    return _mirrored(half)


def _mirrored(half: np.ndarray, step: int = 512) -> np.ndarray:
    """`half` (d, d) with its lower triangle written above the diagonal too, in place: a copy of a
    large matrix is what memory runs out on."""
    for begin in range(0, len(half), step):
        end = begin + step
        square = half[begin:end, begin:end]
        square[:] = np.tril(square) + np.tril(square, -1).T
        half[begin:end, end:] = half[end:, begin:end].T
    return half.T  # symmetric; LAPACK left it in Fortran's order


def relative(gram: np.ndarray, reg: float) -> float:
    """`reg` times the mean of the diagonal: it means the same for few and many users."""
    return reg * max(float(np.trace(gram)) / len(gram), 1e-12)


def semantic_map(
    past_gram: np.ndarray, past_future: np.ndarray, item_inverse: np.ndarray, reg: float
) -> np.ndarray:
    """W = (P'P + a I)^-1 P'F Z (Z'Z + b I)^-1, (D_user, D_item) float32.

    Parameters
    ----------
    past_gram : (D_user, D_user), P'P
    past_future : (D_user, D_item), P'F Z
    item_inverse : (D_item, D_item), (Z'Z + b I)^-1, from `item_side_inverse`
    reg : a, relative to the mean diagonal of P'P
    """
    left = inverse(past_gram.astype(np.float64), relative(past_gram, reg))
    return (left @ past_future.astype(np.float64) @ item_inverse).astype(np.float32)


def item_side_inverse(vectors: np.ndarray, reg: float) -> np.ndarray:
    """(Z'Z + b I)^-1 in float64, item vectors Z (n_items, D), b relative to the mean diagonal."""
    gram = (vectors.T @ vectors).astype(np.float64)
    return inverse(gram, relative(gram, reg))
