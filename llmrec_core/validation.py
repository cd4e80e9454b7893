"""Held-out training rows, ready to judge scores: what settings and weights are chosen by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.blend import standardise_many, top
from llmrec_core.metrics import ndcg

if TYPE_CHECKING:
    from llmrec_core import signals
    from llmrec_core.profile import Profiles
    from llmrec_core.protocol.candidates import Candidates

MOST_USERS, MOST_CELLS = 2000, 20_000_000
"""Validation users looked at, and their scores of one signal: more would hardly choose better."""


class Validation:
    """The held-out training rows, ready to judge scores by NDCG@n.

    Parameters
    ----------
    profiles : profiles of the inner training rows, one a user.
    wanted : what their lists may hold and what counts.

    `seen` are the (rows, columns) of what may not be listed, `relevant` (users, n_items) bool.
    """

    def __init__(
        self, profiles: Profiles, wanted: Candidates, n: int, seed: int = 42
    ) -> None:
        users = np.flatnonzero(np.diff(wanted.relevant.indptr) > 0)
        most = min(MOST_USERS, max(MOST_CELLS // wanted.relevant.shape[1], 1))
        if len(users) > most:
            users = np.sort(np.random.default_rng(seed).choice(users, most, replace=False))
        self.n, self.id_rank = n, wanted.id_rank
        self.profiles = profiles.select(users)
        self.seen = wanted.left_out(self.profiles.history(), users).nonzero()
        self.relevant = wanted.relevant[users].toarray() > 0
        self.relevant[self.seen] = False
        self.n_relevant = self.relevant.sum(axis=1)

    def ndcg(self, score: np.ndarray) -> float:
        """Mean NDCG@n of scores (users, n_items); seen items must be at -inf or masked already."""
        return float(np.nanmean(self.per_user(score)))

    def per_user(self, score: np.ndarray) -> np.ndarray:
        """(users,) NDCG@n, nan for a user without any relevant item left."""
        lists = best(score, self.n, self.id_rank)
        hits = np.take_along_axis(self.relevant, lists, axis=1)
        return ndcg(hits, self.n_relevant)

    def tail_share(self, score: np.ndarray) -> float:
        """The share of the n places that go to the long tail, popularity being that of the
        inner training rows of the users judged; scores as for `ndcg`."""
        from llmrec_core.exposure import exposure_report

        counts = np.bincount(self.profiles.item, minlength=score.shape[1])
        lists = best(score, self.n, self.id_rank)
        return exposure_report(lists, counts, len(counts)).tail_share

    def normalised(self, signal: signals.Signal) -> np.ndarray:
        """(users, n_items) float32: standardised over unseen items, seen ones at -1e9."""
        values = standardise_many(signal.score(self.profiles), self.seen)
        values[self.seen] = -1e9
        return values


def best(score: np.ndarray, n: int, id_rank: np.ndarray) -> np.ndarray:
    """(users, <= n) item numbers, best first, equal scores by id: the lists that a test ranks.

    Most rows have no tie at their end and need no more than a partial sort; the others (a row of
    counts, say) are ranked one by one.
    """
    n = min(n, score.shape[1])
    part = np.argpartition(score, score.shape[1] - n, axis=1)[:, -n:]
    part = np.take_along_axis(part, np.argsort(id_rank[part], axis=1), axis=1)
    kept = np.take_along_axis(score, part, axis=1)
    floor = kept.min(axis=1, keepdims=True)
    tied = (score == floor).sum(axis=1) > (kept == floor).sum(axis=1)
    order = np.argsort(-kept, axis=1, kind="stable")
    lists = np.take_along_axis(part, order, axis=1)
    for row in np.flatnonzero(tied):
        lists[row] = top(score[row], n, id_rank)
    return lists
