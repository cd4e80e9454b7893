"""Which points of a large map are drawn: a sample of head, middle and tail, spread over the map."""

from __future__ import annotations

import numpy as np

from llmrec_core.exposure import popularity_order, tail_items

ITEM_PARTS = ("of the head", "of the middle", "of the tail")
USER_PARTS = ("with the longest histories", "with middling ones", "with the shortest")
HEAD_SHARE = 0.2
"""The head are the most popular items that have so much of all interactions together."""
LEAST_SHARE = 0.05
"""Of the budget, for every part that has so many points: none vanishes from the picture."""
_MOST_SIDE, _LEAST_SIDE = 64, 4


def parts_of(counts: np.ndarray) -> np.ndarray:
    """(n,) int8: 0 head, 1 middle, 2 tail of points with these interaction counts.

    The tail is that of `exposure`, the last 80 % in order of falling count; the head are the first
    ones, HEAD_SHARE of all interactions, but for the tail. Equal counts are all of the middle:
    nobody is less popular there.
    """
    part = np.ones(len(counts), np.int8)
    if len(counts) == 0 or counts.min() == counts.max():
        return part
    order = popularity_order(counts)
    before = np.concatenate([[0.0], np.cumsum(counts[order], dtype=np.float64)[:-1]])
    part[order[before < HEAD_SHARE * float(counts.sum())]] = 0
    part[tail_items(counts)] = 2
    return part


def thin(
    xy: np.ndarray, most: int, *, strata: np.ndarray | None = None, seed: int = 0
) -> np.ndarray:
    """Rows of `xy` (n, 2) to draw, ascending: all finite ones, or `most` of them.

    With `strata`, the interaction counts (n,), head, middle and tail (`parts_of`) keep their
    shares, but LEAST_SHARE of the budget at least; inside each the points are spread over the map:
    every cell of a grid keeps the same share of them, at least one while there is room.
    """
    rows = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if len(rows) <= most:
        return rows
    part = np.zeros(len(rows), np.int8) if strata is None else parts_of(strata)[rows]
    kept = [
        own[_spread(xy[own], budget, seed)]
        for own, budget in zip(
            (rows[part == code] for code in range(3)),
            _budgets(np.bincount(part, minlength=3), most), strict=True,
        )
    ]  # fmt: skip
    return np.sort(np.concatenate(kept))


def _budgets(sizes: np.ndarray, most: int) -> np.ndarray:
    """How many points each part may show: their shares of `most`, rounded, none below the least."""
    least = np.minimum(sizes, int(LEAST_SHARE * most))
    room = np.maximum(sizes * (most / sizes.sum()) - least, 0)
    share = room * ((most - least.sum()) / max(float(room.sum()), 1e-9))
    out = least + np.floor(share).astype(np.int64)
    left = most - int(out.sum())  # fewer than there are parts: to the largest remainders
    out[np.argsort(-(share - np.floor(share)), kind="stable")[:left]] += 1
    return np.asarray(np.minimum(out, sizes))


def _spread(xy: np.ndarray, most: int, seed: int) -> np.ndarray:
    """`most` rows of `xy` (n, 2), each cell's lone points first and then equal shares of cells."""
    if len(xy) <= most:
        return np.arange(len(xy))
    side = int(np.clip(np.sqrt(most) / 2, _LEAST_SIDE, _MOST_SIDE))  # cells that a budget can serve
    low, high = xy.min(axis=0), xy.max(axis=0)
    cell = ((xy - low) / np.maximum(high - low, 1e-9) * (side - 1e-3)).astype(np.int64)
    number = cell[:, 0] * side + cell[:, 1]
    order = np.lexsort((np.random.default_rng(seed).random(len(xy)), number))
    ordered = number[order]
    place = np.arange(len(xy)) - np.searchsorted(ordered, ordered)  # 0, 1, 2… within the cell
    size = np.bincount(number)[ordered]
    turn = np.where(place == 0, 0.0, (place + 0.5) / size)
    return order[np.lexsort((size, turn))[:most]]


def shown_note(
    rows: np.ndarray, total: int, what: str, strata: np.ndarray | None, names: tuple[str, ...]
) -> list[str]:
    """What a thinned picture says of itself, one sentence; nothing where all `total` are shown."""
    if len(rows) >= total:
        return []
    begin = f"{len(rows):,} of {total:,} {what} shown"
    if strata is None:
        return [f"{begin}, spread over the map"]
    shown = np.bincount(parts_of(strata)[rows], minlength=3)
    told = [f"{n:,} {name}" for n, name in zip(shown, names, strict=True) if n]
    return [f"{begin}: {', '.join(told)}"] if len(told) > 1 else [f"{begin}, spread over the map"]
