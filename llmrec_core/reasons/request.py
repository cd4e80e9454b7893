"""What a chat model is told about one item: its top parts, vetted, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable

from llmrec_core.faith.vetting import vetted
from llmrec_core.llm.base import Request
from llmrec_core.reasons.parts import Feeling, Part, Weighed
from llmrec_core.reasons.shares import share_words
from llmrec_core.reasons.template import MAX_QUOTE, in_words
from llmrec_core.signals.base import Kind
from llmrec_core.writing.prompts import default, messages

PROMPT = "reason"
MAX_TOKENS = 120
WITHHELD = "(title withheld)"

_USER = {
    Feeling.LIKED: "the user liked", Feeling.TAKEN: "the user chose",
    Feeling.NEUTRAL: "the user took, rated neither high nor low",
    Feeling.DISLIKED: "the user disliked",
}


def request_of(weighed: Weighed, item_title: str, language: str) -> Request:
    """The question whose answer is a reason in words; equal parts give an equal question."""
    filled = messages(
        default(PROMPT), language=language, parts="\n".join(_lines(weighed, item_title))
    )
    return Request(filled, max_tokens=MAX_TOKENS)


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
    if part.kind == Kind.WHOLE:
        return f"it is {part.evidence}" if not part.evidence.startswith("the signal") else (
            part.evidence
        )
    feeling = _USER[Feeling(part.feeling)]
    return f"{feeling}: {vetted(in_words(part.evidence)) or WITHHELD}"
