"""A what-if session as a file, and its replay: is the list of every state what it was?

The file holds all that a list depends on: the states (edits, weights, length), what the study, its
build and its encoder were, and the lists with their scores. Anybody with the study can try it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import StudioError, WrongUseError
from llmrec_core.recipe import digest
from llmrec_core.whatif.apply import gone, list_of, weights_of
from llmrec_core.whatif.state import MOST_N, State
from llmrec_core.whatif.told import changes

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

FORMAT, SCHEMA = "llmrec what-if session", 1
MOST_STATES = 100
LARGEST = 20_000_000
"""Bytes of a session's file that are read."""
TOLERANCE = 1e-4
"""Points by which a score may differ and be the same."""
KEYS = {
    "data": "the study's data", "encoder": "the encoder", "descriptions": "the descriptions",
    "signals": "the fitted signals", "weights": "the fitted weights",
}
"""What a list depends on besides its state, as it is called."""


def keys_of(recommender: Recommender) -> dict[str, str]:
    """Names of all that lists of this study depend on; each changes with what it names."""
    return {
        "data": recommender.study.key, "encoder": str(recommender.made_with["encoder"]["key"]),
        "descriptions": recommender.keys.descriptions, "signals": recommender.keys.signals,
        "weights": digest(recommender.default_weights),
    }


def record(recommender: Recommender, state: State) -> dict[str, Any]:
    """One state and its list as they stand in the file.

    {state, key, at, changes, gone, sentences, weights, items: [{item_id, title, score, rank,
    signals}], milliseconds}.
    """
    answer = list_of(recommender, state)
    weights = zip(recommender.names, weights_of(recommender, state), strict=True)
    return {
        "state": state.document(), "key": state.key(), "at": _now(),
        "changes": [list(pair) for pair in changes(recommender, state)],
        "gone": gone(recommender, state),
        "sentences": [s.text for s in recommender.description(state.user_id).sentences],
        "weights": {name: round(float(weight), 6) for name, weight in weights},
        "items": [line.to_json() for line in answer.items],
        "milliseconds": round(answer.milliseconds, 3),
    }


def session(recommender: Recommender, states: Sequence[State]) -> dict[str, Any]:
    """The document of a session: {format, schema, study, made, keys, versions, states}."""
    from llmrec_core.provenance import versions

    return {
        "format": FORMAT, "schema": SCHEMA, "study": recommender.study.name, "made": _now(),
        "keys": keys_of(recommender), "versions": versions(),
        "states": [record(recommender, state) for state in states],
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Listed:
    """One line of a list: what it was, and how many points it had."""

    item_id: str
    title: str
    score: float


@dataclass(frozen=True)
class Recorded:
    """One state of a file and the list that it had."""

    state: State
    items: tuple[Listed, ...]


@dataclass(frozen=True)
class Session:
    """A session as it was read."""

    study: str
    made: str
    keys: dict[str, str]
    states: tuple[Recorded, ...]


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
    """A state that was tried again: its places, or the `problem` that kept it from being tried."""

    state: State
    places: tuple[Place, ...] = ()
    gone: tuple[str, ...] = ()
    problem: str = ""

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
        return [KEYS[what] for what, then, now in self.keys if then != now]


def read(text: str | bytes) -> Session:
    """The session in a file; raises `WrongUseError` for anything else, naming what is wrong."""
    if len(text) > LARGEST:
        raise WrongUseError(
            f"The file has {len(text):,} bytes, a what-if session at most {LARGEST:,}."
        )
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongUseError(f"This is no what-if session: the file is not JSON ({error}).") from (
            error
        )
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise WrongUseError(
            "This is no what-if session: give a file that the page «What if» or llmrec whatif "
            "--save wrote."
        )
    if document.get("schema") != SCHEMA:
        raise WrongUseError(
            f"The session has schema {str(document.get('schema'))[:20]}, this program reads "
            f"{SCHEMA}: update."
        )
    return _session(document)


def _session(document: dict[str, Any]) -> Session:
    keys, states = document.get("keys"), document.get("states")
    if not isinstance(keys, dict) or not isinstance(states, list):
        raise WrongUseError("The session lacks its keys or its states: it was cut or changed.")
    if not 0 < len(states) <= MOST_STATES:
        raise WrongUseError(
            f"The session has {len(states):,} states: 1 to {MOST_STATES} can be replayed."
        )
    told = {what: str(keys.get(what, ""))[:100] for what in KEYS}
    recorded = tuple(_recorded(entry, number) for number, entry in enumerate(states, 1))
    return Session(
        str(document.get("study", ""))[:200], str(document.get("made", ""))[:40], told, recorded
    )


def _recorded(entry: object, number: int) -> Recorded:
    try:
        if not isinstance(entry, dict):
            raise WrongUseError("it is not a JSON object.")
        items = entry.get("items")
        if not isinstance(items, list) or len(items) > MOST_N:
            raise WrongUseError("it has no list of items.")
        return Recorded(State.from_document(entry.get("state")), tuple(map(_listed, items)))
    except StudioError as error:
        raise WrongUseError(f"State {number} of the session cannot be read: {error}") from error


def _listed(item: object) -> Listed:
    score = item.get("score") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(item.get("item_id"), str) or (
        isinstance(score, bool) or not isinstance(score, int | float)
    ):
        raise WrongUseError("an item lacks its id or its score.")
    try:
        return Listed(item["item_id"], str(item.get("title", ""))[:300], float(score))
    except OverflowError:
        raise WrongUseError("the score of an item is no number that can be held.") from None


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
    except StudioError as error:
        return Replayed(one.state, problem=str(error))
    today = [Listed(line.item_id, line.title, line.score) for line in answer.items]
    longest = max(len(today), len(one.items))
    places = [
        Place(k + 1, _at(one.items, k), _at(today, k)) for k in range(longest)
    ]
    return Replayed(one.state, tuple(places), missing)


def _at(lines: Sequence[Listed], place: int) -> Listed | None:
    return lines[place] if place < len(lines) else None
