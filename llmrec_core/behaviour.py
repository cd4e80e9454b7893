"""From tables to row numbers: filter, and report tied times. External ids stop here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from llmrec_core import tables
from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.recipe import Recipe
from llmrec_core.splits import Split, SplitKind, position_from_end, split, split_in_three

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

__all__ = [
    "NO_TIME", "Behaviour", "Filters", "Split", "SplitKind", "from_tables", "joined",
    "preview_filters", "split", "split_in_three", "time_ties",
]

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


def joined(one: Behaviour, other: Behaviour) -> Behaviour:
    """The rows of two parts of one split together, in the order of the whole."""
    columns = [
        np.concatenate([getattr(one, name), getattr(other, name)])
        for name in ("user", "item", "value", "time", "row")
    ]
    user, _, _, time, row = columns
    order = np.lexsort((row, time, user))
    return Behaviour(one.user_ids, one.item_ids, *(column[order] for column in columns))


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
    from_end, _ = position_from_end(behaviour)
    return {
        "tied_rows": float(tied.mean()),
        "tied_users": len(np.unique(behaviour.user[tied])),
        "ambiguous_last": int(tied[from_end == 0].sum()),
        "without_time": int((behaviour.time == NO_TIME).sum()),
    }
