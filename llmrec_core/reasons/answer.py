"""A model's answer as a reason: cleaned, cut to two sentences, checked, or replaced."""

from __future__ import annotations

import re
from dataclasses import replace

from llmrec_core.describe.sentences import Check
from llmrec_core.llm.base import Answer
from llmrec_core.reasons.check import verdict
from llmrec_core.reasons.reason import Reason, by_template
from llmrec_core.reasons.request import Question
from llmrec_core.writing.cleaning import UnusableError, cleaned
from llmrec_core.writing.language import other_language

MOST_SENTENCES, MOST_LENGTH = 2, 600
_END = re.compile(
    r"(?<=[.!?])(?<!\b(?:Mr|Ms|Dr|St|vs)\.)(?<!Mrs\.)(?<!\.\.)\s+(?=[^a-z\s])|(?<=[。！？])"
)
_ENDED = re.compile(r"[.!?。！？…][\"'»”’)\]]*$")
_DRAWN = re.compile(r"[*_#`]+")


def reason_of(answer: Answer, question: Question, model: str) -> Reason:
    """The model's words where the parts bear them out, else the template's with `fallback`."""
    plain = by_template(question.weighed, question.title)
    try:
        said = first_sentences(answer, question)
        bare = said
        for name in question.names():  # titles are in whatever language they are
            bare = bare.replace(name, " ")
        strange = other_language(bare, question.language)
        if strange:
            raise UnusableError(f"is in another language ({strange}) than {question.language}")
    except UnusableError as error:
        return replace(plain, fallback=f"The answer of {model} {error}.")
    check, problem = verdict(said, question)
    if check in (Check.UNSUPPORTED, Check.CONTRADICTED):
        return replace(plain, fallback=f"The answer of {model} {problem}.")
    return replace(plain, text=said, writer=model, check=check.value)


def first_sentences(answer: Answer, question: Question) -> str:
    """The first two whole sentences on one line; raises `UnusableError` for no answer.

    A sentence does not end within a name that the model was told, and one that was cut off says
    perhaps the opposite of what it was going to say.
    """
    sent = [message.content for message in question.request().messages]
    line, names = " ".join(cleaned(answer.text, sent)), question.names()
    for place, name in enumerate(names):
        line = line.replace(name, f"\x00{place}\x00")
    parts = [part.strip() for part in _END.split(_DRAWN.sub("", line).strip().strip('"'))]
    parts = [part for part in parts if part]
    if answer.finish == "length" and parts and not _ENDED.search(parts[-1]):
        del parts[-1]
        if not parts:
            raise UnusableError("is cut off in its first sentence")
    line = " ".join(parts[:MOST_SENTENCES])
    said = re.sub(r"\x00(\d+)\x00", lambda found: names[int(found.group(1))], line)
    if not said:
        raise UnusableError("is empty")
    if len(said) > MOST_LENGTH:
        raise UnusableError("is too long for a sentence or two")
    return said
