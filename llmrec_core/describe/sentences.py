"""A description: sentences that say who a user is, each with the rows it rests on."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

from llmrec_core.errors import InputError

TEMPLATE, PERSON = "template", "person"
SCHEMA = 1


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

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InputError("A sentence is empty: write something or remove it.")
        if self.polarity not in (-1, 0, 1):
            raise InputError(f"The polarity {self.polarity} of a sentence is not -1, 0 or 1.")


@dataclass(frozen=True)
class Description:
    """What is said of one user (or item); `latest` is the time of the last row read, or None."""

    owner_id: str
    sentences: tuple[Sentence, ...]
    writer: str = TEMPLATE
    latest: int | None = None

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
            return cls(
                document["owner_id"], sentences, document["writer"], document.get("latest")
            )
        except (KeyError, TypeError) as error:
            raise InputError(
                f"A stored description lacks or misuses {error}: undo to an earlier version."
            ) from error


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"A stored description is not JSON ({error}).") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, dict) else None
        raise InputError(f"A description has schema {found}, this program reads {SCHEMA}: update.")
    return document


def _sentence(entry: dict[str, Any]) -> Sentence:
    unknown = set(entry) - {f.name for f in fields(Sentence)}
    if unknown:
        raise InputError(f"A stored sentence has an unknown field {sorted(unknown)[0]!r}: update.")
    return Sentence(**{**entry, "rows": tuple(entry.get("rows", ()))})
