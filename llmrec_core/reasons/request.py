"""What a chat model is told about one item: its top parts, vetted, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.describe.grammar import listed
from llmrec_core.faith.vetting import vetted
from llmrec_core.llm.base import Request
from llmrec_core.reasons.parts import LESS_TAKEN, MORE_TAKEN, Feeling, Part, Weighed
from llmrec_core.reasons.shares import share_words
from llmrec_core.reasons.template import MAX_QUOTE, in_words, thing
from llmrec_core.signals.base import Kind
from llmrec_core.writing.prompts import default, messages

if TYPE_CHECKING:
    from llmrec_core.faith import Lexicon

PROMPT = "reason"
MAX_TOKENS = 120
WITHHELD = "(title withheld)"

_USER = {
    Feeling.LIKED: "the user liked", Feeling.TAKEN: "the user chose",
    Feeling.NEUTRAL: "the user took, rated neither high nor low",
    Feeling.DISLIKED: "the user disliked",
}


@dataclass(frozen=True)
class Question:
    """What is asked about one item; `lexicon` knows the catalogue's names, for the check."""

    weighed: Weighed
    title: str
    language: str
    lexicon: Lexicon | None = None

    def request(self) -> Request:
        """Equal parts in an equal language give an equal request."""
        filled = messages(
            default(PROMPT), language=self.language,
            parts="\n".join(_lines(self.weighed, self.title)),
        )
        return Request(filled, max_tokens=MAX_TOKENS)

    def parts(self) -> tuple[Part, ...]:
        """The parts that are told: those for the item, then the one against it."""
        worst = self.weighed.against()
        return (*self.weighed.named(), *((worst,) if worst else ()))

    def names(self) -> list[str]:
        """All that is told by name, as it may be written, the longest first."""
        told = {self.title, *(words for part in self.parts() for words in _words(part))}
        told |= {in_words(text) for text in told}
        return sorted((" ".join(text.split()) for text in told if text.strip()), key=len)[::-1]


def _words(part: Part) -> tuple[str, ...]:
    """All names in one part."""
    if part.kind != Kind.ENTITY:
        return (part.evidence,)
    return (part.evidence.partition(": ")[2], *part.past)


def _lines(weighed: Weighed, item_title: str) -> Iterable[str]:
    named, worst = weighed.named(), weighed.against()
    yield f"it: {vetted(in_words(item_title)) or WITHHELD}"
    for part in named:
        yield f"for it: {_told(part)}"
    share = share_words(math.fsum(part.share for part in named))
    yield f"together these are {share} of what speaks for it"
    if worst:
        yield f"against it: {_told(worst)}"


def _told(part: Part) -> str:
    if part.kind == Kind.SENTENCE:
        said = vetted(part.evidence, most=MAX_QUOTE)
        return f"the description says: {said or '(sentence withheld)'}"
    if part.kind == Kind.ENTITY:
        titles = listed([vetted(in_words(title)) or WITHHELD for title in part.past])
        shared = vetted(thing(part)) or WITHHELD
        return f"it shares {shared} with {titles}" if titles else f"it shares {shared}"
    if part.kind != Kind.PAST_ITEM:
        popular = part.evidence in (MORE_TAKEN, LESS_TAKEN)
        return f"it is {part.evidence}" if popular else part.evidence
    feeling = _USER[Feeling(part.feeling)]
    return f"{feeling}: {vetted(in_words(part.evidence)) or WITHHELD}"
