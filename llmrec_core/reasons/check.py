"""A model's reason against the parts that it was told: names, numbers, shares and sides."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core.describe.sentences import Check
from llmrec_core.reasons.parts import Part, Weighed
from llmrec_core.reasons.request import Question
from llmrec_core.reasons.shares import SHARES, share_words
from llmrec_core.reasons.sides import changed_side, content_words
from llmrec_core.reasons.template import in_words
from llmrec_core.signals.base import Kind
from llmrec_core.writing.language import code_of

if TYPE_CHECKING:
    from llmrec_core.faith import Lexicon

Verdict = tuple[Check, str]
NEAR = 0.1
"""How far a told share may be off: «half» of what is 0.42 passes, of 0.3 does not."""

_QUOTED = re.compile(r"[«“\"]([^«»“”\"]{2,300})[»”\"]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|percent\b|per cent\b)")
_WORD = r"[^\W\d_a-zß-öø-ÿ][\w’'-]*"
_NAME = re.compile(rf"(?<![\w’']){_WORD}(?:\s(?:(?:of|the|and|in|to|a|for|on|de|la)\s)*{_WORD})*")
_START = re.compile(r"(?:^|[.!?:;»”\"]\s)\W*$")
_CAPITAL_NOUNS = ("de",)
"""Languages that write every noun with a capital."""
_FREE = frozenset({"I", "User"})
_EXTREME = {"most": (0.45, 1.0), "nearly all": (0.85, 1.0), "almost all": (0.85, 1.0),
            "all": (0.95, 1.0)}  # fmt: skip
_FRACTIONS = sorted(SHARES, key=lambda known: -len(known[1]))
_SHARE = re.compile(
    r"\b(?:a )?(" + "|".join([*(re.escape(w.removeprefix("a ")) for _, w in _FRACTIONS), *_EXTREME])
    + r") of (?:what|it|the (?:score|total|reason|points)|all that|them)\b", re.IGNORECASE
)


def verdict(text: str, question: Question) -> Verdict:
    """(supported, ""), or what is wrong with the words: the first thing found.

    Every name, quotation and number must stand in the parts, at least one part must be named, a
    told share must be near the true one, and nothing may change sides. With the question's
    lexicon a title, maker or kind of the catalogue is a name however it is written. Sides and
    shares are read from English words only; there a text that names no part is unsupported,
    elsewhere open.
    """
    parts, told, language = question.parts(), question.names(), question.language
    said, problem = _quoted(text, told)
    problem = (
        problem or _name(said, told, language) or _of_catalogue(said, told, question.lexicon)
        or _share(said, question.weighed, told)
    )
    if problem:
        return Check.UNSUPPORTED, problem
    problem = changed_side(_without(said, [in_words(question.title), question.title]), parts)
    if problem:
        return Check.CONTRADICTED, problem
    if any(_is_named(text, part) for part in parts):
        return Check.SUPPORTED, ""
    if code_of(language) == "en":
        return Check.UNSUPPORTED, "names none of the parts"
    return Check.OPEN, ""


def _quoted(text: str, told: Sequence[str]) -> tuple[str, str]:
    """(the text with a mark for every quotation from the parts, what is quoted from elsewhere)."""
    whole = "\n".join(told).casefold()
    wrong = []

    def mark(found: re.Match[str]) -> str:
        words = found.group(1).strip()
        if words.strip(" .,;:!?…").casefold() in whole:
            return "_"
        wrong.append(f"quotes «{words}», which is not among the parts")
        return found.group()

    said = _QUOTED.sub(mark, text)
    return said, wrong[0] if wrong else ""


def _name(text: str, told: Sequence[str], language: str) -> str:
    """The first capitalised name or number that is in none of the parts."""
    rest, whole = _without(text, told), "\n".join(told)
    words, numbers = set(re.findall(r"\w+", whole.casefold())), set(_NUMBER.findall(whole))
    for found in _NUMBER.finditer(_PERCENT.sub(" ", rest)):
        if found.group() not in numbers:
            return f"names the number {found.group()}, which is not among the parts"
    if code_of(language) in _CAPITAL_NOUNS:
        return ""
    for found in _NAME.finditer(rest):
        name = found.group()
        if _START.search(rest[: found.start()]):  # any word is written so there
            name = name.partition(" ")[2]
        strange = [w for w in re.findall(r"[\w’'-]+", name) if w[:1].isupper() and w not in _FREE]
        if not all(set(re.findall(r"\w+", word.casefold())) <= words for word in strange):
            return f"names «{name.strip()}», which is not among the parts"
    return ""


def _of_catalogue(text: str, told: Sequence[str], lexicon: Lexicon | None) -> str:
    """The first title, maker or kind of the catalogue that is in none of the parts."""
    if lexicon is None:
        return ""
    from llmrec_core.faith.mentions import mentions

    whole = "\n".join(told).casefold()
    for found in mentions(text, lexicon):
        if found.text.casefold() not in whole:
            return f"names «{found.text}», which is not among the parts"
    return ""


def _without(text: str, told: Sequence[str]) -> str:
    """The words between the names; a mark keeps what follows a name from beginning a sentence."""
    for words in told:
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", "_", text, flags=re.IGNORECASE)
    return text


def _share(text: str, weighed: Weighed, told: Sequence[str]) -> str:
    true = math.fsum(part.share for part in weighed.named())
    rest = _without(text, told)
    said = [(found.group(), float(found.group(1)) / 100) for found in _PERCENT.finditer(rest)]
    ranges = [(words, value - NEAR, value + NEAR) for words, value in said]
    known = {words.removeprefix("a "): value for value, words in SHARES}
    for found in _SHARE.finditer(rest):
        words = found.group(1).lower()
        low, high = _EXTREME.get(words) or (known[words] - NEAR, known[words] + NEAR)
        ranges.append((words, low, high))
    for words, low, high in ranges:
        if not low <= true <= high:
            return f"says «{words}» where the parts are {share_words(true)}"
    return ""


def _is_named(text: str, part: Part) -> bool:
    folded = text.casefold()
    if part.kind == Kind.PAST_ITEM:
        return any(
            words.casefold() in folded for words in (part.evidence, in_words(part.evidence))
        )
    if part.kind == Kind.SENTENCE:
        return any(word.casefold() in folded for word in content_words(part.evidence))
    if part.kind == Kind.ENTITY:
        return part.evidence.partition(": ")[2].casefold() in folded
    return "popular" in folded or part.evidence.casefold() in folded
