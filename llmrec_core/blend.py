"""The weighted sum of signals: normalise once a profile, then a slider is a product and a sort."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError, WrongUseError
from llmrec_core.protocol.candidates import left_out

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.base import Signal

BATCH = 256
"""Profiles scored at a time."""

GROUP = 32
"""Items a group where the top of a list is looked for."""

SMALL = 50_000
"""Below so many items comparing all of them costs less than gathering the groups in question."""

LARGEST = 1_000_000
"""The largest weight, either way: only proportions matter, and float32 overflows beyond 1e38."""


@dataclass(frozen=True)
class Block:
    """The normalised signals of one profile; a row a signal, so the weighted sum reads memory once.

    score(i) = sum_s w_s values[s, i] with values[s, i] = (x_s(i) - mean[s]) / sd[s], mean and sd
    over the candidate items, as float32; `rest` is what the rounding to float32 took off, so that
    the few scores that are shown can be told more exactly than they are ranked. `excluded` (k,)
    int are the item numbers never shown; `id_rank` (n_items,) orders equal scores.
    """

    names: tuple[str, ...]
    values: np.ndarray
    rest: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    excluded: np.ndarray
    id_rank: np.ndarray


def standardise(raw: np.ndarray, allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(values, mean, sd), all float64, of each row of `raw` (k, n_items) over `allowed` items.

    `allowed` is bool and broadcasts to `raw`. A row without spread becomes 0 everywhere (sd 1).
    """
    exact = raw.astype(np.float64)
    count = np.maximum(np.broadcast_to(allowed, raw.shape).sum(axis=1, keepdims=True), 1)
    mean = np.where(allowed, exact, 0).sum(axis=1, keepdims=True) / count
    exact -= mean
    sd = np.sqrt((np.where(allowed, exact, 0) ** 2).sum(axis=1, keepdims=True) / count)
    flat = sd <= 1e-9 * np.maximum(np.abs(mean), 1e-9)
    values = np.where(flat, 0, exact / np.where(flat, 1, sd))
    return values, mean[:, 0], np.where(flat, 1, sd)[:, 0]


