"""What a what-if session's file holds, read back: nothing is half read, whoever wrote it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from llmrec_core.errors import StudioError, WrongUseError
from llmrec_core.whatif.state import MOST_N, State

FORMAT, SCHEMA = "llmrec what-if session", 1
MOST_STATES = 100
LARGEST = 20_000_000
"""Bytes of a session's file that are read."""
KEYS = {
    "data": "the study's data", "encoder": "the encoder", "descriptions": "the descriptions",
    "signals": "the fitted signals", "weights": "the fitted weights",
}
"""What every list of a study depends on, as it is called; a user's description stands beside the
state."""


@dataclass(frozen=True)
class Listed:
    """One line of a list: what it was, and how many points it had."""

    item_id: str
    title: str
    score: float


@dataclass(frozen=True)
class Recorded:
    """One state of a file, the list that it had, and the description it was made with."""

    state: State
    items: tuple[Listed, ...]
    description: str


@dataclass(frozen=True)
class Session:
    """A session as it was read."""

    study: str
    made: str
    keys: dict[str, str]
    states: tuple[Recorded, ...]

    def letters(self) -> int:
        """Characters of all sentences that the states say, each sentence once."""
        return sum(map(len, {text for one in self.states for text, _ in one.state.typed}))


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
        description = entry.get("description")
        if not isinstance(description, str):
            raise WrongUseError("it does not name the description that it was made with.")
        state = State.from_document(entry.get("state"))
        return Recorded(state, tuple(map(_listed, items)), description[:100])
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
