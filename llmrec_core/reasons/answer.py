"""A model's answer as a reason: cleaned, cut to two sentences, checked, or replaced."""

from __future__ import annotations

import re
from dataclasses import replace

from llmrec_core.describe.sentences import Check
from llmrec_core.llm.base import Request
from llmrec_core.reasons.check import verdict
from llmrec_core.reasons.parts import Weighed
from llmrec_core.reasons.reason import Reason, by_template
from llmrec_core.reasons.template import in_words
from llmrec_core.writing.cleaning import UnusableError, cleaned
from llmrec_core.writing.language import other_language

MOST_SENTENCES, MOST_LENGTH = 2, 600
_END = re.compile(
    r"(?<=[.!?])(?<!\b(?:Mr|Ms|Dr|St|vs)\.)(?<!Mrs\.)(?<!\.\.)\s+(?=[^a-z\s])|(?<=[。！？])"
)


def reason_of(
    text: str, request: Request, weighed: Weighed, item_title: str, model: str, language: str
) -> Reason:
    """The model's words where the parts bear them out, else the template's with `fallback`."""
    plain = by_template(weighed, item_title)
    try:
        said = first_sentences(text, request, _names(weighed, item_title))
        strange = other_language(_without_names(said, weighed, item_title), language)
        if strange:
            raise UnusableError(f"is in another language ({strange}) than {language}")
    except UnusableError as error:
        return replace(plain, fallback=f"The answer of {model} {error}.")
    check, problem = verdict(said, weighed, item_title, language)
    if check in (Check.UNSUPPORTED, Check.CONTRADICTED):
        return replace(plain, fallback=f"The answer of {model} {problem}.")
    return replace(plain, text=said, writer=model, check=check.value)


def first_sentences(text: str, request: Request, names: list[str]) -> str:
    """The first two sentences of an answer on one line; raises `UnusableError` for no answer.

    A sentence does not end within one of `names`.
    """
    lines = cleaned(text, [message.content for message in request.messages])
    line = re.sub(r"[*_#`]+", "", " ".join(lines)).strip().strip('"').strip()
    for place, name in enumerate(names):
        line = line.replace(name, f"\x00{place}\x00")
    line = " ".join(part.strip() for part in _END.split(line)[:MOST_SENTENCES])
    said = re.sub(r"\x00(\d+)\x00", lambda found: names[int(found.group(1))], line).strip()
    if not said:
        raise UnusableError("is empty")
    if len(said) > MOST_LENGTH:
        raise UnusableError("is too long for a sentence or two")
    return said


def _names(weighed: Weighed, item_title: str) -> list[str]:
    """All that the model was told by name, as it may have written it, the longest first."""
    told = [item_title, *(part.evidence for part in (*weighed.named(), *weighed.con[:1]))]
    return sorted({*told, *map(in_words, told)} - {""}, key=len, reverse=True)


def _without_names(text: str, weighed: Weighed, item_title: str) -> str:
    """What tells the language: titles are in whatever language they are."""
    for name in _names(weighed, item_title):
        text = text.replace(name, " ")
    return text
