"""What everybody does: the background against which one user's rows are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.errors import InputError
from llmrec_core.evidence.attributes import Role, ValueTable, attribute_tables
from llmrec_core.evidence.verdicts import ValueKind, standards, value_kind, verdicts
from llmrec_core.evidence.words import theme_table

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.tables import Items


@dataclass(frozen=True)
class Background:
    """Everybody's training rows, judged, and the catalogue's values with their base shares.

    `verdict` (n_rows,) is 1 liked, -1 disliked, 0 neither; `fame` (n_items,) in 0..1 is the share
    of all rows that go to items at most as popular; `user_mean` and `user_deviation` (n_users,)
    are nan without rows.
    """

    train: Behaviour
    titles: np.ndarray
    kind: ValueKind
    verdict: np.ndarray
    tables: tuple[ValueTable, ...]
    words: ValueTable | None
    fame: np.ndarray
    user_mean: np.ndarray
    user_deviation: np.ndarray

    def having(self, role: Role) -> list[ValueTable]:
        """The attribute tables of one role."""
        return [table for table in self.tables if table.role is role]

    @cached_property
    def typical_fame(self) -> tuple[float, float]:
        """Mean and standard deviation over users of the mean fame of their rows."""
        mean, _ = standards(self.train.user, self.fame[self.train.item], self.train.n_users)
        return _typical(mean)

    @cached_property
    def typical_mean(self) -> tuple[float, float]:
        """Mean and standard deviation over users of the mean of their values."""
        return _typical(self.user_mean)

    @cached_property
    def typical_deviation(self) -> tuple[float, float]:
        """Mean and standard deviation over users of the deviation of their values."""
        return _typical(self.user_deviation)


def background(train: Behaviour, items: Items) -> Background:
    """Judge all rows and count the catalogue's values once; users are read against it."""
    if len(items) != train.n_items:
        raise InputError(
            f"The items table has {len(items)} rows but the behaviour has {train.n_items} items: "
            "make the behaviour from this items table."
        )
    verdict = verdicts(train)
    liked = np.bincount(train.item[verdict > 0], minlength=train.n_items).astype(float)
    mean, deviation = standards(train.user, train.value, train.n_users)
    found = attribute_tables(items, liked)
    categories = [table for table in found if table.role is Role.CATEGORY]
    return Background(
        train, _titles(items), value_kind(train.value), verdict,
        tuple(found), theme_table(items, liked, categories), _fame(train.counts()), mean, deviation,
    )


def _typical(per_user: np.ndarray) -> tuple[float, float]:
    known = per_user[~np.isnan(per_user)]
    return (float(known.mean()), float(known.std())) if len(known) else (np.nan, np.nan)


def _titles(items: Items) -> np.ndarray:
    """(n_items,) titles; "" where there is only the id, which tells a reader nothing."""
    title = items.frame[tables.TITLE].to_numpy(dtype=object)
    return np.where(title == items.frame[tables.ITEM].to_numpy(dtype=object), "", title)


def _fame(counts: np.ndarray) -> np.ndarray:
    """(n_items,) share of all rows that go to items with at most this count."""
    by_count = np.bincount(counts, weights=counts)
    total = max(float(counts.sum()), 1.0)
    return (np.cumsum(by_count) / total)[counts]
