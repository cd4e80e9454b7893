"""Held-out training rows, ready to judge scores: what settings and weights are chosen by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.blend import standardise_many
from llmrec_core.metrics import ndcg

if TYPE_CHECKING:
    from llmrec_core import signals
    from llmrec_core.profile import Profiles

MOST_USERS, MOST_CELLS = 2000, 20_000_000
"""Validation users looked at, and their scores of one signal: more would hardly choose better."""


class Validation:
    """The held-out training rows, ready to judge scores by NDCG@n.

    Parameters
    ----------
    profiles : profiles of the inner training rows, one a user.
    held_out : csr (n_users, n_items), non-zero where a row was held out of training.
    """

    def __init__(self, profiles: Profiles, held_out: Any, n: int, seed: int = 42) -> None:
        users = np.flatnonzero(np.diff(held_out.indptr) > 0)
        most = min(MOST_USERS, max(MOST_CELLS // held_out.shape[1], 1))
        if len(users) > most:
            users = np.sort(np.random.default_rng(seed).choice(users, most, replace=False))
        self.n = n
        self.profiles = profiles.select(users)
        self.seen = self.profiles.history().nonzero()
        self.relevant = held_out[users].toarray() > 0
        self.relevant[self.seen] = False
        self.n_relevant = self.relevant.sum(axis=1)

    def ndcg(self, score: np.ndarray) -> float:
        """Mean NDCG@n of scores (users, n_items); seen items must be at -inf or masked already."""
        hits = np.take_along_axis(self.relevant, _lists(score, self.n), axis=1)
        return float(np.nanmean(ndcg(hits, self.n_relevant)))

    def tail_share(self, score: np.ndarray) -> float:
        """The share of the n places that go to the long tail, popularity being that of the
        inner training rows of the users judged; scores as for `ndcg`."""
        from llmrec_core.exposure import exposure_report

        counts = np.bincount(self.profiles.item, minlength=score.shape[1])
        return exposure_report(_lists(score, self.n), counts, len(counts)).tail_share

    def normalised(self, signal: signals.Signal) -> np.ndarray:
        """(users, n_items) float32: standardised over unseen items, seen ones at -1e9."""
        values = standardise_many(signal.score(self.profiles), self.seen)
        values[self.seen] = -1e9
        return values


def _lists(score: np.ndarray, n: int) -> np.ndarray:
    """(users, <= n) item numbers, best first."""
    n = min(n, score.shape[1])
    part = np.argpartition(score, score.shape[1] - n, axis=1)[:, -n:]
    order = np.argsort(-np.take_along_axis(score, part, axis=1), axis=1, kind="stable")
    return np.take_along_axis(part, order, axis=1)
