"""One edit for many descriptions: what it would change in each, before anything is saved."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from llmrec_core.describe.editing import MAX_LENGTH, add, split_sentences
from llmrec_core.describe.sentences import PERSON, Check, Description, Sentence
from llmrec_core.errors import InputError

_WITHOUT_SPACES = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")


class Act(StrEnum):
    """What is done."""

    ADD = "add"  # a sentence at the end, where it is not there yet
    REMOVE = "remove"  # the sentences that contain a phrase
    OFF = "off"  # these are kept and do not count
    ON = "on"  # these count again
    REPLACE = "replace"  # a phrase by another
    MEANING = "meaning"  # how these count: likes, dislikes, neither


@dataclass(frozen=True)
class Edit:
    """One edit: `text` is the sentence to add or the phrase to look for.

    `by` is what a phrase is replaced by, `polarity` what is meant (+1, -1, 0; None when added is
    guessed from the words).
    """

    act: Act
    text: str
    by: str = ""
    polarity: int | None = None

    def __post_init__(self) -> None:
        if not self.text.strip():
            missing = "sentence to add" if self.act is Act.ADD else "phrase to look for"
            raise InputError(f"The {missing} is empty: type one first.")
        if self.act is Act.MEANING and self.polarity not in (-1, 0, 1):
            raise InputError("Say what the sentences mean: likes, dislikes or neither.")

    def of(self, description: Description) -> Description:
        """The description after the edit; the very same object where it changes nothing.

        Raises `InputError` where a sentence would become longer than one may be.
        """
        if self.act is Act.ADD:
            there = {sentence.text for sentence in description.sentences}
            new = [part for part in split_sentences(self.text) if part not in there]
            return add(description, "\n".join(new), self.polarity) if new else description
        pattern = phrase_pattern(self.text)
        changed = [self._sentence(s, pattern) for s in description.sentences]
        kept = tuple(sentence for sentence in changed if sentence is not None)
        return description if kept == description.sentences else replace(
            description, sentences=kept
        )

    def _sentence(self, old: Sentence, pattern: re.Pattern[str]) -> Sentence | None:
        """One sentence after the edit; None once it is removed."""
        if not pattern.search(old.text):
            return old
        if self.act is Act.REMOVE:
            return None
        if self.act in (Act.OFF, Act.ON):
            return replace(old, on=self.act is Act.ON)
        if self.act is Act.MEANING:
            polarity = old.polarity if self.polarity is None else self.polarity
            return old if polarity == old.polarity else _persons(old, old.text, polarity)
        text = pattern.sub(lambda found: _cased(found.group(), self.by), old.text)
        text = " ".join(text.split())
        if not any(map(str.isalnum, text)):
            return None
        if len(text) > MAX_LENGTH:
            raise InputError(
                f"A sentence would have {len(text)} characters, at most {MAX_LENGTH} are read: "
                "replace by something shorter."
            )
        return old if text == old.text else _persons(old, text, old.polarity)


@dataclass(frozen=True)
class Change:
    """One description before and after; `own` says that a person had edited it already."""

    before: Description
    after: Description
    own: bool = False


def changes(
    descriptions: Iterable[Description], edit: Edit, edited: Collection[str] = ()
) -> list[Change]:
    """What the edit does to each of `descriptions`, those left as they are not among them.

    `edited` are the owners whose description in force is a person's: the edit is made on top of it,
    so that their own words stay.
    """
    own, out = set(edited), []
    for before in descriptions:
        after = edit.of(before)
        if after != before:
            out.append(Change(before, after, before.owner_id in own))
    return out


def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """Finds the phrase as whole words, whatever the case and the spaces between them.

    «war» is not found in «warm»; in scripts without spaces between words it is found anywhere.
    """
    parts = [re.escape(part) for part in phrase.split()]
    if not parts:
        raise InputError("The phrase to look for is empty: type one first.")
    text = phrase.strip()
    left = r"(?<!\w)" if _is_word(text[0]) else ""
    right = r"(?!\w)" if _is_word(text[-1]) else ""
    return re.compile(left + r"\s+".join(parts) + right, re.IGNORECASE)


def _is_word(character: str) -> bool:
    return character.isalnum() and not _WITHOUT_SPACES.match(character)


def _persons(old: Sentence, text: str, polarity: int) -> Sentence:
    """Reworded or turned by a person: what a check once found of it does not hold any more."""
    return replace(
        old, text=text, polarity=polarity, author=PERSON, check=Check.NONE.value, problem=""
    )


def _cased(found: str, by: str) -> str:
    """«Comedies» by «dramas» is «Dramas»."""
    return by[:1].upper() + by[1:] if found[:1].isupper() and by[:1].islower() else by
