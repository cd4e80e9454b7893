"""From tables to row numbers: filter, split, and report tied times. External ids stop here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from llmrec_core import tables
from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

NO_TIME = np.iinfo(np.int64).min
"""Stands for a missing timestamp; sorts before every real one."""


@dataclass(frozen=True, kw_only=True)
class Filters(Recipe):
    """Which interactions count as behaviour."""

    stage: ClassVar[str] = "behaviour"
    min_value: float | None = None
    """Rows with a smaller value are dropped; None keeps all."""
    min_per_user: int = 1
    """Users with fewer rows are dropped, repeatedly together with `min_per_item` (k-core)."""
    min_per_item: int = 1
    """Items with fewer rows lose their rows (they stay in the catalogue)."""


@dataclass(frozen=True)
class Behaviour:
    """Interactions as row numbers, sorted by (user, time, row); arrays are read-only.

    `user_ids` (n_users,) and `item_ids` (n_items,) are the only bridge to external ids; `user`,
    `item`, `value`, `time`, `row` are (n_rows,), `row` being the row number in the study's
    interactions table. A split shares the id arrays, so row numbers mean the same in both parts.
    """

    user_ids: np.ndarray
    item_ids: np.ndarray
    user: np.ndarray
    item: np.ndarray
    value: np.ndarray
    time: np.ndarray
    row: np.ndarray

    def __post_init__(self) -> None:
        sizes = {len(a) for a in (self.user, self.item, self.value, self.time, self.row)}
        if len(sizes) != 1:
            raise InputError(f"The columns of the behaviour have different lengths {sizes}.")
        for array in (self.user, self.item, self.value, self.time, self.row):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.user)

    @property
    def n_users(self) -> int:
        """Users, with or without rows in this part."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Items of the whole catalogue."""
        return len(self.item_ids)

    @property
    def has_values(self) -> bool:
        """Whether values differ (ratings or counts), so that more and less liked can be told."""
        return len(self.value) > 0 and bool(self.value.min() < self.value.max())

    def bounds(self) -> np.ndarray:
        """(n_users + 1,) int64: rows of user u are `bounds[u]:bounds[u + 1]`, oldest first."""
        return np.searchsorted(self.user, np.arange(self.n_users + 1)).astype(np.int64)

    def take(self, mask: np.ndarray) -> Behaviour:
        """The rows where `mask` (n_rows,) bool is true, in the same order."""
        picked = [a[mask] for a in (self.user, self.item, self.value, self.time, self.row)]
        return Behaviour(self.user_ids, self.item_ids, *picked)

    def matrix(self, values: np.ndarray | None = None) -> csr_matrix:
        """(n_users, n_items) float32: 1 where a pair occurs, or the sum of `values` (n_rows,)."""
        from scipy.sparse import csr_matrix

        data = np.ones(len(self), np.float32) if values is None else values.astype(np.float32)
        out = csr_matrix((data, (self.user, self.item)), shape=(self.n_users, self.n_items))
        out.sum_duplicates()
        if values is None:
            out.data[:] = 1.0
        return out

    def counts(self) -> np.ndarray:
        """(n_items,) int64: in how many rows each item occurs."""
        return np.bincount(self.item, minlength=self.n_items)

    def user_number(self, user_id: str) -> int:
        """The row number of `user_id`; raises `UnknownIdError` naming it."""
        return _number(self.user_ids, user_id, "user")

    def item_number(self, item_id: str) -> int:
        """The row number of `item_id`; raises `UnknownIdError` naming it."""
        return _number(self.item_ids, item_id, "item")


def _number(ids: np.ndarray, wanted: str, what: str) -> int:
    found = np.flatnonzero(ids == wanted)
    if len(found) == 0:
        sample = ", ".join(map(str, ids[:3]))
        raise UnknownIdError(
            f"There is no {what} {wanted!r} in this study (ids look like {sample})."
        )
    return int(found[0])


def from_tables(
    interactions: pd.DataFrame, items: pd.DataFrame, filters: Filters | None = None
) -> Behaviour:
    """Filter the interactions; number users by their first row, items by the catalogue's order.

    Raises `InputError` when nothing is left, with the counts before the filter.
    """
    import pandas as pd

    filters = filters or Filters()
    keep = _kept_rows(interactions, filters)
    if not keep.any():
        raise InputError(
            f"The filters leave none of {len(interactions)} rows: lower the minimum value "
            f"({filters.min_value}) or the rows per user and item "
            f"({filters.min_per_user}, {filters.min_per_item})."
        )
    rows = np.flatnonzero(keep)
    part = interactions.iloc[rows]
    user, user_ids = pd.factorize(part[tables.USER], sort=False)
    item_ids = items[tables.ITEM].to_numpy(dtype=object)
    item = pd.Index(item_ids).get_indexer(part[tables.ITEM].to_numpy(dtype=object))
    if (item < 0).any():
        lost = part[tables.ITEM].iloc[int(np.flatnonzero(item < 0)[0])]
        raise InputError(f"The item {lost!r} has interactions but no row in the items table.")
    time = part[tables.TIME].to_numpy(dtype=np.int64, na_value=NO_TIME)
    order = np.lexsort((rows, time, user))
    value = part[tables.VALUE].to_numpy(dtype=np.float32)
    return Behaviour(
        np.asarray(user_ids, dtype=object), item_ids, user[order].astype(np.int32),
        item[order].astype(np.int32), value[order], time[order], rows[order].astype(np.int64),
    )


