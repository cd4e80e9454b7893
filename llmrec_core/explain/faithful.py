"""Whether an explanation is faithful: reasons are really taken away, and the score is looked at.

The ledger says what each reason adds to a score as it stands. Taking a reason away does more than
its line says where signals normalise by how much is known of the user, so it is measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.blend import standardise_many
from llmrec_core.signals.base import Kind

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.explain.ledger import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.base import Signal

STEPS = 20
"""Stretches of a curve: a reason each where there are fewer."""
ORDERS = 20
"""Random orders that the ledger's is held against."""
FEW = 3
"""Reasons that one sentence is about."""
MOST_CELLS = 10_000_000
"""Scores held at once."""
WORK = 120_000_000
"""Scores in all that a person waits for: about three seconds of cheap signals."""
MOST_WORK = 4 * WORK
"""Beyond so many nobody waits on a page."""
FEWEST = 10
"""Random orders at least: fewer have no spread worth telling."""


def orders_within(n_items: int, n_signals: int) -> int:
    """Random orders that `WORK` scores suffice for, `FEWEST` to `ORDERS`: fewer in a large
    catalogue. 0 where even `FEWEST` take more than `MOST_WORK`."""
    one = (STEPS + 1) * max(1, n_items * n_signals)
    if (FEWEST + 2) * one > MOST_WORK:
        return 0
    return min(ORDERS, max(FEWEST, WORK // one - 2))  # less the ledger's order and insertion


@dataclass(frozen=True)
class Reason:
    """One thing known of the user, with what it adds to a score over all signals, in points."""

    kind: Kind
    number: int
    points: float


def reasons_of(entries: Sequence[Entry]) -> list[Reason]:
    """The sentences and past items behind a ledger, what adds most first.

    A past item counts with all signals that name it, and with what it shares with the item. What
    adds nothing is none, and what nobody can take away (popularity, the average item, a
    residual) is left out.
    """
    points: dict[tuple[Kind, int], float] = {}
    for line in (line for entry in entries for line in entry.children):
        parts = line.children if line.kind == Kind.ENTITY else (line,)
        for part in parts:
            if part.kind in (Kind.SENTENCE, Kind.PAST_ITEM):
                key = (Kind(part.kind), part.number)
                points[key] = points.get(key, 0.0) + part.contribution
    found = [Reason(kind, number, p) for (kind, number), p in points.items() if p]
    return sorted(found, key=lambda r: (-r.points, str(r.kind), r.number))


@dataclass(frozen=True)
class Curves:
    """What a score becomes as reasons are taken away, or given to somebody who is unknown.

    `count` (k,) is how many reasons are taken away (deletion) or known (insertion), from 0 to all
    of them. `deletion` and `insertion` (k,) are the scores in points when those that add most come
    first; `random` (orders, k) those of deletion in random orders. `places` (k,) and
    `random_places` (orders, k) are the item's ranks under deletion, `known_places` (k,) those
    under insertion.
    """

    reasons: tuple[Reason, ...]
    count: np.ndarray
    deletion: np.ndarray
    insertion: np.ndarray
    random: np.ndarray
    places: np.ndarray
    random_places: np.ndarray
    known_places: np.ndarray

    @cached_property
    def share(self) -> np.ndarray:
        """(k,) `count` as a share of all reasons."""
        return np.asarray(self.count / max(len(self.reasons), 1))

    def _of_all(self, scores: np.ndarray) -> np.ndarray:
        """Scores as shares of the way from nothing known (0) to everything known (1).

        nan where both ends are the same, and with one reason, which has one order: then no order
        can be better than another.
        """
        empty, full = self.deletion[-1], self.deletion[0]
        way = full - empty
        near = abs(way) <= 1e-6 * max(abs(full), abs(empty), 1e-6)
        alike = near or len(self.reasons) < 2
        return np.asarray((scores - empty) / (np.nan if alike else way))

    @property
    def deletion_area(self) -> float:
        """Area under the deletion curve, lower is better: the strongest reasons carry the score."""
        return _area(self._of_all(self.deletion), self.share)

    @property
    def insertion_area(self) -> float:
        """Area under the insertion curve, higher is better: the strongest reasons suffice."""
        return _area(self._of_all(self.insertion), self.share)

    @cached_property
    def random_area(self) -> float:
        """The mean area of the random orders, which stands for both.

        Knowing the last reasons of an order alone is having taken the first ones away: deletion
        and insertion in random orders are the same scores, read from either end.
        """
        return float(np.mean([_area(self._of_all(row), self.share) for row in self.random]))

    def way(self, kind: str) -> np.ndarray:
        """(k,) «deletion», «insertion» or the mean «random» curve, as shares of the whole way."""
        scores = {"deletion": self.deletion, "insertion": self.insertion,
                  "random": self.random.mean(axis=0)}[kind]  # fmt: skip
        return self._of_all(scores)


def _area(curve: np.ndarray, share: np.ndarray) -> float:
    return float(np.trapezoid(curve, share))


def curves(
    profile: Profiles, item: int, entries: Sequence[Entry], block: Block, weights: np.ndarray,
    signals: Mapping[str, Signal], *, orders: int = ORDERS, steps: int = STEPS, seed: int = 0,
) -> Curves | None:
    """Deletion and insertion curves of one recommendation; None where it has no reason to take.

    Reasons are taken from the profile in the order of the ledger, the largest part first, and in
    `orders` random orders; every signal scores what is left. Scores keep the mean and standard
    deviation of the whole profile, so that points stay points; ranks are those of the list that
    the changed profile would get. A past item that was taken away stays no candidate. Deletion and
    insertion after Petsiuk et al. 2018 (RISE); the same as comprehensiveness and sufficiency in
    DeYoung et al. 2020, over all shares.

    Parameters
    ----------
    profile, block : one profile and its block. entries : the ledger of `item` under `weights`.
    """
    reasons = tuple(reasons_of(entries))
    if not reasons:
        return None
    m = len(reasons)
    count = np.unique(np.append(np.linspace(0, m, min(steps, m) + 1).round(), min(FEW, m)))
    count = count.astype(np.int64)
    rng = np.random.default_rng(seed)
    # place[o, r]: when reason r is taken in order o; the first order is the ledger's.
    place = np.stack([np.arange(m), *(rng.permutation(m) for _ in range(orders))])
    gone = place[:, None, :] < count[None, :, None]  # (1 + orders, k, m)
    kept_only = place[:1, None, :] >= count[None, :, None]  # all but the first `count`: insertion
    taken = np.concatenate([gone.reshape(-1, m), kept_only.reshape(-1, m)])
    score, rank = _scored(_without(profile, reasons, taken), item, block, weights, signals)
    k = len(count)
    return Curves(
        reasons, count, score[:k], score[-k:], score[k:-k].reshape(orders, k),
        rank[:k], rank[k:-k].reshape(orders, k), rank[-k:],
    )


def _without(profile: Profiles, reasons: Sequence[Reason], taken: np.ndarray) -> Profiles:
    """A profile for each row of `taken` (v, reasons) bool, without those reasons."""
    out = profile.select(np.zeros(len(taken), np.int64))
    n_rows, n_said = len(profile.item), len(profile.sentence_weight)
    rows, said = np.zeros((len(taken), n_rows), bool), np.zeros((len(taken), n_said), bool)
    for r, reason in enumerate(reasons):
        if reason.kind is Kind.SENTENCE:
            said[:, reason.number] = taken[:, r]
        else:
            rows[:, profile.item == reason.number] = taken[:, r, None]
    quiet = np.where(said.ravel(), np.float32(0), out.sentence_weight)
    return replace(out, sentence_weight=quiet).keep_rows(~rows.ravel())


def _scored(
    variants: Profiles, item: int, block: Block, weights: np.ndarray,
    signals: Mapping[str, Signal],
) -> tuple[np.ndarray, np.ndarray]:
    """((v,) points of `item`, (v,) its rank) for each profile."""
    points, rank = np.zeros(len(variants)), np.zeros(len(variants), np.int64)
    at_once = max(1, MOST_CELLS // variants.n_items)
    for first in range(0, len(variants), at_once):
        part = slice(first, min(first + at_once, len(variants)))
        some = variants.select(np.arange(part.start, part.stop))
        out = np.tile(block.excluded, len(some))
        seen = (np.repeat(np.arange(len(some)), len(block.excluded)), out)
        total = np.zeros((len(some), variants.n_items), np.float32)
        for s, name in enumerate(block.names):
            if weights[s]:
                raw = signals[name].score(some)
                factor = float(weights[s]) / float(block.sd[s])
                points[part] += factor * (raw[:, item].astype(np.float64) - block.mean[s])
                total += np.float32(weights[s]) * standardise_many(raw, seen)
        total[seen] = -np.inf
        mine = total[:, item, None]
        tied = (total == mine) & (block.id_rank < block.id_rank[item])
        rank[part] = 1 + (total > mine).sum(axis=1) + tied.sum(axis=1)
    return points, rank
