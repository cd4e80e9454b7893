"""What is in a study, in the figures that a newcomer asks for first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import behaviour as rows_of
from llmrec_core import tables
from llmrec_core.behaviour import NO_TIME, Behaviour, Split, SplitKind

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.tables import Items, Tables

HEAD_SHARE = 0.2
"""The most popular share of the catalogue that counts as its head."""

SPLIT_MEANINGS = {
    SplitKind.LAST_SHARE: "each user's last rows by time: can we say what comes next?",
    SplitKind.LAST_ONE: "each user's very last row: the usual test of sequence models",
    SplitKind.RANDOM: "rows of each user drawn at random: can we fill gaps in what is known?",
    SplitKind.RANDOM_BY_ITEM: "rows of each item drawn at random: the test of microsoft-100k",
    SplitKind.GLOBAL_TIME: "all rows after one moment: what a system in service would meet",
}
"""What each split asks, in one line."""


@dataclass(frozen=True)
class Summary:
    """Counts of a study's interactions in force and of its catalogue.

    `counts` (n_items,) int64 is in how many rows each item occurs, read-only; `value_range` is
    (lowest, highest); `first` and `last` are None where no row has a time; `ties` is what
    `behaviour.time_ties` returns; `popular` and `sample` have item_id, title, interactions and
    share of users; `coverage` has a row a field.
    """

    users: int
    items: int
    items_touched: int
    interactions: int
    density: float
    per_user: float
    head_share: float
    first: dt.date | None
    last: dt.date | None
    value_range: tuple[float, float]
    counts: np.ndarray
    ties: dict[str, Any]
    popular: pd.DataFrame
    sample: pd.DataFrame
    coverage: pd.DataFrame

    @property
    def days(self) -> int | None:
        """Days from the first to the last row, both included; None without times."""
        if self.first is None or self.last is None:
            return None
        return (self.last - self.first).days + 1


def summarise(loaded: Tables, behaviour: Behaviour, *, n: int = 10, seed: int = 42) -> Summary:
    """The summary of `behaviour` (the rows in force) and of the catalogue of `loaded`.

    `density` is the share of (user, item) pairs that occur, `per_user` the median number of rows
    of a user, `head_share` the share of rows on the most popular fifth of the catalogue.
    """
    counts = behaviour.counts()
    counts.setflags(write=False)
    first, last = _span(behaviour.time)
    return Summary(
        users=behaviour.n_users,
        items=behaviour.n_items,
        items_touched=int((counts > 0).sum()),
        interactions=len(behaviour),
        density=_density(behaviour),
        per_user=float(np.median(np.diff(behaviour.bounds()))) if behaviour.n_users else np.nan,
        head_share=head_share(counts),
        first=first,
        last=last,
        value_range=(float(behaviour.value.min()), float(behaviour.value.max())),
        counts=counts,
        ties=rows_of.time_ties(behaviour),
        popular=_listed(loaded.items, behaviour, np.argsort(-counts, kind="stable")[:n]),
        sample=_listed(loaded.items, behaviour, _drawn(behaviour.n_items, n, seed)),
        coverage=coverage(loaded.items),
    )


def head_share(counts: np.ndarray, share: float = HEAD_SHARE) -> float:
    """The share of all rows that falls on the most popular `share` of items; nan without rows."""
    if counts.sum() == 0:
        return float("nan")
    head = int(np.ceil(len(counts) * share))
    return float(np.sort(counts)[::-1][:head].sum() / counts.sum())


def coverage(items: Items) -> pd.DataFrame:
    """For each field of the catalogue: `field`, `kind`, `share` of items that have it, `values`.

    `values` counts the distinct entries of an attribute; for a text it is the median number of
    words of the items that have one (0 where none has).
    """
    import pandas as pd

    rows = []
    for name in (tables.TITLE, *items.text_fields):
        words = np.array([len(str(text).split()) for text in items.frame[name]])
        typical = int(np.median(words[words > 0])) if (words > 0).any() else 0
        rows.append((name, "text", _share(words > 0), typical))
    for name in items.attributes:
        lists = items.frame[name]
        has = np.array([len(entries) > 0 for entries in lists], bool)
        distinct = {entry for entries in lists for entry in entries}
        rows.append((name, "attribute", _share(has), len(distinct)))
    return pd.DataFrame(rows, columns=["field", "kind", "share", "values"])


def ties_sentence(ties: dict[str, Any], users: int) -> str:
    """What tied and missing times mean for the order of a history; "" where nothing is tied."""
    words = []
    if ties["without_time"]:
        words.append(f"{ties['without_time']:,} rows have no time and count as the oldest.")
    if ties["tied_rows"] > 0:
        words.append(
            f"{ties['tied_rows']:.0%} of the rows share their second with another row of the same "
            f"user ({ties['tied_users']:,} of {users:,} users); for {ties['ambiguous_last']:,} "
            "users even the last row is one of several, so «last» follows the order of the file."
        )
    return " ".join(words)


def split_table(behaviour: Behaviour, share: float = 0.2) -> pd.DataFrame:
    """What every kind of split would hold out: `kind`, `asks`, `rows`, `share`, `users`."""
    import pandas as pd

    rows = []
    for kind in SPLIT_MEANINGS:
        _, held_out = rows_of.split(behaviour, Split(kind=kind, share=share))
        users = len(np.unique(held_out.user))
        part = len(held_out) / max(len(behaviour), 1)
        rows.append((kind.value, SPLIT_MEANINGS[kind], len(held_out), part, users))
    return pd.DataFrame(rows, columns=["kind", "asks", "rows", "share", "users"])


def _share(has: np.ndarray) -> float:
    return float(has.mean()) if len(has) else float("nan")


def _density(behaviour: Behaviour) -> float:
    cells = behaviour.n_users * behaviour.n_items
    return behaviour.matrix().nnz / cells if cells else float("nan")


def _span(time: np.ndarray) -> tuple[dt.date | None, dt.date | None]:
    known = time[time != NO_TIME]
    if len(known) == 0:
        return None, None
    return _date(int(known.min())), _date(int(known.max()))


def _date(seconds: int) -> dt.date | None:
    # Not fromtimestamp: it refuses what lies outside the platform's range.
    try:
        return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).date()
    except OverflowError:
        return None


def _drawn(n_items: int, n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(n_items, min(n, n_items), replace=False)


def _listed(items: Items, behaviour: Behaviour, numbers: np.ndarray) -> pd.DataFrame:
    """The items `numbers` with their rows and the share of users who have one."""
    import pandas as pd

    counts = behaviour.counts()
    matrix = behaviour.matrix().tocsc()
    fans = np.diff(matrix.indptr)
    return pd.DataFrame(
        {
            tables.ITEM: behaviour.item_ids[numbers],
            tables.TITLE: items.frame[tables.TITLE].to_numpy(dtype=object)[numbers],
            "interactions": counts[numbers],
            "share": fans[numbers] / max(behaviour.n_users, 1),
        }
    )