def standardise_many(raw: np.ndarray, seen: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """(n_profiles, n_items) float32: each row of `raw` standardised over its unseen items.

    `seen` holds the rows and columns of the cells left out; they become 0. The same as
    `standardise` within float32, at a fifth of its cost.
    """
    out = np.array(raw, np.float32)
    count = np.maximum(out.shape[1] - np.bincount(seen[0], minlength=len(out)), 1)
    out[seen] = 0
    mean = out.sum(axis=1, dtype=np.float64) / count
    out -= mean[:, None].astype(np.float32)
    out[seen] = 0
    sd = np.sqrt(np.einsum("ij,ij->i", out, out) / count)
    flat = sd <= 1e-6 * np.maximum(np.abs(mean), 1e-6)
    out /= np.where(flat, 1, sd)[:, None].astype(np.float32)
    out[flat] = 0
    return out


def normalise(
    names: Sequence[str], raw: np.ndarray, excluded: np.ndarray, id_rank: np.ndarray
) -> Block:
    """The block of one profile from its raw scores (signals, n_items), float64 where exact."""
    allowed = np.ones((1, raw.shape[1]), bool)
    allowed[0, excluded] = False
    exact, mean, sd = standardise(raw, allowed)
    values = exact.astype(np.float32)
    rest = (exact - values).astype(np.float32)
    for array in (values, rest):
        array.setflags(write=False)
    return Block(tuple(names), values, rest, mean, sd, np.asarray(excluded, np.int64), id_rank)


def weight_vector(names: Sequence[str], weights: Mapping[str, float]) -> np.ndarray:
    """(signals,) float32 in the order of `names`; a signal that is not named weighs 0.

    Raises `InputError` for a name that is no signal here and for a value beyond `LARGEST`.
    """
    unknown = sorted(set(weights) - set(names))
    if unknown:
        raise InputError(f"There is no signal {unknown[0]!r}: the signals are {', '.join(names)}.")
    out = np.array([float(weights.get(name, 0.0)) for name in names])
    wrong = np.flatnonzero(~(np.abs(out) <= LARGEST))  # nan is wrong too
    if len(wrong):
        raise InputError(
            f"The weight of {names[int(wrong[0])]} is not a finite number between {-LARGEST} and "
            f"{LARGEST}: give one such as 1.0."
        )
    return out.astype(np.float32)


def parse_weights(text: str) -> dict[str, float]:
    """Weights typed as JSON, such as {"taste": 1, "popularity": 0.2}; `WrongUseError` if not."""
    try:
        given = json.loads(text)
        return {str(k): float(v) for k, v in given.items()}
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise WrongUseError(
            f'The weights {text!r} are not JSON such as {{"taste": 1.0}}: '
            "write signal names with numbers."
        ) from error


def scores(block: Block, weights: np.ndarray) -> np.ndarray:
    """(n_items,) float32: the weighted sum, -inf for excluded items."""
    out = weights @ block.values
    out[block.excluded] = -np.inf
    return out


def parts(block: Block, weights: np.ndarray, items: Sequence[int] | np.ndarray) -> np.ndarray:
    """(signals, k) float64: what each signal adds to the scores of `items`, excluded ones too."""
    exact = block.values[:, items].astype(np.float64) + block.rest[:, items]
    return weights.astype(np.float64)[:, None] * exact


def top(score: np.ndarray, n: int, id_rank: np.ndarray) -> np.ndarray:
    """(<= n,) int64 item numbers, best first; equal scores by id; items at -inf never."""
    n = min(n, len(score))
    if n == 0:
        return np.zeros(0, np.int64)
    few = _candidates(score, n)
    kept = score[few]
    if len(few) > 4 * n:
        few = _fewest(few, kept, n, id_rank)
        kept = score[few]
    order = np.lexsort((id_rank[few], -kept))[:n]
    picked = few[order]
    return picked if kept[order[-1]] > -np.inf else picked[kept[order] > -np.inf]


def _candidates(score: np.ndarray, n: int) -> np.ndarray:
    """Item numbers that hold the n best and all that tie with the n-th; usually few more.

    Items are dealt to groups of about 32 (more in a large catalogue). The n-th best of the groups'
    maxima is a score that n items reach, so nothing below it can be in the list; one pass finds
    the maxima, and only groups that reach the floor are looked into.
    """
    rows = max(GROUP, len(score) >> 13)  # at most 8192 groups: their maxima stay in cache
    groups = len(score) // rows
    if groups < 2 * n:
        return (score >= _nth_best(score, n)).nonzero()[0]
    dealt = score[: rows * groups].reshape(rows, groups)
    best = np.maximum.reduce(dealt)
    floor = _nth_best(best, n)
    if len(score) < SMALL:
        return (score >= floor).nonzero()[0]
    reach = (best >= floor).nonzero()[0]
    row, column = (dealt[:, reach] >= floor).nonzero()
    rest = (score[rows * groups :] >= floor).nonzero()[0]
    return np.concatenate([row * groups + reach[column], rest + rows * groups])


def _nth_best(score: np.ndarray, n: int) -> np.float32:
    """The n-th largest of the scores."""
    order = score.copy()
    order.partition(len(order) - n)
    found: np.float32 = order[len(order) - n]
    return found


def _fewest(few: np.ndarray, kept: np.ndarray, n: int, id_rank: np.ndarray) -> np.ndarray:
    """The n best of many candidates, unsorted: a large tie (all weights 0) needs no full sort."""
    floor = _nth_best(kept, n)
    above, tied = few[kept > floor], few[kept == floor]
    need = n - len(above)
    return np.concatenate([above, tied[np.argpartition(id_rank[tied], need - 1)[:need]]])


def rank(block: Block, weights: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The list: ((<= n,) item numbers, (<= n,) float32 scores), best first."""
    score = scores(block, weights)
    items = top(score, n, block.id_rank)
    return items, score[items]


def rank_of(block: Block, weights: np.ndarray, item: int) -> int | None:
    """The 1-based rank of one item among the candidates; None when it is excluded."""
    score = scores(block, weights)
    mine = score[item]
    if mine == -np.inf:
        return None
    ahead = int((score > mine).sum())
    tied = score == mine
    return ahead + int((block.id_rank[tied] < block.id_rank[item]).sum()) + 1


def lists_for(
    profiles: Profiles, signals: Mapping[str, Signal], blends: Mapping[str, Mapping[str, float]],
    n: int, id_rank: np.ndarray, progress: Callable[[int, int], object] | None = None,
    masked: csr_matrix | None = None, again: csr_matrix | None = None,
    look: Callable[[str, int, np.ndarray], object] | None = None,
    never: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Everybody's lists under several weightings at once: name -> (n_profiles, n) int32.

    No list is longer than the catalogue: n is at most the number of items. A list leaves out the
    profile's own items but those non-zero in `again`, and those non-zero in `masked` (both
    (n_profiles, n_items), where given) and for anybody the items `never` (m,), and holds -1 where
    fewer than n are left. Profiles are scored in batches, so that memory does not grow with their
    number; `look(name, first, total)` sees the scores (k, n_items) of the profiles from `first` on,
    -inf where an item is left out, and leaves them as they are.
    """
    n = min(n, profiles.n_items)
    out = {name: np.full((len(profiles), n), -1, np.int32) for name in blends}
    needed = {name for weights in blends.values() for name, w in weights.items() if w}
    for begin in range(0, len(profiles), BATCH):
        if progress:
            progress(begin, len(profiles))
        numbers = np.arange(begin, min(begin + BATCH, len(profiles)))
        part = profiles.select(numbers)
        seen = left_out(
            part.history(), None if masked is None else masked[numbers],
            None if again is None else again[numbers], never,
        ).nonzero()
        values = {name: standardise_many(signals[name].score(part), seen) for name in needed}
        for name, weights in blends.items():
            total = np.zeros((len(part), part.n_items), np.float32)
            for signal, weight in weights.items():
                if weight:
                    total += np.float32(weight) * values[signal]
            total[seen] = -np.inf
            if look:
                look(name, begin, total)
            for u, row in enumerate(total):
                items = top(row, n, id_rank)
                out[name][begin + u, : len(items)] = items
    return out
