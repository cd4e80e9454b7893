"""A what-if session as a file, and its replay: is the list of every state what it was?

The file holds all that a list depends on: the states (edits, weights, length), what the study, its
build and its encoder were, and the lists with their scores. Anybody with the study can try it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import StudioError
from llmrec_core.recipe import digest
from llmrec_core.whatif.apply import gone, list_of, weights_of
from llmrec_core.whatif.recorded import (
    FORMAT,
    KEYS,
    LARGEST,
    SCHEMA,
    Listed,
    Recorded,
    Session,
    read,
)
from llmrec_core.whatif.state import State
from llmrec_core.whatif.told import changes

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

__all__ = [
    "LARGEST", "Place", "Replay", "Replayed", "Session", "description_key", "keys_of", "read",
    "record", "replay", "session",
]

TOLERANCE = 1e-4
"""Points by which a score may differ and be the same."""


def keys_of(recommender: Recommender) -> dict[str, str]:
    """Names of all that lists of this study depend on; each changes with what it names."""
    return {
        "data": recommender.study.key, "encoder": str(recommender.made_with["encoder"]["key"]),
        "descriptions": recommender.keys.descriptions, "signals": recommender.keys.signals,
        "weights": digest(recommender.default_weights),
    }


def description_key(recommender: Recommender, user_id: str) -> str:
    """Names the description in force, a person's edits and all, as far as lists depend on it."""
    sentences = recommender.description(user_id).sentences
    return digest([[s.text, s.polarity, s.on, s.author] for s in sentences])


def record(recommender: Recommender, state: State, at: str = "") -> dict[str, Any]:
    """One state and its list as they stand in the file.

    {state, key, at, changes, gone, description, sentences, weights, items: [{item_id, title,
    score, rank, signals}], milliseconds}. `at` is when it was tried, "" for now.
    """
    answer = list_of(recommender, state)
    weights = zip(recommender.names, weights_of(recommender, state), strict=True)
    return {
        "state": state.document(), "key": state.key(), "at": at or _now(),
        "changes": [list(pair) for pair in changes(recommender, state)],
        "gone": gone(recommender, state),
        "description": description_key(recommender, state.user_id),
        "sentences": [s.text for s in recommender.description(state.user_id).sentences],
        "weights": {name: round(float(weight), 6) for name, weight in weights},
        "items": [line.to_json() for line in answer.items],
        "milliseconds": round(answer.milliseconds, 3),
    }


def session(
    recommender: Recommender, states: Sequence[State], times: Sequence[str] = ()
) -> dict[str, Any]:
    """The document of a session: {format, schema, study, made, keys, versions, states}.

    `times` are when the first states were tried, "" for now; the lists are made now.
    """
    from llmrec_core.provenance import versions

    return {
        "format": FORMAT, "schema": SCHEMA, "study": recommender.study.name, "made": _now(),
        "keys": keys_of(recommender), "versions": versions(),
        "states": [
            record(recommender, state, at or "")
            for state, at in zip_longest(states, times[: len(states)])
        ],
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Place:
    """One place of a list, then and now; None where a list is shorter."""

    rank: int
    then: Listed | None
    now: Listed | None

    @property
    def gap(self) -> float:
        """Points by which the score of the same item changed; nan for another item."""
        if self.then is None or self.now is None or self.then.item_id != self.now.item_id:
            return math.nan
        return self.now.score - self.then.score

    @property
    def same(self) -> bool:
        """The same item with the same score (TOLERANCE)."""
        return abs(self.gap) <= TOLERANCE


@dataclass(frozen=True)
class Replayed:
    """A state that was tried again: its places, or the `problem` that kept it from being tried.

    `edited` is whether the user's description is another one than the list was made with.
    """

    state: State
    places: tuple[Place, ...] = ()
    gone: tuple[str, ...] = ()
    problem: str = ""
    edited: bool = False

    @property
    def same(self) -> bool:
        """Whether the list is what it was, item by item."""
        return not self.problem and all(place.same for place in self.places)


@dataclass(frozen=True)
class Replay:
    """All states of a session tried again; `keys` are (what, then, now)."""

    states: tuple[Replayed, ...]
    keys: tuple[tuple[str, str, str], ...]

    @property
    def same(self) -> bool:
        """Whether every list is what it was."""
        return all(state.same for state in self.states)

    @property
    def moved(self) -> list[str]:
        """What is other than it was when the session was recorded, in words."""
        edited = list(dict.fromkeys(one.state.user_id for one in self.states if one.edited))
        users = [f"the description of user {user!r}" for user in edited[:3]]
        users += [f"the descriptions of {len(edited) - 3} other users"] if len(edited) > 3 else []
        return [KEYS[what] for what, then, now in self.keys if then != now] + users


def replay(
    recommender: Recommender, recorded: Session,
    tell: Callable[[int, int], object] | None = None,
) -> Replay:
    """Make every list of a session again and hold it against the recorded one.

    A state that the study cannot answer any more (a user or an item is gone) is a difference with
    a `problem`, not an error.
    """
    now, states = keys_of(recommender), []
    for number, one in enumerate(recorded.states):
        if tell:
            tell(number, len(recorded.states))
        states.append(_again(recommender, one))
    return Replay(
        tuple(states), tuple((what, recorded.keys[what], now[what]) for what in KEYS)
    )


def _again(recommender: Recommender, one: Recorded) -> Replayed:
    try:
        answer = list_of(recommender, one.state)
        missing = tuple(gone(recommender, one.state))
        edited = description_key(recommender, one.state.user_id) != one.description
    except StudioError as error:
        return Replayed(one.state, problem=str(error))
    today = [Listed(line.item_id, line.title, line.score) for line in answer.items]
    longest = max(len(today), len(one.items))
    places = [
        Place(k + 1, _at(one.items, k), _at(today, k)) for k in range(longest)
    ]
    return Replayed(one.state, tuple(places), missing, edited=edited)


def _at(lines: Sequence[Listed], place: int) -> Listed | None:
    return lines[place] if place < len(lines) else None
