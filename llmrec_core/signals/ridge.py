"""Closed-form maps from what is known of users to items: sums over users, then one solve.

All maps minimise |P W Q - F|^2 with ridge penalties, where P (n_users, D) is the past of users,
F (n_users, n_items) the items they took next and Q the item side (item vectors, or the identity).
P'P and P'F are sums over users: they add up over batches, machines and new clicks.
"""

from __future__ import annotations

import numpy as np


def inverse(gram: np.ndarray, reg: float) -> np.ndarray:
    """(gram + reg I)^-1 by Cholesky, with `reg` relative to the mean of the diagonal.

    `gram` is (d, d), symmetric and positive semi-definite; a relative penalty means the same for
    few and for many users.
    """
    from scipy.linalg import cho_factor, cho_solve

    d = len(gram)
    scale = max(float(np.trace(gram)) / d, 1e-12)
    lifted = gram + np.eye(d, dtype=gram.dtype) * (reg * scale)
    return cho_solve(cho_factor(lifted, lower=True), np.eye(d, dtype=gram.dtype))


def semantic_map(
    past_gram: np.ndarray, past_future: np.ndarray, item_gram: np.ndarray,
    reg_user: float, reg_item: float,
) -> np.ndarray:
    """W = (P'P + a I)^-1 P'F Z (Z'Z + b I)^-1, (D_user, D_item) float32.

    Parameters
    ----------
    past_gram : (D_user, D_user), P'P
    past_future : (D_user, D_item), P'F Z
    item_gram : (D_item, D_item), Z'Z
    reg_user, reg_item : a and b, each relative to the mean diagonal of its Gram matrix.
    """
    left = inverse(past_gram.astype(np.float64), reg_user)
    right = inverse(item_gram.astype(np.float64), reg_item)
    return (left @ past_future.astype(np.float64) @ right).astype(np.float32)