def _kept_rows(interactions: pd.DataFrame, filters: Filters) -> np.ndarray:
    """(n_rows,) bool: the k-core of the rows that reach the minimum value."""
    import pandas as pd

    keep = np.ones(len(interactions), bool)
    if filters.min_value is not None:
        keep &= interactions[tables.VALUE].to_numpy() >= filters.min_value
    user = pd.factorize(interactions[tables.USER])[0]
    item = pd.factorize(interactions[tables.ITEM])[0]
    if len(user) == 0:
        return keep
    while True:
        per_user = np.bincount(user[keep], minlength=user.max() + 1)
        per_item = np.bincount(item[keep], minlength=item.max() + 1)
        core = keep & (per_user[user] >= filters.min_per_user)
        core &= per_item[item] >= filters.min_per_item
        if core.sum() == keep.sum():
            return core
        keep = core


def preview_filters(interactions: pd.DataFrame, filters: Filters) -> dict[str, int]:
    """What the filters would leave: rows, users and items before and after."""
    keep = _kept_rows(interactions, filters)
    out = {}
    for name, part in (("before", interactions), ("after", interactions[keep])):
        out[f"rows_{name}"] = len(part)
        out[f"users_{name}"] = int(part[tables.USER].nunique())
        out[f"items_{name}"] = int(part[tables.ITEM].nunique())
    return out


class SplitKind(StrEnum):
    """How rows are held out."""

    LAST_SHARE = "last_share"  # each user's last share by time
    RANDOM = "random"  # a random share of each user's rows
    RANDOM_BY_ITEM = "random_by_item"  # a random share of each item's rows (microsoft-100k)
    LAST_ONE = "last_one"  # each user's last row
    GLOBAL_TIME = "global_time"  # all rows after one moment

    @property
    def by_time(self) -> bool:
        """Whether times decide what is held out."""
        return self in (SplitKind.LAST_SHARE, SplitKind.LAST_ONE, SplitKind.GLOBAL_TIME)


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

    `last_share` holds out floor(share x rows) of each user, latest first, ties by row number.
    `random_by_item` numbers each item's rows by a uniform draw per row of the *file* and trains on
    those numbered up to round((1 - share) x count).
    """
    test = _SPLITTERS[SplitKind(recipe.kind)](behaviour, recipe)
    return behaviour.take(~test), behaviour.take(test)


def _position_from_end(behaviour: Behaviour) -> tuple[np.ndarray, np.ndarray]:
    """(n_rows,) each row's distance to its user's last row, and its user's number of rows."""
    bounds = behaviour.bounds()
    count = np.diff(bounds)[behaviour.user]
    return bounds[behaviour.user + 1] - 1 - np.arange(len(behaviour)), count


def _last_share(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    from_end, count = _position_from_end(behaviour)
    return from_end < np.floor(count * recipe.share)


def _last_one(behaviour: Behaviour, recipe: Split) -> np.ndarray:
    from_end, count = _position_from_end(behaviour)
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
    file_order = np.argsort(behaviour.row, kind="stable")
    draw = np.empty(len(behaviour))
    draw[file_order] = np.random.RandomState(recipe.seed).rand(len(behaviour))
    order = np.lexsort((draw, behaviour.item))
    count = behaviour.counts()
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    rank = np.empty(len(behaviour), np.int64)
    rank[order] = np.arange(len(behaviour)) - start[behaviour.item[order]] + 1
    return rank > np.round((1 - recipe.share) * count[behaviour.item])


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
}


def time_ties(behaviour: Behaviour) -> dict[str, Any]:
    """How often a user's rows share one second, so that «last» depends on the order of the file.

    Returns `tied_rows` (share of all rows), `tied_users` and `ambiguous_last` (users whose last
    row is tied, so that a leave-last-out target is arbitrary), and `without_time` (rows).
    """
    if len(behaviour) == 0:
        return {"tied_rows": 0.0, "tied_users": 0, "ambiguous_last": 0, "without_time": 0}
    same = (np.diff(behaviour.user) == 0) & (np.diff(behaviour.time) == 0)
    tied = np.zeros(len(behaviour), bool)
    tied[1:] |= same
    tied[:-1] |= same
    from_end, _ = _position_from_end(behaviour)
    return {
        "tied_rows": float(tied.mean()),
        "tied_users": len(np.unique(behaviour.user[tied])),
        "ambiguous_last": int(tied[from_end == 0].sum()),
        "without_time": int((behaviour.time == NO_TIME).sum()),
    }
