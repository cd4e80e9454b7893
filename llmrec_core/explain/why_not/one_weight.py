"""The smallest change of one weight that brings an item into a list, or takes it out: exact.

A score is linear in every weight. So each other candidate is ahead of the item on a half-line of
the change, and the rank as a function of the change is a sum of steps: sorted once, read off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import blend

if TYPE_CHECKING:
    from llmrec_core.blend import Block

MOST, STEP = 3.0, 0.05
"""The end of a weight slider, and how far apart its positions are."""
DIGITS = (2, 3, 4, 5, 6)
"""Decimals that a weight may be typed with: the fewest that do."""
MOST_STRETCHES = 50
"""Stretches of a weight that are tried: all but the first are rarely needed, only where the first
is narrower than float32 tells weights apart."""
FAR = 1e300
"""Where a step is that lies beyond all weights."""
BINS = 2048
"""Bins that the steps of a large catalogue are counted in before any are sorted."""


@dataclass(frozen=True)
class Change:
    """One weight moved from `now`, the others kept, until the item enters (or leaves) the list.

    `edge` is where it happens, in float64: up to there it does not. `weight` is the number with
    the fewest decimals from there on that was seen to do it when ranked, at `rank`; `slider` the
    nearest position of a slider that was, None where there is none.
    """

    signal: str
    now: float
    edge: float
    weight: float
    rank: int
    slider: float | None
    slider_rank: int | None

    @property
    def negative(self) -> bool:
        """Whether the weight would have to be below 0: the signal speaks against its own items."""
        return self.weight < 0

    @property
    def beyond(self) -> bool:
        """Whether the weight lies beyond the end of a slider."""
        return self.weight > MOST

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {**vars(self), "negative": self.negative, "beyond": self.beyond}


@dataclass(frozen=True)
class _Steps:
    """How many of the others are ahead, as a function of a change t >= 0 in one direction.

    `at` (k,) ascending are the changes where it steps, `ahead` (k + 1,) how many are ahead before
    the first, between two and after the last step. A step holds from its place on.
    """

    at: np.ndarray
    ahead: np.ndarray

    def stretches(self, wanted: np.ndarray) -> Iterator[tuple[float, float]]:
        """(begin, end) of each run of `wanted` (k + 1,) bool, the nearest first."""
        turns = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]])))
        bounds = np.concatenate([[0.0], self.at, [np.inf]])
        for first, last in turns.reshape(-1, 2):
            yield float(bounds[first]), float(bounds[last])


@dataclass(frozen=True)
class _Question:
    """Whether an item changes sides of a list of length `n`, under weights with one moved."""

    block: Block
    weights: np.ndarray
    item: int
    n: int
    enter: bool

    def rank(self, s: int, value: float) -> int | None:
        """The rank when weight `s` is `value` and the item has changed sides; None if not."""
        if not abs(value) <= blend.LARGEST:
            return None
        tried = self.weights.copy()
        tried[s] = value
        rank = blend.rank_of(self.block, tried, self.item)
        return rank if rank is not None and (rank <= self.n) == self.enter else None

    def nearest(self, s: int, sign: int, steps: _Steps) -> Change | None:
        """The nearest change in one direction that does it when ranked; None where none does."""
        now = float(self.weights[s])
        wanted = steps.ahead < self.n if self.enter else steps.ahead >= self.n
        for begin, end in islice(steps.stretches(wanted), MOST_STRETCHES):
            if begin > 2 * blend.LARGEST:
                break
            for value in _outward(now + sign * begin, sign):
                rank = self.rank(s, value) if begin <= sign * (value - now) < end else None
                if rank is not None:
                    name, edge = self.block.names[s], now + sign * begin
                    slider = self._slider(s, sign, steps, wanted)
                    return Change(name, round(now, 6), edge, value, rank, *slider)
        return None

    def _slider(
        self, s: int, sign: int, steps: _Steps, wanted: np.ndarray
    ) -> tuple[float, int] | tuple[None, None]:
        """(position, rank) of the nearest position of a slider that does it."""
        positions = np.round(np.arange(round(MOST / STEP) + 1) * STEP, 2)
        moved = sign * (positions - float(self.weights[s]))
        there = (moved > 0) & wanted[np.searchsorted(steps.at, moved, side="right")]
        for k in np.flatnonzero(there)[np.argsort(moved[there])]:
            rank = self.rank(s, float(positions[k]))
            if rank is not None:
                return float(positions[k]), rank
        return None, None


def changes(block: Block, weights: np.ndarray, item: int, n: int) -> tuple[Change, ...]:
    """For every signal the nearest weight below and above today's that changes sides.

    An item outside the list of length `n` is to enter it, one inside to leave it. A signal that
    is not named cannot do it alone, whatever its weight. Those that a slider reaches come first,
    then the other weights of 0 or more, then negative ones; the smaller changes first.

    Parameters
    ----------
    weights : (signals,) in the order of `block.names`.
    item : a candidate's number.

    Notes
    -----
    With d_j the points that candidate j is ahead and g_j its lead in signal s, j is ahead at a
    change t of the weight where d_j + t g_j > 0, or = 0 and its id comes first. All in float64
    from `values` and `rest`; as lists are ranked in float32, every weight that is told has been
    ranked with. O(m log m) for m candidates and a signal at worst; steps far from the n-th place
    are counted, not sorted.
    """
    before = blend.rank_of(block, weights, item)
    question = _Question(block, weights, item, n, enter=before is not None and before > n)
    others = np.ones(block.values.shape[1], bool)
    others[block.excluded] = False
    others[item] = False
    numbers = np.flatnonzero(others)
    first = block.id_rank[numbers] < block.id_rank[item]
    leads = [_lead(block, s, numbers, item) for s in range(len(block.names))]
    ahead = np.zeros(len(numbers))
    for weight, lead in zip(weights, leads, strict=True):
        ahead += float(weight) * lead
    found = [
        question.nearest(s, sign, _steps(ahead, sign * lead, first, n))
        for s, lead in enumerate(leads) for sign in (-1, 1)
    ]
    return tuple(sorted((change for change in found if change is not None), key=_order))


def _order(change: Change) -> tuple[int, float]:
    reach = 0 if change.slider is not None else 2 if change.negative else 1
    return reach, abs(change.edge - change.now)


def _lead(block: Block, s: int, numbers: np.ndarray, item: int) -> np.ndarray:
    """(m,) float64: how far each candidate is ahead of the item in one signal."""
    exact = block.values[s].astype(np.float64) + block.rest[s]
    return np.asarray(exact[numbers] - exact[item])


def _steps(ahead: np.ndarray, lead: np.ndarray, first: np.ndarray, n: int) -> _Steps:
    """How many of the others are ahead, by the change: whether fewer than `n` is exact everywhere.

    `ahead` (m,) are points now, `lead` (m,) points a unit of the change, `first` (m,) bool whose
    id comes before the item's.
    """
    now = (ahead > 0) | ((ahead == 0) & first)
    after = (lead > 0) | ((lead == 0) & now)  # far out the lead alone decides
    moving = np.flatnonzero(now != after)
    with np.errstate(over="ignore"):
        at = np.minimum(np.abs(ahead[moving]) / np.abs(lead[moving]), FAR)
    # At the tie itself the ids decide: who stays ahead there, or is not yet, steps a hair later.
    at = np.where(first[moving] == now[moving], np.nextafter(at, np.inf), at)
    begun, step = int(now.sum()), np.where(after[moving], 1, -1)
    at, step = _thinned(at, step, begun, n)
    order = np.argsort(at)
    places = at[order]
    counts = begun + np.cumsum(step[order])
    # Of steps at one place only what is left after the last of them is ever true.
    last = np.append(places[1:] > places[:-1], True)[: len(places)]
    return _Steps(places[last], np.concatenate([[begun], counts[last]]))


def _thinned(
    at: np.ndarray, step: np.ndarray, begun: int, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """The steps with those of a bin as one where they cannot lead past `n`: few are left to sort.

    `at` (k,) are their places, `step` (k,) +1 or -1, `begun` how many are ahead before any.
    """
    if len(at) < 2 * BINS:
        return at, step
    where = np.minimum(at / (1 + at) * BINS, BINS - 1).astype(np.int32)
    up = np.bincount(where[step > 0], minlength=BINS)
    down = np.bincount(where[step < 0], minlength=BINS)
    counts = begun + np.concatenate([[0], np.cumsum(up - down)[:-1]])
    decides = (counts - down < n) & (counts + up >= n)
    kept = decides[where]
    others = np.flatnonzero(~decides & (up + down > 0))
    middle = (others + 0.5) / BINS
    return (
        np.concatenate([at[kept], middle / (1 - middle)]),
        np.concatenate([step[kept], (up - down)[others]]),
    )


def _outward(value: float, sign: int) -> Iterator[float]:
    """Numbers of few decimals next to `value`, away from where the change began.

    With each number of decimals also the one after: at the edge itself an id may decide.
    """
    for digits in DIGITS:
        # Rounding apart, a number that has so many decimals is itself.
        whole = round(sign * value * 10**digits, 9)
        for more in (0, 1):
            yield sign * (math.ceil(whole) + more) / 10**digits
