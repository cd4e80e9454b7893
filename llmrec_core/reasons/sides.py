"""Whether a model's words change sides: a reason against told as one for, a dislike as a like.

Read from English words; in other languages nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llmrec_core.describe.grammar import THINGS
from llmrec_core.reasons.parts import Feeling, Part
from llmrec_core.reasons.template import in_words
from llmrec_core.signals.base import Kind

_NEUTRAL = re.compile(r"neither (?:\w+ ){1,3}nor \w+|rat(?:ed|ing) in between", re.IGNORECASE)
_BREAK = re.compile(
    r"(?<=[.!?;。！？；])\s*|\s+(?=(?:but|although|though|however|while|whereas|despite|"
    r"even though|in spite|because)\b|"
    r"and (?:liked|loved|enjoyed|disliked|rated|took|chose|because)\b)", re.IGNORECASE
)
_WEIGHS_AGAINST = re.compile(r"\bless speaks|\bagainst (?:it|this|that)\b", re.IGNORECASE)
"""What a following «because» gives the reasons for."""
_AGAINST = re.compile(
    r"\b(?:against|despite|in spite|although|though|however|but|outweigh\w*|unlike|even if|"
    r"less likely|lower\w*|not (?:\w+ )?(?:recommend|suit|appeal)\w*)\b", re.IGNORECASE
)
_DISLIKE = re.compile(
    r"\b(?:dislik\w*|hat(?:e|es|ed)|(?:did|does|do|has|was|were|is)(?: not|n't|n’t) (?:\w+ )?"
    r"(?:lik|enjoy|lov|car)\w*|never (?:liked|enjoyed)|not (?:been |be |really )?(?:liked|enjoyed|"
    r"loved)|without liking|disappoint\w*|rated (?:\w+ )?(?:low|lower|badly|poorly)|low marks|"
    r"let down|not a fan|seldom|rarely|leaves?)\b", re.IGNORECASE
)
_LIKE = re.compile(
    r"\b(?:liked?|likes|lov(?:e|es|ed)|enjoy\w*|favou?rites?|adore\w*|fan of|fond of|drawn to|"
    r"rated (?:\w+ )?high\w*|prefer\w*|thinks highly)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:took|takes|taken|chose|chosen|picked|rated|watched|read|saw)\b", re.IGNORECASE
)
"""Verbs that say what was done and not how it was liked."""
_SMALL = frozenset(
    "the and for has not are was his her its who out all far top two soft spot bit other also that "  # noqa: SIM905
    "this than more most many others with from about themes recur chosen among best some those "
    "likes liked like loves loved enjoys enjoyed films books titles rates gives marks average "
    "chooses chose choice picks deal work further favourites often before such lately turned have "
    "been does care disappointed disliked into rather pronounced taste cannot enough get late "
    "half third fifth quarter tenth".split()
)
_PLAIN_WORD = re.compile(r"[^\W\d_]{3,}|\d{3,4}s?")


@dataclass(frozen=True)
class _Named:
    """Words that stand for something told, and what it was: liked, and for the item or against."""

    words: str
    feeling: Feeling
    pro: bool | None = None  # None: the side cannot be told


def changed_side(text: str, parts: Sequence[Part]) -> str:
    """What the words turn round, in words; "" where nothing is."""
    things = sorted(_things(parts), key=lambda named: -len(named.words))
    before = ""
    for clause in _BREAK.split(_NEUTRAL.sub("", text)):
        opposed = _WEIGHS_AGAINST.search(before) is not None and clause.startswith("because")
        before, found = _found(clause, things)
        for place, named in found:
            wrong = _wrong(before, place, named, opposed)
            if wrong:
                return wrong
    return ""


def _found(clause: str, things: Sequence[_Named]) -> tuple[str, list[tuple[int, _Named]]]:
    """(the clause without what is named, what is named with its place), the longest names first.

    What is named leaves blanks: a title may hold a verb, or another title.
    """
    found = []
    for named in things:
        case = re.NOFLAG if named.pro is not None else re.IGNORECASE  # titles: «It» is not «it»
        place = re.search(rf"(?<!\w){re.escape(named.words)}(?!\w)", clause, case)
        if place is not None:
            found.append((place.start(), named))
            blanks = " " * len(place.group())
            clause = clause[: place.start()] + blanks + clause[place.end():]
    return clause, found


def _things(parts: Sequence[Part]) -> Iterator[_Named]:
    for part in parts:
        if part.kind == Kind.PAST_ITEM:
            for words in dict.fromkeys((in_words(part.evidence), part.evidence)):
                yield _Named(words, Feeling(part.feeling), part.points > 0)
        elif part.kind == Kind.SENTENCE:
            yield from _content(part)


def _content(part: Part) -> Iterator[_Named]:
    """The telling words of a sentence of the description, as liked or disliked as it says."""
    feeling = _feeling(part.evidence, len(part.evidence))
    if feeling is not None:
        for word in content_words(part.evidence):
            yield _Named(word, feeling)


def content_words(sentence: str) -> list[str]:
    """The words of a sentence that say what it is about."""
    words = (word for word in _PLAIN_WORD.findall(sentence))
    return [w for w in dict.fromkeys(words) if w.lower() not in _SMALL and w.lower() not in THINGS]


def _wrong(clause: str, place: int, named: _Named, opposed: bool) -> str:
    said = _feeling(clause, place)
    if said is Feeling.DISLIKED and named.feeling in (Feeling.LIKED, Feeling.TAKEN):
        return f"says that the user disliked «{named.words}», which is not so"
    if said is Feeling.LIKED and named.feeling in (Feeling.DISLIKED, Feeling.NEUTRAL):
        return f"says that the user liked «{named.words}», which is not so"
    against = opposed or _AGAINST.search(clause) is not None
    if named.pro is False and not against and said is not Feeling.DISLIKED:
        return f"tells «{named.words}» as a reason for it, which it is not"
    if named.pro and against and named.feeling in (Feeling.LIKED, Feeling.TAKEN):
        return f"tells «{named.words}» as a reason against it, which it is not"
    return ""


def _feeling(clause: str, place: int) -> Feeling | None:
    """Liked or disliked by the verb that governs the words at `place`: the last before, else next.
    """
    bad = [found.span() for found in _DISLIKE.finditer(clause)]
    good = [
        found.span() for found in _LIKE.finditer(clause)
        if not any(low <= found.start() < high for low, high in bad)
    ]
    verbs: dict[int, Feeling | None] = {found.start(): None for found in _OPEN.finditer(clause)}
    verbs |= {low: Feeling.DISLIKED for low, _ in bad} | {low: Feeling.LIKED for low, _ in good}
    before = max((low for low in verbs if low < place), default=None)
    after = min((low for low in verbs if low >= place), default=None)
    governing = after if before is None else before
    return None if governing is None else verbs[governing]
