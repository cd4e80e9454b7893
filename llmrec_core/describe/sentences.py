"""A description: sentences that say who a user is, each with the rows it rests on."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from llmrec_core.errors import InputError

TEMPLATE, PERSON = "template", "person"
SCHEMA = 2
_READ = (1, 2)
"""Schemas that are understood: what 1 lacks has a default."""


class Check(StrEnum):
    """What the comparison of a sentence with its evidence found."""

    NONE = ""  # not compared: a person's
    SUPPORTED = "supported"  # all that it names is in the evidence
    OPEN = "open"  # names nothing that could be compared
    UNSUPPORTED = "unsupported"  # names something that the evidence does not hold
    CONTRADICTED = "contradicted"  # says the opposite of the evidence


@dataclass(frozen=True)
class Sentence:
    """One statement that stands alone.

    `kind` is the fact kind it came from ("typed" for a person's), `polarity` +1, -1 or 0 (says
    nothing about content), `rows` the ids of the interactions behind it, `on` whether it counts,
    `author` the writer or "person".
    """

    text: str
    kind: str
    polarity: int = 1
    rows: tuple[int, ...] = ()
    on: bool = True
    author: str = TEMPLATE
    check: str = Check.NONE.value
    problem: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InputError("A sentence is empty: write something or remove it.")
        if self.polarity not in (-1, 0, 1):
            raise InputError(f"The polarity {self.polarity} of a sentence is not -1, 0 or 1.")


@dataclass(frozen=True)
class Description:
    """What is said of one user (or item).

    `writer` is the template, a model's name or "person". `latest` is the time of the last row
    read, or None; `read` the ids of all rows that the writer was shown, ascending, which is what
    leakage is judged by. `fallback` says why the template stands in for a model that was asked.
    """

    owner_id: str
    sentences: tuple[Sentence, ...]
    writer: str = TEMPLATE
    latest: int | None = None
    read: tuple[int, ...] = ()
    scheme: str = ""
    language: str = ""
    prompt: str = ""
    fallback: str = ""

    def text(self) -> str:
        """The sentences that are on, as one paragraph."""
        return " ".join(sentence.text for sentence in self.sentences if sentence.on)

    def rows(self) -> tuple[int, ...]:
        """The ids of all rows behind the sentences that are on, ascending."""
        return tuple(sorted({row for s in self.sentences if s.on for row in s.rows}))

    def to_json(self) -> str:
        """The description as one JSON document, the same text for the same description."""
        # Not `asdict`, which copies every row id: a catalogue's descriptions hold millions.
        document = {"schema": SCHEMA, **vars(self), "sentences": [vars(s) for s in self.sentences]}
        return json.dumps(document, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Description:
        """The description that `to_json` wrote; raises `InputError` naming what is wrong."""
        document = _document(text)
        try:
            sentences = tuple(_sentence(entry) for entry in document["sentences"])
            more = {name: document[name] for name in _LATER if name in document}
            return cls(
                document["owner_id"], sentences, document["writer"], document.get("latest"),
                tuple(document.get("read", ())), **more,
            )
        except (KeyError, TypeError) as error:
            raise InputError(
                f"A stored description lacks or misuses {error}: undo to an earlier version."
            ) from error


_LATER = ("scheme", "language", "prompt", "fallback")


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"A stored description is not JSON ({error}).") from error
    if not isinstance(document, dict) or document.get("schema") not in _READ:
        found = document.get("schema") if isinstance(document, dict) else None
        raise InputError(f"A description has schema {found}, this program reads {SCHEMA}: update.")
    return document


def _sentence(entry: dict[str, Any]) -> Sentence:
    unknown = set(entry) - {f.name for f in fields(Sentence)}
    if unknown:
        raise InputError(f"A stored sentence has an unknown field {sorted(unknown)[0]!r}: update.")
    return Sentence(**{**entry, "rows": tuple(entry.get("rows", ()))})
