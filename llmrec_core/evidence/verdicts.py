"""Which rows a user liked and disliked, judged by the user's own standard."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour

ONE_VALUE = 1e-6


class ValueKind(StrEnum):
    """What the values of a study mean."""

    NONE = "none"  # all equal: a row only says that it happened
    RATING = "rating"  # more is better, little is bad
    COUNT = "count"  # how often; once is not a dislike


def value_kind(value: np.ndarray) -> ValueKind:
    """Tell ratings from counts: counts are whole, start at 1, pile up there and thin out.

    Ratings that pile up at 1 do so at the other end too (many love, many hate).
    """
    if len(value) == 0 or float(value.max()) - float(value.min()) < ONE_VALUE:
        return ValueKind.NONE
    whole = bool((value == np.round(value)).all())
    least, most = float((value == 1).mean()), float((value == value.max()).mean())
    counts = whole and value.min() == 1 and least > 0.3 and most < least / 2
    return ValueKind.COUNT if counts else ValueKind.RATING


def standards(user: np.ndarray, value: np.ndarray, n_users: int) -> tuple[np.ndarray, np.ndarray]:
    """(n_users,) mean and standard deviation of each user's own values; nan without rows."""
    count = np.bincount(user, minlength=n_users).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(user, value, n_users) / count
        square = np.bincount(user, np.square(value, dtype=float), n_users) / count
        return mean, np.sqrt(np.maximum(square - mean**2, 0))


def verdicts(rows: Behaviour, train: Behaviour | None = None) -> np.ndarray:
    """(n_rows,) int8: 1 liked, -1 disliked, 0 neither.

    Ratings: liked is at or above the user's own mean, disliked one own standard deviation
    (at least half of everybody's) or more below it. Someone who gives one value only is judged
    by everybody's mean and deviation instead. Counts and bare events: every row is liked.
    Everybody is `train` where it is given (for rows of a changed history), else `rows`.
    """
    everybody = (train or rows).value.astype(float)
    if value_kind(everybody) is not ValueKind.RATING:
        return np.ones(len(rows), np.int8)
    value = rows.value.astype(float)
    mean, deviation = standards(rows.user, value, rows.n_users)
    single = ~(deviation > ONE_VALUE)
    lenient = everybody.mean() - everybody.std()
    bad = np.where(single, lenient, mean - np.maximum(deviation, everybody.std() / 2))
    good = np.where(single, lenient + ONE_VALUE, mean - ONE_VALUE)
    out = np.zeros(len(rows), np.int8)
    out[value >= good[rows.user]] = 1
    out[value <= bad[rows.user] + ONE_VALUE] = -1
    return out
