"""Which rows are held out: by time, at random, or exactly as a published table drew them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.recipe import Recipe

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour


class SplitKind(StrEnum):
    """How rows are held out."""

    LAST_SHARE = "last_share"  # each user's last share by time
    RANDOM = "random"  # a random share of each user's rows
    RANDOM_BY_ITEM = "random_by_item"  # a random share of each item's rows (microsoft-100k)
    LAST_ONE = "last_one"  # each user's last row
    GLOBAL_TIME = "global_time"  # all rows after one moment
    RANDOM_ROWS = "random_rows"  # a random share of all rows, whoever they are of (cornac)
    SHUFFLED = "shuffled"  # each user's last share of one shuffle of all rows (recbole)

    @property
    def by_time(self) -> bool:
        """Whether times decide what is held out."""
        return self in (SplitKind.LAST_SHARE, SplitKind.LAST_ONE, SplitKind.GLOBAL_TIME)

    @property
    def of_a_table(self) -> bool:
        """Whether it is only there to draw the rows of a published table."""
        return self in (SplitKind.RANDOM_ROWS, SplitKind.SHUFFLED)


@dataclass(frozen=True, kw_only=True)
class Split(Recipe):
    """Which rows are held out for a test."""

    stage: ClassVar[str] = "split"
    kind: str = SplitKind.LAST_SHARE
    share: float = 0.2
    """The held-out share (of each user's rows, of each item's, or of all)."""
    seed: int = 42


def split(behaviour: Behaviour, recipe: Split) -> tuple[Behaviour, Behaviour]:
    """(training rows, held-out rows). A user's only row stays in training.

    `last_share`, `random` and `shuffled` hold out floor(share x rows) of each user (`last_share`
    the latest, ties by row number; `shuffled` what one shuffle of all rows puts last).
    `random_by_item` numbers each item's rows by a uniform draw per row of the *file* and trains on
    those numbered up to round((1 - share) x count). `random_rows` holds out ceil(share x rows) of
    all rows: there a user may have none left.
    """
    test = _SPLITTERS[SplitKind(recipe.kind)](behaviour, recipe)
    return behaviour.take(~test), behaviour.take(test)


def split_in_three(
    behaviour: Behaviour, recipe: Split
) -> tuple[Behaviour, Behaviour, Behaviour]:
    """(training rows, validation rows, held-out rows), the last two of one size.

    `shuffled` takes the validation rows from the same shuffle, just before the held-out ones
    (RecBole's 8:1:1 with a share of 0.1). Every other kind splits the training rows once more,
    by the next seed and by the share that makes the two equal.
    """
    if recipe.kind == SplitKind.SHUFFLED:
        from_end, count = _shuffled_from_end(behaviour, recipe.seed)
        size = np.floor(count * recipe.share)
        test, valid = from_end < size, (from_end >= size) & (from_end < 2 * size)
        return behaviour.take(~test & ~valid), behaviour.take(valid), behaviour.take(test)
    rest, held_out = split(behaviour, recipe)
    share = recipe.share / (1 - recipe.share)
    train, validation = split(rest, replace(recipe, share=share, seed=recipe.seed + 1))
    return train, validation, held_out


def position_from_end(behaviour: Behaviour) -> tuple[np.ndarray, np.ndarray]:
    """(n_rows,) each row's distance to its user's last row, and its user's number of rows."""
    bounds = behaviour.bounds()
    count = np.diff(bounds)[behaviour.user]
    return bounds[behaviour.user + 1] - 1 - np.arange(len(behaviour)), count


def _last_share(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    from_end, count = position_from_end(behaviour)
    return from_end < np.floor(count * recipe.share)


def _last_one(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    from_end, count = position_from_end(behaviour)
    return (from_end == 0) & (count > 1)


def _random(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    draw = np.random.default_rng(recipe.seed).random(len(behaviour))
    order = np.lexsort((draw, behaviour.user))
    shuffled = np.empty(len(behaviour), np.int64)
    bounds = behaviour.bounds()
    shuffled[order] = np.arange(len(behaviour)) - bounds[behaviour.user[order]]
    count = np.diff(bounds)[behaviour.user]
    return shuffled < np.floor(count * recipe.share)


def _random_by_item(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    # The published split draws with the legacy generator in file order: any other order or
    # generator gives another split, so the draw is indexed by the row number of the file.
    draw = np.empty(len(behaviour))
    draw[_file_order(behaviour)] = np.random.RandomState(recipe.seed).rand(len(behaviour))
    order = np.lexsort((draw, behaviour.item))
    count = behaviour.counts()
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    rank = np.empty(len(behaviour), np.int64)
    rank[order] = np.arange(len(behaviour)) - start[behaviour.item[order]] + 1
    return rank > np.round((1 - recipe.share) * count[behaviour.item])


def _random_rows(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    # Cornac's RatioSplit permutes the rows of the file with the legacy generator and tests on the
    # last ceil(share x rows) of them.
    drawn = np.random.RandomState(recipe.seed).permutation(len(behaviour))
    size = int(np.ceil(recipe.share * len(behaviour)))
    test = np.zeros(len(behaviour), bool)
    test[_file_order(behaviour)[drawn[len(behaviour) - size :]]] = True
    return test


def _shuffled(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    from_end, count = _shuffled_from_end(behaviour, recipe.seed)
    return from_end < np.floor(count * recipe.share)


def _shuffled_from_end(behaviour: Behaviour, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As `position_from_end`, with each user's rows in the order of one shuffle of the file."""
    place = np.empty(len(behaviour), np.int64)
    place[_file_order(behaviour)[_torch_shuffle(len(behaviour), seed)]] = np.arange(len(behaviour))
    order = np.lexsort((place, behaviour.user))
    from_end, count = position_from_end(behaviour)
    mine = np.empty(len(behaviour), np.int64)
    mine[order] = from_end
    return mine, count


def _torch_shuffle(n: int, seed: int) -> np.ndarray:
    """(n,) what `torch.randperm(n)` gives on a CPU after `torch.manual_seed(seed)`.

    Both generators are MT19937 seeded alike, and the shuffle is Fisher and Yates' with one 32-bit
    draw a place: so RecBole's split needs no torch here.
    """
    draws = np.random.RandomState(seed).randint(0, 2**32, size=n, dtype=np.uint32).astype(np.int64)
    steps = (draws % np.arange(n, 0, -1)).tolist()
    out = list(range(n))
    for place, step in enumerate(steps):
        out[place], out[place + step] = out[place + step], out[place]
    return np.array(out, np.int64)


def _file_order(behaviour: Behaviour) -> np.ndarray:
    """(n_rows,) the positions of the rows in the order of the file."""
    return np.argsort(behaviour.row, kind="stable")


def _global_time(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    order = np.sort(behaviour.time)
    if len(order) == 0:
        return np.zeros(0, bool)
    moment = order[int(np.floor(len(order) * (1 - recipe.share)))]
    return behaviour.time >= moment


_SPLITTERS = {
    SplitKind.LAST_SHARE: _last_share,
    SplitKind.RANDOM: _random,
    SplitKind.RANDOM_BY_ITEM: _random_by_item,
    SplitKind.LAST_ONE: _last_one,
    SplitKind.GLOBAL_TIME: _global_time,
    SplitKind.RANDOM_ROWS: _random_rows,
    SplitKind.SHUFFLED: _shuffled,
}
