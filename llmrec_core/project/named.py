"""Names of groups by a chat model: from their terms and titles, checked, else the plain name."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.faith.instructions import reads_like_instructions
from llmrec_core.faith.vetting import vetted
from llmrec_core.llm.asking import ask
from llmrec_core.llm.base import Answer, ModelError, Request
from llmrec_core.writing.cleaning import UnusableError, cleaned
from llmrec_core.writing.language import other_language
from llmrec_core.writing.prompts import default, messages

if TYPE_CHECKING:
    from llmrec_core.writing.desk import Desk

PROMPT = "group"
MAX_TOKENS = 24
MOST_WORDS, MOST_LENGTH = 6, 48
GROUNDED = "english"
"""The language in which a name must share a word with the group's terms; in another one the terms
may be of another language than the name."""
_STEM = 4
_AROUND = " \t\"'«»“”„*_#`-•.:;,"
_LABEL = re.compile(
    r"^(?:the )?(?:group|name|answer)(?:'s)?(?: name)?(?: (?:is|of the group))*\s*[:：]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class GroupMaterial:
    """What a model is told of one group: its terms, best first, and titles in its middle."""

    terms: tuple[str, ...]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupName:
    """A group's name: by `writer`, or the plain one where that is "" (`fallback` says why)."""

    text: str
    writer: str = ""
    fallback: str = ""


def rewrite(
    labels: Sequence[str], material: Sequence[GroupMaterial], desk: Desk, *,
    things: str = "titles", language: str = "English", titles: Collection[str] = (),
    tell: Callable[[int, int], object] | None = None,
) -> list[GroupName]:
    """A name by the desk's model for each group that has the plain name in `labels`.

    Answers are kept at the desk, so that equal groups are asked once. A name that is too long, an
    order, one of the catalogue's `titles`, of another language, another group's, or that shares no
    word with the group's terms is not taken: the plain one stays, and says why; so it does for a
    group whose question got no answer.
    """
    known = {title.casefold() for one in material for title in one.titles}
    known |= {title.casefold() for title in titles}
    requests = [request(one, things, language) for one in material]
    said: dict[int, Answer | ModelError] = dict(
        ask(desk.model, requests, desk.answers, desk.limits, tell, budget=desk.budget)
    )
    out: list[GroupName] = []
    taken = {label.casefold() for label in labels}
    for place, label in enumerate(labels):
        try:
            name = _name(said[place], requests[place], known, language)
            if name.casefold() in taken - {label.casefold()}:
                raise UnusableError("is another group's name")
            if language.casefold() == GROUNDED and not _borne_out(name, material[place].terms):
                raise UnusableError("shares no word with what is said of the group")
            taken.add(name.casefold())
            out.append(GroupName(name, desk.model.name))
        except ModelError as error:
            out.append(GroupName(label, "", _why(error, desk.model.name)))
    return out


def request(material: GroupMaterial, things: str, language: str) -> Request:
    """What is asked about one group; what reads like an order is left out of it."""
    terms = [text for term in material.terms if (text := vetted(term, 40))]
    titles = [text for title in material.titles if (text := vetted(title))]
    lines = [f"said of it more often than of others: {', '.join(terms) or '(nothing)'}"]
    lines += [f"in it: {title}" for title in titles]
    filled = messages(
        default(PROMPT), things=things, language=language, evidence="\n".join(lines)
    )
    return Request(filled, max_tokens=MAX_TOKENS)


def _name(
    answer: Answer | ModelError, asked: Request, titles: Collection[str], language: str
) -> str:
    """The name in an answer; raises `ModelError` where there is none that can be shown."""
    if isinstance(answer, ModelError):
        raise answer
    line = cleaned(answer.text, [message.content for message in asked.messages])[0]
    name = " ".join(_LABEL.sub("", line.strip(_AROUND)).strip(_AROUND).split())
    if not any(sign.isalpha() for sign in name):
        raise UnusableError("holds no name")
    if len(name) > MOST_LENGTH or len(name.split()) > MOST_WORDS:
        raise UnusableError("is too long for a name")
    if vetted(name) != name or reads_like_instructions(name):
        raise UnusableError("is markup or an order")
    if name.casefold() in titles:
        raise UnusableError("is the title of one of the items")
    if strange := other_language(name, language, prose=False):
        raise UnusableError(f"is in another language ({strange}) than {language}")
    return name


def _borne_out(name: str, terms: Sequence[str]) -> bool:
    """Whether a word of the name begins as a word of the group's terms does: «adventurers» as
    «adventure». What shares no word is as often invented as it is a good summary."""
    def begins(texts: Sequence[str]) -> set[str]:
        words = re.findall(r"[^\W\d_]{3,}", " ".join(texts).casefold())
        return {word[:_STEM] for word in words}

    return bool(begins([name]) & begins(terms))


def _why(error: ModelError, model: str) -> str:
    if isinstance(error, UnusableError):
        return f"The answer of {model} {error}."
    return str(error)
