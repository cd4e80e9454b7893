"""Find users and items by what is typed, and users that are worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour

FEW, ENOUGH = 5, 20
"""Interactions of a light user at least; and of one whose taste can be called niche."""


@dataclass(frozen=True)
class ExampleUser:
    """A user worth a look: `kind` in one word, `words` why."""

    kind: str
    user_id: str
    words: str


def users(user_ids: Sequence[str], typed: str, most: int = 50) -> list[str]:
    """At most `most` ids that contain `typed` (case ignored): first those that begin with it."""
    wanted = typed.strip().casefold()
    if not wanted:
        return []
    begins: list[str] = []
    within: list[str] = []
    for user_id in map(str, user_ids):
        where = user_id.casefold().find(wanted)
        if where == 0:
            begins.append(user_id)
        elif where > 0 and len(within) < most:
            within.append(user_id)
    # Short ids first: «44» is looked for before «440» and «4412».
    for found in (begins, within):
        found.sort(key=lambda user_id: (len(user_id), user_id))
    return (begins + within)[:most]


def items(titles: Sequence[str], typed: str, counts: np.ndarray, most: int = 50) -> list[int]:
    """At most `most` item numbers whose title has every word of `typed`, the often taken first."""
    return matching(titles, typed, counts)[:most]


def matching(
    titles: Sequence[str], typed: str, counts: np.ndarray, ids: Sequence[object] = ()
) -> list[int]:
    """All item numbers whose title has every word of `typed`, the often taken first.

    With `ids` also those whose id has `typed` in it: the one that is called so leads, the others
    follow the titles.
    """
    words, whole = typed.casefold().split(), typed.strip().casefold()
    if not words:
        return []
    place: dict[int, int] = {}
    for number, title in enumerate(titles):
        text = str(title).casefold()
        if all(word in text for word in words):
            place[number] = 1
    for number, item_id in enumerate(ids):
        text = str(item_id).casefold()
        if whole in text:
            place[number] = 0 if whole == text else place.get(number, 2)
    return sorted(place, key=lambda number: (place[number], -int(counts[number]), number))


def example_users(behaviour: Behaviour) -> list[ExampleUser]:
    """A typical, a heavy, a light and a niche user, as far as there are different ones.

    Typical has the median number of interactions; niche has the least popular items (by the mean
    logarithm of their counts) among the users with enough of them.
    """
    rows = np.diff(behaviour.bounds())
    popularity = np.log1p(behaviour.counts())[behaviour.item]
    mean = np.bincount(behaviour.user, popularity, behaviour.n_users) / np.maximum(rows, 1)
    wide = mean.copy()
    wide[rows < min(ENOUGH, rows.max())] = np.inf
    light = np.where(rows >= min(FEW, rows.max()), rows, rows.max() + 1)
    median = np.median(rows)
    picks = (
        ("Typical", np.abs(rows - median).argmin(), "about as much as most"),
        ("Heavy", rows.argmax(), "more than anybody"),
        ("Light", light.argmin(), "among the fewest"),
        ("Niche", wide.argmin(), "the least popular items"),
    )
    out: list[ExampleUser] = []
    for kind, number, words in picks:
        user_id = str(behaviour.user_ids[int(number)])
        if all(user_id != other.user_id for other in out):
            out.append(ExampleUser(kind, user_id, f"{rows[number]:,} interactions, {words}"))
    return out
