"""How much of a signal's scores named concepts account for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.concepts.basis import Concepts

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.meeting import ReadsTexts

SAMPLE = 300
"""Users looked at."""
MOST_CELLS = 4_000_000
"""Scores held at once: of a large catalogue fewer users are looked at."""
SEED = 42


@dataclass(frozen=True)
class Spread:
    """What concepts account for, over a sample of users.

    `users` were looked at. `share` is the mean share of the spread of a user's scores (see
    `spread_shares`), `low` and `high` hold the middle 80 % of users, `chance` is the share that as
    many random directions have on average. `by_concept` (K,) sums to `share`. `kept` of a list's
    `n` items by the signal alone are on the list by its concepts alone, on average; where somebody
    has fewer candidates than asked for, `n` is the mean length of the lists.
    """

    users: int
    share: float
    low: float
    high: float
    chance: float
    by_concept: np.ndarray
    kept: float
    n: float


def spread_shares(
    mapped: np.ndarray, targets: np.ndarray, scores: np.ndarray, seen: np.ndarray,
    concepts: Concepts,
) -> np.ndarray:
    """(n, K): each concept's share of the variance of a profile's scores over its candidates.

    The score of an item is x = sum_k g_k + rest with g_k = sum_f m_fk z_fk, so that Var x = sum_k
    Cov(g_k, x) + Cov(rest, x): the share of concept k is Cov(g_k, x) / Var x, and all of them and
    the rest's sum to 1. A share is below 0 where a concept goes against the whole. This is no R^2:
    concepts that correlate with the rest share what they have in common. nan where Var x is 0.

    Parameters
    ----------
    mapped, targets : (n, E), (n_items, E), where profiles point and the items.
    scores : (n, n_items), the signal's.
    seen : (n, n_items) bool, no candidates.
    """
    count = np.maximum((~seen).sum(axis=1, keepdims=True), 1)
    mean = np.where(seen, 0, scores).sum(axis=1, keepdims=True, dtype=np.float64) / count
    apart = np.where(seen, 0, scores - mean).astype(np.float32)
    spread = np.einsum("ni,ni->n", apart, apart, dtype=np.float64)
    met = concepts.coordinates(apart @ targets)  # sum over items of (x - mean) z, by concept
    together = np.einsum("nfk,nfk->nk", concepts.coordinates(mapped), met, dtype=np.float64)
    flat = spread <= 1e-12 * np.maximum((mean[:, 0]) ** 2, 1e-12)
    with np.errstate(invalid="ignore"):
        return np.asarray(together / np.where(flat, np.nan, spread)[:, None])


def spread_of(
    signal: ReadsTexts, profiles: Profiles, concepts: Concepts, *, n: int = 10,
    sample: int = SAMPLE, seed: int = SEED,
) -> Spread:
    """What `concepts` account for in the scores of a signal, over a sample of `profiles`.

    Candidates are all items but a profile's own. Users whose scores do not differ are left out;
    without any other every figure is nan.
    """
    rng = np.random.default_rng(seed)
    most = max(min(sample, MOST_CELLS // max(profiles.n_items, 1)), 1)
    if len(profiles) > most:
        profiles = profiles.select(np.sort(rng.choice(len(profiles), most, replace=False)))
    mapped, targets = signal.mapped(profiles), signal.targets()
    scores = signal.score(profiles)
    seen = profiles.history().toarray() > 0
    each = spread_shares(mapped, targets, scores, seen, concepts)
    told = np.isfinite(each).all(axis=1)
    if not told.any():
        nan = float("nan")
        return Spread(0, nan, nan, nan, nan, np.full(len(concepts), nan), nan, n)
    mapped, scores, seen, each = mapped[told], scores[told], seen[told], each[told]
    total = each.sum(axis=1)
    kept, length = _kept(mapped, targets, scores, seen, concepts, n)
    low, high = np.percentile(total, [10, 90])
    return Spread(
        len(total), float(total.mean()), float(low), float(high),
        _chance(mapped, targets, scores, seen, concepts), each.mean(axis=0), kept, length,
    )


def _kept(
    mapped: np.ndarray, targets: np.ndarray, scores: np.ndarray, seen: np.ndarray,
    concepts: Concepts, n: int,
) -> tuple[float, float]:
    """Of a list: how many items are on it by the concepts' share of the score alone, its length.

    Both are means over users; a list is as long as there are candidates, `n` at most.
    """
    mine, its = concepts.coordinates(mapped), concepts.coordinates(targets)
    along = mine.reshape(len(mine), -1) @ its.reshape(len(its), -1).T
    length = np.minimum(n, (~seen).sum(axis=1))
    most = min(n, scores.shape[1])
    # In order, and not only parted off: what is seen stands last and is cut away.
    first, second = (_best(np.where(seen, np.inf, -s), most) for s in (scores, along))
    both = [len(np.intersect1d(first[u, :k], second[u, :k])) for u, k in enumerate(length)]
    return float(np.mean(both)), float(length.mean())


def _best(cost: np.ndarray, n: int) -> np.ndarray:
    """(users, n): the numbers of the n least of each row, the least first."""
    few = np.argpartition(cost, n - 1, axis=1)[:, :n]
    order = np.argsort(np.take_along_axis(cost, few, axis=1), axis=1, kind="stable")
    return np.take_along_axis(few, order, axis=1)


def _chance(
    mapped: np.ndarray, targets: np.ndarray, scores: np.ndarray, seen: np.ndarray,
    concepts: Concepts,
) -> float:
    """The mean share of as many random orthonormal directions, over all that might be drawn.

    The mean projection on K random directions of dim is K / dim times the identity, so that they
    have K / dim of the share of the whole space: 1, but of a score that is not all texts.
    """
    dim = concepts.basis.shape[1]
    whole = Concepts(tuple(map(str, range(dim))), np.eye(dim, dtype=np.float32))
    share = spread_shares(mapped, targets, scores, seen, whole).sum(axis=1).mean()
    return float(share) * len(concepts) / dim
