"""Changing a description by hand: every edit is a new description, the old one stays as it was."""

from __future__ import annotations

import re
from dataclasses import replace

from llmrec_core.describe.sentences import PERSON, Check, Description, Sentence
from llmrec_core.errors import InputError

TYPED = "typed"
MAX_LENGTH = 1000
"""Characters of one typed sentence; more is a paragraph and is split first."""

_NEGATIVE = re.compile(
    r"\b(dislik\w*|hat(?:e|es|ed|ing)|avoid\w*|loath\w*|detest\w*|despis\w*|"
    r"can(?:no|')t stand|cannot bear|can't bear|bor(?:ed|ing) (?:of|by|with)|tired of|sick of|"
    r"fed up|not (?:a fan|into|interested|keen|fond)|no (?:more|interest|patience)|"
    r"(?:do|does|did)(?:n't| not)(?: really| much)? (?:like|enjoy|care|want|watch|read|love)|"
    r"never (?:liked|enjoys?|wants?|watch\w*|reads?)|nothing with|without any|"
    r"cares? little|leaves? \w+ cold|put off by|steers? clear|skips?|allergic to|anything but|"
    r"(?:rarely|seldom) (?:likes?|enjoys?|chooses?|turns?|picks?|reads?|watch\w*)|weary of|"
    r"(?:disappointed|let down) by|low marks|mostly leaves|"
    r"(?:wants?|wish(?:es)?|would like|prefers?|needs?|show me|asks? for) "
    r"(?:much |far )?(?:less|fewer))\b",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(
    r"\b(?:rates? (?:\w+ ){0,3}(?:generous|strict|high|low|much as)|on average|known so far|"
    r"nothing is known|beyond the well-known|as much at home|"
    r"(?:(?:well|little|lesser)-known|popular) (?:films|books|music|games|products|titles|ones)"
    r"(?:\.|$| that many| with))",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.!?…])[\"'»”)]*\s+(?=[\"'«“(]?[^\W\d_a-z])|\n+")
_ABBREVIATION = re.compile(
    r"\b(?:mr|mrs|ms|dr|st|vs|jr|sr|vol|e\.g|i\.e|[a-hj-z])\.$", re.IGNORECASE
)


def edit(
    description: Description, index: int, text: str, polarity: int | None = None
) -> Description:
    """The description with sentence `index` reworded by a person; polarity None is guessed anew.

    An empty text removes the sentence. The rows stay: they are what the sentence was about.
    """
    old = _at(description, index)
    if not text.strip():
        return remove(description, index)
    text = _clean(text)
    if polarity is None:
        polarity = old.polarity if text == old.text else guess_polarity(text)
    if (text, polarity) == (old.text, old.polarity):
        return description
    # What a check once found was found of other words.
    new = replace(
        old, text=text, polarity=polarity, author=PERSON, check=Check.NONE.value, problem=""
    )
    return _with(description, index, (new,))


def switch(description: Description, index: int, on: bool) -> Description:
    """The description with sentence `index` counted or not."""
    return _with(description, index, (replace(_at(description, index), on=on),))


def add(description: Description, text: str, polarity: int | None = None) -> Description:
    """The description with a typed text at its end, one sentence each; polarity None is guessed."""
    typed = tuple(
        Sentence(part, TYPED, guess_polarity(part) if polarity is None else polarity, author=PERSON)
        for part in split_sentences(text)
    )
    if not typed:
        raise InputError("There is no sentence to add: type one first.")
    return replace(description, sentences=description.sentences + typed)


def remove(description: Description, index: int) -> Description:
    """The description without sentence `index`."""
    _at(description, index)
    return _with(description, index, ())


def typed_description(owner_id: str, text: str) -> Description:
    """A description that a person typed: one sentence each, polarity guessed."""
    return add(Description(owner_id, (), writer=PERSON), text)


def guess_polarity(text: str) -> int:
    """-1 when the words say dislike («hates», «not a fan of»), 0 for a mere habit, else +1.

    A habit («rates generously», «goes for well-known films») says nothing of content.
    """
    if _NEGATIVE.search(text.replace("\u2019", "'")):
        return -1
    return 0 if _NEUTRAL.search(text) else 1


def split_sentences(text: str) -> list[str]:
    """The sentences of a typed paragraph; «Mr. X» and initials do not end one."""
    out: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        part = text[start : match.end()].rstrip()
        if "\n" not in match.group() and _ABBREVIATION.search(part):
            continue
        out.append(part)
        start = match.end()
    out.append(text[start:])
    return [clean for part in out if (clean := _clean(part))]


def _clean(text: str) -> str:
    """One line without control characters, at most MAX_LENGTH characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > MAX_LENGTH:
        raise InputError(
            f"A sentence has {len(line)} characters, at most {MAX_LENGTH} are read: split it."
        )
    return line


def _at(description: Description, index: int) -> Sentence:
    if not 0 <= index < len(description.sentences):
        raise InputError(
            f"The description of {description.owner_id!r} has {len(description.sentences)} "
            f"sentences, none with number {index}: reload it."
        )
    return description.sentences[index]


def _with(description: Description, index: int, new: tuple[Sentence, ...]) -> Description:
    old = description.sentences
    return replace(description, sentences=old[:index] + new + old[index + 1 :])
