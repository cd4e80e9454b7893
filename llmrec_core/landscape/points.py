"""What weights are worth: NDCG and exposure of the lists that they make, user by user."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.exposure import gini, tail_items
from llmrec_core.metrics import ndcg
from llmrec_core.threads import one_thread
from llmrec_core.tune.intervals import SURE
from llmrec_core.validation import best

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmrec_core.landscape.scores import Scores

GROUP = 16
"""Weightings ranked at a time: neighbours agree on which items have no chance."""
MOST_PLACES = 100_000_000
"""Places in all lists at once: they and what is reckoned from them take about 1.5 GB."""
HIDDEN = np.float32(-1e30)
"""The score of what may not be listed: finite, for the lists are cut by `validation.best`."""


@dataclass(frozen=True)
class Gap:
    """A mean difference over the same users, and how far its 95 % interval reaches to each side."""

    mean: float
    reach: float

    @property
    def beyond(self) -> bool:
        """Whether it is more than the noise between users."""
        return bool(abs(self.mean) > self.reach)


@dataclass(frozen=True, eq=False)
class Points:
    """What k weightings are worth on the same users.

    Attributes
    ----------
    weights : (k, signals) float32.
    ndcg : (k, users) float64; nan where all weights are 0, for then nothing is ranked.
    tail : (k, users) float64: the share of a user's places that go to the tail, the least popular
        80 % of the catalogue; nan as above, and where all items are as popular.
    tail_share, coverage, gini : (k,) as `exposure` defines them, over the lists of all users.
    """

    weights: np.ndarray
    ndcg: np.ndarray
    tail: np.ndarray
    tail_share: np.ndarray
    coverage: np.ndarray
    gini: np.ndarray

    def __len__(self) -> int:
        return len(self.weights)

    @cached_property
    def mean(self) -> np.ndarray:
        """(k,) mean NDCG."""
        return self.ndcg.mean(axis=1)

    @cached_property
    def error(self) -> np.ndarray:
        """(k,) standard error of the mean NDCG over users."""
        out: np.ndarray = self.ndcg.std(axis=1, ddof=1) / np.sqrt(self.ndcg.shape[1])
        return out

    def ndcg_gap(self, point: int, other: Points, at: int = 0) -> Gap:
        """NDCG of one point less that of the point `at` of `other`, on the same users."""
        return paired(self.ndcg[point], other.ndcg[at])

    def tail_gap(self, point: int, other: Points, at: int = 0) -> Gap:
        """The same of the share of places that go to the tail."""
        return paired(self.tail[point], other.tail[at])


def paired(one: np.ndarray, other: np.ndarray) -> Gap:
    """The mean of one - other over users, and 1.96 standard errors of it."""
    gap = one - other
    error = float(gap.std(ddof=1) / np.sqrt(len(gap))) if len(gap) > 1 else float("nan")
    return Gap(float(gap.mean()), SURE * error)


def measured(
    scores: Scores, weights: np.ndarray, n: int = 10,
    tell: Callable[[int, int], object] | None = None,
) -> Points:
    """What `weights` (k, signals) are worth in lists of `n`.

    `tell(done, total)` hears of users. Raises `InputError` for weights of other signals, and for
    more lists than there is room for.
    """
    weights = np.asarray(weights, np.float32)
    _check(scores, weights, n)
    n, users = min(n, len(scores.counts)), len(scores.values)
    lists = np.full((len(weights), users, n), -1, np.int32)
    ranked = np.flatnonzero(weights.any(axis=1))
    with one_thread():
        for user in range(users):
            if tell is not None:
                tell(user, users)
            for begin in range(0, len(ranked), GROUP):
                group = ranked[begin : begin + GROUP]
                lists[group, user] = _lists(scores, user, weights[group], n)
    hits = scores.wanted[np.arange(users)[None, :, None], lists] & (lists >= 0)
    relevant = np.tile(scores.wanted.sum(axis=1), len(weights))
    worth = ndcg(hits.reshape(-1, n), relevant).reshape(len(weights), users)
    worth[~weights.any(axis=1)] = np.nan
    return Points(weights, worth, *_exposed(lists, scores.counts))


def _check(scores: Scores, weights: np.ndarray, n: int) -> None:
    """Raises `InputError` for what cannot be measured."""
    if weights.ndim != 2 or weights.shape[1] != len(scores.names):
        raise InputError(
            f"The weights have shape {weights.shape} but there are {len(scores.names)} signals: "
            "give one for each of them."
        )
    users, n = len(scores.values), min(n, len(scores.counts))
    if len(weights) * users * n > MOST_PLACES:
        raise InputError(
            f"{len(weights):,} weightings of {users:,} users with lists of {n} are more than fit "
            "in memory at once: choose fewer steps or fewer users."
        )


def _lists(scores: Scores, user: int, weights: np.ndarray, n: int) -> np.ndarray:
    """(k, n) item numbers, best first, -1 where fewer are left."""
    total = weights @ scores.values[user]
    total[:, scores.hidden_of[user]] = HIDDEN
    # The n-th best of what items reach at worst is a score that n items have under each of the
    # weightings: what never gets there is in no list.
    least = total.min(axis=0)
    floor = np.partition(least, len(least) - n)[len(least) - n]
    few = np.flatnonzero(total.max(axis=0) >= floor)
    total = total[:, few]
    picked = best(total, n, scores.id_rank[few])
    shown = np.take_along_axis(total, picked, axis=1) > HIDDEN
    return np.where(shown, few[picked], -1)


def _exposed(
    lists: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Tail share a user (k, users), and of all places; coverage and Gini index (k,)."""
    last = tail_items(counts)
    tail = np.zeros(len(counts) + 1, bool)  # the last place is that of no item
    tail[last] = len(last) > 0 and counts.min() < counts.max()
    of_tail, places = tail[lists].sum(axis=2), (lists >= 0).sum(axis=2)
    known = places if tail.any() else np.zeros_like(places)
    shown = [np.bincount(one.ravel() + 1, minlength=len(counts) + 1)[1:] for one in lists]
    return (
        _share(of_tail, known), _share(of_tail.sum(axis=1), known.sum(axis=1)),
        np.array([np.mean(times > 0) for times in shown]), np.array([gini(t) for t in shown]),
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, nan where there is nothing of it."""
    out = np.full(part.shape, np.nan)
    return np.divide(part, whole, out=out, where=whole > 0)
