"""Read users' rows: every fact that their training rows support."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.behaviour import NO_TIME, Behaviour
from llmrec_core.errors import UnknownIdError
from llmrec_core.evidence.background import Background, background
from llmrec_core.evidence.facts import Evidence, Fact
from llmrec_core.evidence.habits import habit_facts
from llmrec_core.evidence.reading import Reading, readings
from llmrec_core.evidence.taste import taste_facts
from llmrec_core.evidence.titles import title_facts
from llmrec_core.evidence.verdicts import verdicts

if TYPE_CHECKING:
    from llmrec_core.tables import Items

BLOCK = 1000
"""Users read at once; bounds the memory of the users x words product."""


def user_evidence(
    train: Behaviour, items: Items, *, crowd: Background | None = None
) -> list[Evidence]:
    """The evidence about every user number of `train`, also about users without rows.

    `crowd` is what users are compared with (default: all of `train`); pass the one that was made
    before to read a changed history in milliseconds.
    """
    crowd = crowd or background(train, items)
    verdict = crowd.verdict if train is crowd.train else verdicts(train, crowd.train)
    return [_evidence(reading, crowd) for reading in _in_blocks(train, verdict, crowd)]


def picked_evidence(
    item_numbers: Sequence[int],
    items: Items,
    train: Behaviour,
    *,
    user_id: str = "new",
    crowd: Background | None = None,
) -> Evidence:
    """The evidence about somebody who picked these items, read against all users of `train`.

    Facts point to `items` only: a pick is no row of the interactions, so `rows` are empty, and it
    has no value, so means are nan.
    Raises `UnknownIdError` for a number outside the catalogue.
    """
    crowd = crowd or background(train, items)
    picks = np.array(list(dict.fromkeys(item_numbers)), np.int64).astype(np.int32)
    outside = picks[(picks < 0) | (picks >= train.n_items)]
    if len(outside):
        raise UnknownIdError(
            f"There is no item number {outside[0]} (the catalogue has {train.n_items} items): "
            "pick one of its titles."
        )
    n = len(picks)
    rows = Behaviour(
        np.array([user_id], dtype=object), train.item_ids, np.zeros(n, np.int32), picks,
        np.full(n, np.nan, np.float32), np.full(n, NO_TIME), np.full(n, -1, np.int64),
    )
    liked = np.ones(n, np.int8)
    return next(_evidence(reading, crowd) for reading in _in_blocks(rows, liked, crowd))


def _in_blocks(rows: Behaviour, verdict: np.ndarray, crowd: Background) -> Iterator[Reading]:
    for first in range(0, rows.n_users, BLOCK):
        yield from readings(rows, verdict, crowd, first, min(first + BLOCK, rows.n_users))


def _evidence(reading: Reading, crowd: Background) -> Evidence:
    facts: list[Fact] = []
    if len(reading.item):
        facts = [*taste_facts(reading, crowd), *title_facts(reading, crowd)]
        facts += habit_facts(reading, crowd)
    times = reading.time[reading.time != NO_TIME]
    return Evidence(
        str(reading.user_id), tuple(facts), tuple(reading.row[reading.row >= 0].tolist()),
        int(times.max()) if len(times) else None,
        tuple(np.unique(reading.item[reading.liked]).tolist()),
        tuple(np.unique(reading.item[reading.disliked]).tolist()),
    )
