"""BPR as RecBole trains it: what its published figure is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.sparse import csr_matrix

    Worth = Callable[[np.ndarray, np.ndarray], float]

BATCH, LEARNING_RATE, MOST_EPOCHS = 2048, 1e-3, 300
"""RecBole's defaults: rows a step, Adam's rate, epochs at most."""

PATIENCE = 20
"""Epochs without a gain that end the training: RecBole's 10 end in the noise of a small study."""


def fit_bpr(
    taken: csr_matrix, *, dim: int, seed: int, worth: Worth | None = None,
    epochs: int = MOST_EPOCHS,
) -> tuple[np.ndarray, np.ndarray, int]:
    """(users (n, dim), items (m, dim), epochs): one uniformly drawn stranger a row, log-sigmoid.

    (Rendle et al. 2009.) Adam from Xavier's normal start, no penalty. With `worth` the factors of
    the best epoch are kept, and training ends when `PATIENCE` epochs bring no gain; without it all
    `epochs` are run.
    """
    import torch

    draw = torch.Generator().manual_seed(seed)
    rng = np.random.default_rng(seed)
    pairs = taken.tocoo()
    known = np.sort(pairs.row.astype(np.int64) * taken.shape[1] + pairs.col)
    user, item = (torch.from_numpy(a.astype(np.int64)) for a in (pairs.row, pairs.col))
    factors = [torch.nn.Parameter(torch.empty(size, dim)) for size in taken.shape]
    for factor in factors:
        torch.nn.init.xavier_normal_(factor, generator=draw)
    adam = torch.optim.Adam(factors, lr=LEARNING_RATE)
    best, best_epoch = -np.inf, epochs
    kept: list[torch.Tensor] = list(factors)
    for epoch in range(1, epochs + 1):
        strangers = torch.from_numpy(_strangers(pairs.row, known, taken.shape[1], rng))
        for rows in torch.randperm(len(user), generator=draw).split(BATCH):
            mine = factors[0][user[rows]]
            gap = (mine * (factors[1][item[rows]] - factors[1][strangers[rows]])).sum(dim=1)
            adam.zero_grad()
            torch.nn.functional.softplus(-gap).mean().backward()
            adam.step()
        if worth is None:
            continue
        value = worth(*_arrays(factors))
        if value > best:
            best, best_epoch = value, epoch
            kept = [factor.detach().clone() for factor in factors]
        elif epoch - best_epoch >= PATIENCE:
            break
    users, items = _arrays(kept if worth else factors)
    return users, items, best_epoch


def _strangers(
    rows: np.ndarray, known: np.ndarray, n_items: int, rng: np.random.Generator
) -> np.ndarray:
    """(k,) int64: for each row's user an item that the user did not take, uniformly."""
    out = rng.integers(n_items, size=len(rows))
    todo = np.arange(len(rows))
    while len(todo):
        key = rows[todo].astype(np.int64) * n_items + out[todo]
        place = np.minimum(np.searchsorted(known, key), len(known) - 1)
        todo = todo[known[place] == key]
        out[todo] = rng.integers(n_items, size=len(todo))
    return out


def _arrays(factors: Any) -> tuple[np.ndarray, np.ndarray]:
    """The factors as float32 arrays."""
    users, items = (factor.detach().numpy().copy() for factor in factors)
    return users, items
