"""One evaluation by kinds of users and of held-out items: who is served well, and with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import metrics, tables
from llmrec_core.exposure import tail_items

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.evaluate.result import Result

BINS = ((5, "cold: up to 5"), (20, "light: 6 to 20"), (100, "regular: 21 to 100"))
"""Users by training items: up to how many, and what they are called."""
HEAVY = "heavy: over 100"
LEAST = 10
"""A value of an attribute needs so many users, or held-out rows, to be a slice."""
MOST = 12
"""Slices of one attribute, the most frequent values."""

USERS, ITEMS = "users", "held-out items"
COLUMNS = ("about", "by", "slice", "recipe", "metric", "n", "value", "low", "high")


@dataclass(frozen=True)
class Slice:
    """Some users (`members`, (users,) bool), or the held-out rows that are of one kind (`rows`,
    (k,) bool). `by` says what divides them, `name` which part this is."""

    about: str
    by: str
    name: str
    which: np.ndarray


def slices_of(
    result: Result, data: tables.Tables, *, recipes: Sequence[str] | None = None, seed: int = 42
) -> pd.DataFrame:
    """What each recipe is worth for each slice: a long frame with `COLUMNS`.

    `about` is «users» or «held-out items». A slice of users has all metrics of a row, over the
    users in it; one of held-out items has recall@n: which share of a user's held-out items of that
    kind stands in the list, over users who have any. `n` counts the users with a value; `value` is
    their mean, `low` and `high` its 95 % bootstrap interval; nan where there is no such user.
    `recipes` names the rows wanted, all without it.
    """
    import pandas as pd

    names = list(result.per_user) if recipes is None else list(recipes)
    found: list[dict[str, Any]] = []
    for slices, columns in (
        (user_slices(result, data.users), _of_users), (item_slices(result, data.items), _of_items),
    ):
        for group in _grouped(slices):
            for name in names:
                found += _measured(group, name, columns(result, name, group), seed)
    return pd.DataFrame(found, columns=list(COLUMNS))


def user_slices(result: Result, users: tables.Users) -> list[Slice]:
    """By training items in fixed bins and in thirds, by how popular these are, by attributes.

    A bin without users is no slice; attributes have values that at least `LEAST` users share.
    """
    out = []
    upper = [most for most, _ in BINS]
    names = [*(name for _, name in BINS), HEAVY]
    place = np.searchsorted(upper, result.history)
    out += [Slice(USERS, "training items", name, place == k) for k, name in enumerate(names)]
    for by, amount, words in (
        ("training items, in thirds", result.history, ("fewest", "middle", "most")),
        ("popularity of the history", result.mainstream, ("niche", "middle", "mainstream")),
    ):
        third = thirds(amount)
        out += [Slice(USERS, by, word, third == k) for k, word in enumerate(words)]
    row = users.frame.set_index(tables.USER).reindex(result.user_ids.astype(str))
    for name in users.frame.columns:
        if name != tables.USER:
            out += _by_value(name, row[name])
    return [one for one in out if one.which.any()]


def thirds(amount: np.ndarray) -> np.ndarray:
    """(users,) int: 0, 1 or 2 for the lowest, middle and highest third; equals go together.

    -1 where `amount` is nan, and for all where fewer than three amounts differ. With many equal
    amounts the thirds are of different size.
    """
    known = np.asarray(amount, np.float64)
    out = np.full(len(known), -1)
    there = ~np.isnan(known)
    if len(np.unique(known[there])) >= 3:
        cuts = np.quantile(known[there], (1 / 3, 2 / 3))
        out[there] = np.searchsorted(cuts, known[there], side="left")
    return out


def _by_value(name: str, column: pd.Series) -> list[Slice]:
    """Users by one attribute: quarters where it is a number of many values, else its values."""
    import pandas as pd

    said = column.fillna("").astype(str)
    number = pd.to_numeric(said.where(said != ""), errors="coerce")
    if number.nunique() > MOST and number.notna().sum() == (said != "").sum():
        cuts = np.unique(np.quantile(number.dropna(), (0.25, 0.5, 0.75)))
        place = np.searchsorted(cuts, number, side="left")
        edges = [number.min(), *cuts, number.max()]
        return [
            Slice(USERS, name, f"{'over ' * (k > 0)}{edges[k]:g} to {edges[k + 1]:g}",
                  (place == k) & number.notna().to_numpy())
            for k in range(len(cuts) + 1)
        ]  # fmt: skip
    counts = said[said != ""].value_counts()
    kept = counts[counts >= LEAST].index[:MOST]
    return [Slice(USERS, name, value, (said == value).to_numpy()) for value in kept]


def item_slices(result: Result, items: tables.Items) -> list[Slice]:
    """Held-out rows of head and tail items, and of each frequent value of each attribute."""
    held_out = result.held_out[:, 1]
    tail = np.isin(held_out, tail_items(result.counts))
    new = result.counts[held_out] == 0
    out = [
        Slice(ITEMS, "popularity", "head: the most popular fifth", ~tail),
        Slice(ITEMS, "popularity", "tail: the other four fifths", tail),
        Slice(ITEMS, "popularity", "new: no training row", new),
    ]
    for name in items.attributes:
        row, values = _exploded(items, name, held_out)
        said, times = np.unique(values, return_counts=True)
        order = np.argsort(-times, kind="stable")[:MOST]
        for value in said[order[times[order] >= LEAST]]:
            which = np.zeros(len(held_out), bool)
            which[row[values == value]] = True
            out.append(Slice(ITEMS, name, str(value), which))
    return [one for one in out if one.which.any()]


def _exploded(items: tables.Items, name: str, held_out: np.ndarray) -> tuple[Any, Any]:
    """Places in `held_out` and the values of one attribute there, a pair for each value."""
    lists = items.frame[name].to_numpy()[held_out]
    row = np.repeat(np.arange(len(lists)), [len(values) for values in lists])
    return row, np.array([str(value) for values in lists for value in values], dtype=object)


def _grouped(slices: Sequence[Slice]) -> Iterator[list[Slice]]:
    """The slices that share `by`, in order: one draw of users serves them all."""
    by = dict.fromkeys((one.about, one.by) for one in slices)
    for key in by:
        yield [one for one in slices if (one.about, one.by) == key]


Columns = dict[tuple[int, str], np.ndarray]
"""(place of the slice in its group, metric) -> (users,) values of one recipe, nan outside."""


def _of_users(result: Result, name: str, group: Sequence[Slice]) -> Columns:
    """All metrics of one row, over the users of each slice."""
    return {
        (place, metric): np.where(one.which, values, np.nan)
        for place, one in enumerate(group)
        for metric, values in result.per_user[name].items()
    }


def _of_items(result: Result, name: str, group: Sequence[Slice]) -> Columns:
    """Recall of one row over the held-out rows of each slice."""
    lists = result.lists[name]
    user, item = result.held_out.T.astype(np.int64)
    found = (lists[user] == item[:, None]).any(axis=1)
    out: Columns = {}
    for place, one in enumerate(group):
        wanted = np.bincount(user[one.which], minlength=len(lists))
        hits = np.bincount(user[one.which & found], minlength=len(lists))
        out[place, f"recall@{lists.shape[1]}"] = metrics.ranking.divide(hits, wanted)
    return out


def _measured(
    group: Sequence[Slice], name: str, columns: Columns, seed: int
) -> list[dict[str, Any]]:
    """Users, mean and interval of every column, as rows of the frame."""
    table = np.column_stack(list(columns.values())).astype(np.float64)
    count = (~np.isnan(table)).sum(axis=0)
    mean = metrics.ranking.divide(np.nansum(table, axis=0), count)
    low, high = metrics.bootstrap_intervals(table, seed=seed)
    return [
        {
            "about": group[place].about, "by": group[place].by, "slice": group[place].name,
            "recipe": name, "metric": metric, "n": int(count[k]), "value": float(mean[k]),
            "low": float(low[k]), "high": float(high[k]),
        }
        for k, (place, metric) in enumerate(columns)
    ]


def slice_lines(records: Sequence[Mapping[str, Any]], recipe: str = "blend") -> Iterator[str]:
    """A table of one recipe: a line a slice, NDCG for users and recall for held-out items."""
    mine = [one for one in records if one["recipe"] == recipe]
    for about, metric in ((USERS, "ndcg"), (ITEMS, "recall")):
        chosen = [x for x in mine if x["about"] == about and x["metric"].startswith(metric + "@")]
        if not chosen:
            continue
        yield f"{recipe} by {about}: {chosen[0]['metric']} (95 %), users"
        for one in chosen:
            name = f"{one['by']}: {one['slice']}"
            yield (
                f"    {name:<48.48}{one['value']:8.4f} ({one['low']:.4f} to {one['high']:.4f})"
                f"{one['n']:8,}"
            )
