"""What becomes of sentences that the evidence does not bear out: rewritten, or the template's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from llmrec_core.describe.sentences import Description, Sentence
from llmrec_core.evidence.facts import Evidence
from llmrec_core.llm.base import Answer
from llmrec_core.writing.asked import asked_all
from llmrec_core.writing.catalogue import Catalogue
from llmrec_core.writing.cleaning import UnusableError
from llmrec_core.writing.desk import Desk
from llmrec_core.writing.requests import (
    checked,
    rewrite_request,
    rewritten_text,
    with_sentence,
    wrong_places,
)
from llmrec_core.writing.settings import Unsupported, Writing
from llmrec_core.writing.slots import SLOTS

NOTHING_LEFT = "No sentence of the model was borne out by the evidence."


def repaired(
    written: Mapping[int, Description], evidences: Sequence[Evidence],
    templates: Sequence[Description], writing: Writing, known: Catalogue, desk: Desk,
) -> dict[int, Description]:
    """The descriptions, by number of their user, after the chosen policy was applied."""
    if writing.unsupported == Unsupported.REWRITE:
        return _rewritten(written, evidences, writing, known, desk)
    if writing.unsupported == Unsupported.TEMPLATE:
        return {
            u: checked(replaced(one, templates[u]), evidences[u], known)
            for u, one in written.items()
        }
    return dict(written)


def replaced(description: Description, template: Description) -> Description:
    """With the template's sentences of the same slot in place of what is not borne out.

    Where the template has none left to give, the sentence goes; where nothing is left, the
    template's whole text stands in.
    """
    wrong = set(wrong_places(description))
    free = list(template.sentences)
    out: list[Sentence] = []
    for number, sentence in enumerate(description.sentences):
        if number not in wrong:
            out.append(sentence)
            continue
        instead = _alike(sentence, free)
        if instead is not None:
            free.remove(instead)
            out.append(instead)
    if not out:
        return replace(template, fallback=NOTHING_LEFT)
    return replace(description, sentences=tuple(out))


def _alike(sentence: Sentence, free: Sequence[Sentence]) -> Sentence | None:
    """The first of the template's sentences in the same slot, else of the same polarity."""
    kinds = {fact.value for slot in SLOTS if slot.kind == sentence.kind for fact in slot.facts}
    same = [s for s in free if s.kind in kinds and s.polarity == sentence.polarity]
    return next(iter(same or [s for s in free if s.polarity == sentence.polarity]), None)


def _rewritten(
    written: Mapping[int, Description], evidences: Sequence[Evidence], writing: Writing,
    known: Catalogue, desk: Desk,
) -> dict[int, Description]:
    """Each wrong sentence asked for once more, its problem named; the answers are checked again.

    A sentence that gets no usable answer stays as it is, marked. Raises `StudioError` at a cap,
    where the model is gone and where a failure may pass, as `asked_all` does.
    """
    wrong = [(u, k) for u, one in written.items() for k in wrong_places(one)]
    requests = [
        rewrite_request(written[u], k, evidences[u], known, writing, desk) for u, k in wrong
    ]
    out = dict(written)
    for place, answer in asked_all(
        desk, requests, what="sentences to rewrite", most=len(requests)
    ):
        user, number = wrong[place]
        if not isinstance(answer, Answer):
            continue
        try:
            text = rewritten_text(
                answer, requests[place], evidences[user], writing, desk.model.name
            )
        except UnusableError:
            continue
        out[user] = with_sentence(out[user], number, text, evidences[user], desk.model.name)
    for user in {u for u, _ in wrong}:
        out[user] = checked(out[user], evidences[user], known)
    return out
