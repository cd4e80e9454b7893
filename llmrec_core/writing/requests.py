"""Evidence -> what a model is asked, and its answer -> a checked description."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from llmrec_core.describe.editing import MAX_LENGTH
from llmrec_core.describe.sentences import Check, Description
from llmrec_core.evidence.facts import Evidence
from llmrec_core.faith.vetting import vetted
from llmrec_core.llm.base import Answer, Request
from llmrec_core.writing.catalogue import Catalogue
from llmrec_core.writing.cleaning import UnusableError
from llmrec_core.writing.desk import REWRITE, Desk
from llmrec_core.writing.prompts import default, messages
from llmrec_core.writing.reading import one_sentence, rows_behind, sentences_of
from llmrec_core.writing.settings import Writing
from llmrec_core.writing.shown import shown
from llmrec_core.writing.slots import SLOTS

if TYPE_CHECKING:
    from llmrec_core.tables import Items

WRONG = (Check.UNSUPPORTED, Check.CONTRADICTED)
"""What a check finds in a sentence that must not stand as it is."""

REWRITTEN_TOKENS = 120
"""The longest answer where one sentence is asked for."""

PROBLEM_LENGTH = 300
NO_PROBLEM = "nothing: say it more clearly"
WITHHELD = "(withheld: it reads like an instruction)"


def request_for(
    evidence: Evidence, items: Items | Catalogue, writing: Writing, desk: Desk
) -> Request:
    """What the model is asked about one user; nothing of anybody else is in it."""
    known = Catalogue.of(items)
    filled = messages(
        desk.text(writing.scheme), language=writing.language, things=known.things,
        evidence=shown(evidence, known),
    )
    return Request(filled, max_tokens=writing.max_tokens)


def description_of(
    text: str, evidence: Evidence, items: Items | Catalogue, writing: Writing, model_name: str, *,
    request: Request | None = None, cut: bool = False,
) -> Description:
    """An answer as a description, every sentence checked against the evidence.

    `request` tells what was sent, so that an echo is recognised; `cut` that the answer was cut
    off. Raises `UnusableError` (a `ModelError`) for an answer that is no description.
    """
    known = Catalogue.of(items)
    sent = [message.content for message in request.messages] if request else [
        default(writing.scheme), shown(evidence, known)
    ]
    try:
        sentences = sentences_of(
            text, evidence, writing, author=model_name, prompt=sent, cut=cut
        )
    except UnusableError as error:
        raise UnusableError(f"The answer of {model_name} {error}.") from error
    description = Description(
        evidence.user_id, sentences, model_name, evidence.latest, evidence.rows,
        writing.scheme, writing.language, writing.prompt,
    )
    return checked(description, evidence, known)


def checked(description: Description, evidence: Evidence, known: Catalogue) -> Description:
    """The description with what the comparison with its evidence found."""
    from llmrec_core.faith import check

    return check(description, evidence, known.lexicon)


def rewrite_request(
    description: Description, index: int, evidence: Evidence, items: Items | Catalogue,
    writing: Writing, desk: Desk, wish: str = "",
) -> Request:
    """What the model is asked about one sentence; `wish` is what a person would rather read."""
    known, sentence = Catalogue.of(items), description.sentences[index]
    filled = messages(
        desk.text(REWRITE), language=description.language or writing.language,
        things=known.things, evidence=shown(evidence, known),
        sentence=vetted(sentence.text, most=MAX_LENGTH) or WITHHELD,
        problem=vetted(sentence.problem, most=PROBLEM_LENGTH) or NO_PROBLEM,
        wish=f"What is wanted: {wish.strip()}" if wish.strip() else "",
    )
    return Request(filled, max_tokens=REWRITTEN_TOKENS)


def rewritten_text(
    answer: Answer, request: Request, evidence: Evidence, writing: Writing, model_name: str
) -> str:
    """The sentence in an answer that was asked for one; raises `UnusableError`."""
    sent = [message.content for message in request.messages]
    try:
        return one_sentence(answer.text, evidence, writing, sent)
    except UnusableError as error:
        raise UnusableError(f"The answer of {model_name} {error}.") from error


def with_sentence(
    description: Description, index: int, text: str, evidence: Evidence, author: str
) -> Description:
    """The description with other words for sentence `index`; its rows are looked up anew."""
    old = description.sentences[index]
    slot = next((slot for slot in SLOTS if slot.kind == old.kind), None)
    new = replace(
        old, text=text, author=author, rows=rows_behind(text, evidence, slot) or old.rows
    )
    sentences = (*description.sentences[:index], new, *description.sentences[index + 1 :])
    return replace(description, sentences=sentences)


def wrong_places(description: Description) -> list[int]:
    """The numbers of the sentences that the evidence does not bear out."""
    return [k for k, sentence in enumerate(description.sentences) if sentence.check in WRONG]
