"""A state: what is changed about one user, the weights and the length of the list. Checks itself.

Ids are external ones. A state comes from a page, a file or a link: everything in it is held against
bounds here, and against the study in `apply`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from llmrec_core.blend import LARGEST
from llmrec_core.describe.editing import MAX_LENGTH
from llmrec_core.errors import InputError
from llmrec_core.recipe import digest

SCHEMA = 1
MOST_ITEMS, MOST_SENTENCES, MOST_N, MOST_NAME = 10_000, 200, 1000, 60
"""Past items and sentences that a state may change, its list's length, characters of its name."""
MOST_TYPED, MOST_LETTERS = 50, 4_000
"""Sentences that a state may say, and their characters together: whoever opens a link waits until
all of them are read, and so does everybody else who types."""
ANYWHERE = -1
"""The place of a sentence that is switched off wherever it stands."""
_LONGEST_ID = 1000

_KEYS = (
    "schema", "user", "removed", "levels", "off", "typed", "weights", "n", "again", "name",
)


@dataclass(frozen=True)
class State:
    """One user as they might be, and how a list is made for them.

    Attributes
    ----------
    user_id : the user; everything that is not named below is as stored.
    removed : ids of past items that are taken away, in order, each once.
    levels : (item id, level in [0, 1]) of past items that count as liked so much.
    off : (text, place from 0) of sentences that are switched off; ANYWHERE for the place means
        wherever the text stands.
    typed : (text, polarity) of sentences that are said beside the description.
    weights : (signal, weight); a signal that is not named weighs 0. None at all means the fitted
        weights.
    n : length of the list.
    again : whether removed past items may be recommended again.
    name : what a person calls it; "" for none.
    """

    user_id: str
    removed: tuple[str, ...] = ()
    levels: tuple[tuple[str, float], ...] = ()
    off: tuple[tuple[str, int], ...] = ()
    typed: tuple[tuple[str, int], ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    n: int = 10
    again: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        settle = object.__setattr__  # one state has one key, in whatever order it was put together
        settle(self, "user_id", _text(self.user_id, "user", _LONGEST_ID))
        settle(self, "removed", tuple(sorted({_text(x, "removed", _LONGEST_ID)
                                              for x in _list(self.removed, "removed")})))
        settle(self, "levels", _pairs(self.levels, "levels", _level, MOST_ITEMS))
        settle(self, "off", tuple(sorted(set(_said(self.off, "off", _place)), key=_by_place)))
        settle(self, "typed", _typed(self.typed))
        settle(self, "weights", _pairs(self.weights, "weights", _weight, 100))
        settle(self, "n", _whole(self.n, "n", 1, MOST_N))
        settle(self, "name", " ".join(_text(self.name, "name", MOST_NAME, empty=True).split()))
        if not isinstance(self.again, bool):
            raise _wrong("again", self.again, "true or false")
        if len(self.removed) > MOST_ITEMS:
            raise _wrong("removed", len(self.removed), f"at most {MOST_ITEMS:,} ids")

    @property
    def changed(self) -> bool:
        """Whether anything about the user is other than stored (weights and length aside)."""
        return bool(self.removed or self.levels or self.off or self.typed)

    def profile_key(self) -> str:
        """Names what determines the profile and its block: weights, length and name do not."""
        document = self.document()
        return digest({key: document[key] for key in _KEYS if key not in ("weights", "n", "name")})

    def key(self) -> str:
        """Names what determines the list; what the state is called does not."""
        return digest({key: value for key, value in self.document().items() if key != "name"})

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "schema": SCHEMA, "user": self.user_id, "removed": list(self.removed),
            "levels": dict(self.levels), "off": [list(pair) for pair in self.off],
            "typed": [list(pair) for pair in self.typed], "weights": dict(self.weights),
            "n": self.n, "again": self.again, "name": self.name,
        }

    def to_json(self) -> str:
        """The state as one JSON document, the same text for the same state."""
        return json.dumps(self.document(), ensure_ascii=False)

    @classmethod
    def from_document(cls, document: object) -> State:
        """The state that `document` describes; raises `InputError` naming what is wrong in it.

        What is left out is as stored. An unknown key is refused: it may have changed the list.
        """
        if not isinstance(document, dict):
            raise InputError("A what-if state is not a JSON object: give one that the page wrote.")
        unknown = sorted(set(map(str, document)) - set(_KEYS))
        if unknown:
            raise InputError(
                f"A what-if state has an unknown key {unknown[0][:40]!r} (it may have "
                f"{', '.join(_KEYS)}): remove it, or update."
            )
        if document.get("schema", SCHEMA) != SCHEMA:
            raise InputError(
                f"A what-if state has schema {str(document['schema'])[:20]}, this program reads "
                f"{SCHEMA}: update."
            )
        given = {key: value for key, value in document.items() if key not in ("schema", "user")}
        for key in ("levels", "weights"):
            if key in given:
                given[key] = _items(given[key], key)
        return cls(document.get("user", ""), **given)

    @classmethod
    def from_json(cls, text: str) -> State:
        """The state that `to_json` wrote; raises `InputError` for any other text."""
        try:
            return cls.from_document(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise InputError(f"A what-if state is not JSON ({error}).") from error

    def called(self, name: str) -> State:
        """The same state under another name."""
        return replace(self, name=name)


def _wrong(key: str, found: object, wanted: str) -> InputError:
    return InputError(f"«{key}» of a what-if state is {str(found)[:60]!r}: it must be {wanted}.")


def _text(value: object, key: str, most: int, *, empty: bool = False) -> str:
    if not isinstance(value, str):
        raise _wrong(key, value, "text")
    if len(value) > most or not (empty or value.strip()):
        raise _wrong(key, value, f"text of {0 if empty else 1} to {most:,} characters")
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can hold and no file can
        raise _wrong(key, ascii(value), "text that can be written") from None
    return value


def _list(value: object, key: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _wrong(key, value, "a list")
    return list(value)


def _items(value: object, key: str) -> list[tuple[Any, Any]]:
    if not isinstance(value, dict):
        raise _wrong(key, value, "an object of numbers by name")
    return list(value.items())


def _couples(value: object, key: str, most: int) -> list[tuple[Any, Any]]:
    entries = _list(value, key)
    if len(entries) > most:
        raise _wrong(key, len(entries), f"at most {most:,} entries")
    for entry in entries:
        if not isinstance(entry, list | tuple) or len(entry) != 2:
            raise _wrong(key, entry, "pairs")
    return [(entry[0], entry[1]) for entry in entries]


def _pairs(value: object, key: str, check: Any, most: int) -> tuple[tuple[str, float], ...]:
    """(name, number), by name; a name that is given twice must have one number."""
    found: dict[str, float] = {}
    for name, number in _couples(value, key, most):
        name, number = _text(name, key, _LONGEST_ID), check(number, key)
        if found.setdefault(name, number) != number:
            raise _wrong(key, name, "one number for each name")
    return tuple(sorted(found.items()))


def _said(
    value: object, key: str, check: Any, most: int = MOST_SENTENCES
) -> list[tuple[str, int]]:
    """(sentence, whole number); a sentence on one line."""
    return [
        (" ".join(_text(text, key, MAX_LENGTH).split()), check(number, key))
        for text, number in _couples(value, key, most)
    ]


def _typed(value: object) -> tuple[tuple[str, int], ...]:
    """(sentence, polarity) in the order they were said, each sentence with one meaning."""
    found: dict[str, int] = {}
    for text, polarity in _said(value, "typed", _polarity, MOST_TYPED):
        if found.setdefault(text, polarity) != polarity:
            raise _wrong("typed", text, "one meaning for each sentence")
    letters = sum(map(len, found))
    if letters > MOST_LETTERS:
        raise _wrong("typed", letters, f"at most {MOST_LETTERS:,} characters together")
    return tuple(found.items())


def _by_place(pair: tuple[str, int]) -> tuple[int, str]:
    return pair[1], pair[0]


def _number(value: object, key: str, low: float, high: float) -> float:
    wanted = f"a number from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(key, value, wanted)
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not low <= number <= high:  # nan is neither
        raise _wrong(key, value if number != float("inf") else "a huge number", wanted)
    return round(number, 6) + 0.0  # six digits: as weights are told; and no «-0»


def _whole(value: object, key: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        shown = value if not isinstance(value, int) or abs(value) < 10**9 else "a huge number"
        raise _wrong(key, shown, f"a whole number from {low} to {high:,}")
    return value


def _level(value: object, key: str) -> float:
    return _number(value, key, 0, 1)


def _weight(value: object, key: str) -> float:
    return _number(value, key, -LARGEST, LARGEST)


def _place(value: object, key: str) -> int:
    return _whole(value, key, ANYWHERE, 10_000)


def _polarity(value: object, key: str) -> int:
    return _whole(value, key, -1, 1)
