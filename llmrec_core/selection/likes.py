"""What a set of items or users has in common: who likes them, what they like, shared attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.behaviour import Behaviour


def liked_rows(behaviour: Behaviour) -> np.ndarray:
    """(n_rows,) bool: rows whose value reaches their user's mean; all where values never differ."""
    if not behaviour.has_values:
        return np.ones(len(behaviour), bool)
    rows = np.maximum(np.bincount(behaviour.user, minlength=behaviour.n_users), 1)
    mean = np.bincount(behaviour.user, behaviour.value, behaviour.n_users) / rows
    # Values are float32 and means float64: a user with one value only would lie under their mean.
    return np.asarray(behaviour.value >= mean[behaviour.user] - 1e-6)


def fans_of(behaviour: Behaviour, items: Sequence[int] | np.ndarray) -> pd.DataFrame:
    """The users who took any of `items`, those who like most of them first.

    Columns `user` (number), `liked` and `taken` (of the selected items), `share_liked` (of the
    selected items); ties by fewer interactions in all, then by user number.
    """
    import pandas as pd

    chosen = np.isin(behaviour.item, np.asarray(items, np.int64))
    liked = liked_rows(behaviour) & chosen
    n_liked = _distinct(behaviour, liked)
    taken = _distinct(behaviour, chosen)
    every = np.bincount(behaviour.user, minlength=behaviour.n_users)
    users = np.flatnonzero(taken)
    users = users[np.lexsort((users, every[users], -taken[users], -n_liked[users]))]
    return pd.DataFrame(
        {
            "user": users,
            "liked": n_liked[users],
            "taken": taken[users],
            "share_liked": n_liked[users] / max(1, len(np.unique(items))),
        }
    )


def favourites_of(behaviour: Behaviour, users: Sequence[int] | np.ndarray) -> pd.DataFrame:
    """What `users` like more than everybody does, the largest surplus first.

    Columns `item` (number), `users` (of the selected who like it), `expected` (as many as would if
    they were like everybody), `lift` (the ratio); only items with a surplus, ties by item number.
    """
    import pandas as pd

    chosen = np.unique(np.asarray(users, np.int64))
    liked = liked_rows(behaviour)
    pairs = np.unique(behaviour.user[liked].astype(np.int64) * behaviour.n_items
                      + behaviour.item[liked])  # fmt: skip
    user, item = np.divmod(pairs, behaviour.n_items)
    inside = np.isin(user, chosen)
    mine = np.bincount(item[inside], minlength=behaviour.n_items)
    everybody = np.bincount(item, minlength=behaviour.n_items)
    expected = everybody * (len(chosen) / max(1, behaviour.n_users))
    found = np.flatnonzero(mine > expected)
    found = found[np.lexsort((found, -(mine - expected)[found]))]
    return pd.DataFrame(
        {
            "item": found,
            "users": mine[found],
            "expected": expected[found],
            "lift": mine[found] / expected[found],
        }
    )


def shared_values(
    items: pd.DataFrame, attributes: Sequence[str], chosen: Sequence[int] | np.ndarray
) -> pd.DataFrame:
    """Attribute values that the `chosen` rows of `items` have more often than the catalogue.

    Columns `attribute`, `value`, `items` (chosen ones that have it), `share` (of the chosen),
    `lift` (against the catalogue's share); the largest surplus first. A value on a single chosen
    item says nothing of the set and is left out, except where only one is chosen.
    """
    import pandas as pd

    picked = np.unique(np.asarray(chosen, np.int64))
    least = min(2, len(picked))
    rows: list[tuple[str, str, int, float, float, float]] = []
    for attribute in attributes:
        values = [set(map(str, cell)) for cell in items[attribute]]
        everybody = _counts(values)
        for value, count in _counts([values[row] for row in picked]).items():
            expected = everybody[value] * len(picked) / len(items)
            if count >= least and count > expected:
                surplus = count - expected
                rows.append(
                    (attribute, value, count, count / len(picked), count / expected, surplus)
                )
    rows.sort(key=lambda row: (-row[5], row[0], row[1]))
    columns = ["attribute", "value", "items", "share", "lift"]
    return pd.DataFrame([row[:5] for row in rows], columns=columns)


def _distinct(behaviour: Behaviour, mask: np.ndarray) -> np.ndarray:
    """(n_users,) int64: how many distinct items each user has among the rows of `mask`."""
    keys = behaviour.user[mask].astype(np.int64) * behaviour.n_items + behaviour.item[mask]
    return np.bincount(np.unique(keys) // behaviour.n_items, minlength=behaviour.n_users)


def _counts(cells: Sequence[set[str]]) -> dict[str, int]:
    out: dict[str, int] = {}
    for cell in cells:
        for value in cell:
            out[value] = out.get(value, 0) + 1
    return out
