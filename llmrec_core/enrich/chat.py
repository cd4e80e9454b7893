"""Item texts by a chat model: many reviews are summed up in parts first, then as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from llmrec_core.describe import Description, Sentence, split_sentences
from llmrec_core.enrich.phrases import phrases_in
from llmrec_core.enrich.settings import PART_PROMPT, PROMPT
from llmrec_core.enrich.shown import parts_of, review_lines, shown
from llmrec_core.errors import StudioError
from llmrec_core.faith.vetting import vetted
from llmrec_core.llm.asking import ask, ask_streaming
from llmrec_core.llm.base import BudgetError, ModelError, ModelUnavailableError, Request
from llmrec_core.writing.cleaning import UnusableError, cleaned
from llmrec_core.writing.language import other_language
from llmrec_core.writing.prompts import messages

if TYPE_CHECKING:
    from llmrec_core.enrich.material import Material, Review
    from llmrec_core.writing.desk import Desk
    from llmrec_core.writing.settings import Writing

SUMMARY = "summary"
"""The kind of a sentence that a model wrote about an item."""
MOST_SENTENCES, SENTENCE_CHARS, PART_SUMMARY_CHARS = 5, 400, 500
MOST_IN_A_ROW = 20
"""Failures one after the other from which the model counts as gone."""

Progress = Callable[[int, int], object]


def write(
    materials: Sequence[Material], things: str, writing: Writing, desk: Desk,
    progress: Progress | None = None,
) -> tuple[dict[int, Description], dict[int, str]]:
    """(descriptions, why there is none), by place; every item is in one of the two.

    Raises `StudioError` where the model is gone or a cap is reached; what was answered is kept in
    the desk's memory, and the next call goes on from there.
    """
    parts = [parts_of(material.reviews) for material in materials]
    pieces = [
        (place, part) for place, found in enumerate(parts) if len(found) > 1 for part in found
    ]
    total = len(pieces) + len(materials)
    asked = [_request(PART_PROMPT, review_lines(part), things, writing, desk) for _, part in pieces]
    summaries: dict[int, list[str]] = {}
    for at, text in _answers(asked, desk, 0, total, progress):
        summary = _plain(text, asked[at]) if isinstance(text, str) else ""
        if summary:
            summaries.setdefault(pieces[at][0], []).append(summary)
    requests = [
        final_request(material, summaries.get(place, ()), things, writing, desk)
        for place, material in enumerate(materials)
    ]
    written: dict[int, Description] = {}
    failed: dict[int, str] = {}
    for place, text in _answers(requests, desk, len(pieces), total, progress):
        try:
            if isinstance(text, ModelError):
                raise text
            written[place] = description_of(
                text, materials[place], writing, desk.model.name, requests[place]
            )
        except ModelError as error:
            failed[place] = str(error)
    return written, failed


def requests_for(
    materials: Sequence[Material], things: str, writing: Writing, desk: Desk
) -> list[Request]:
    """All that `write` would ask, for an estimate: parts of reviews stand for their summaries."""
    out = []
    for material in materials:
        parts = parts_of(material.reviews)
        if len(parts) > 1:
            out += [
                _request(PART_PROMPT, review_lines(part), things, writing, desk) for part in parts
            ]
        out.append(final_request(material, (), things, writing, desk))
    return out


def stream(
    material: Material, things: str, writing: Writing, desk: Desk
) -> Iterator[str]:
    """One item's text in pieces as they come, kept once complete; raises `ModelError`.

    Parts of many reviews are summed up before the first piece. The request is that of `write`.
    """
    yield from ask_streaming(
        desk.model, request_for(material, things, writing, desk), desk.answers, desk.limits,
        desk.budget,
    )


def request_for(material: Material, things: str, writing: Writing, desk: Desk) -> Request:
    """The last request about an item; the model is asked for summaries of parts where it must."""
    parts = parts_of(material.reviews)
    if len(parts) == 1:
        return final_request(material, (), things, writing, desk)
    asked = [_request(PART_PROMPT, review_lines(part), things, writing, desk) for part in parts]
    found = dict(_answers(asked, desk, 0, len(asked), None))
    said = [_plain(text, asked[at]) for at, text in sorted(found.items()) if isinstance(text, str)]
    return final_request(material, [text for text in said if text], things, writing, desk)


def final_request(
    material: Material, summaries: Sequence[str], things: str, writing: Writing, desk: Desk
) -> Request:
    """What is asked about an item: from its reviews, or from summaries of parts of them."""
    said = "\n".join(f"- {text}" for text in sorted(summaries))
    said = said or review_lines(parts_of(material.reviews)[0])
    return _request(PROMPT, shown(material, said), things, writing, desk)


def description_of(
    text: str, material: Material, writing: Writing, author: str, request: Request
) -> Description:
    """The sentences of an answer, each with the rows of the reviews that share words with it.

    Raises `UnusableError` where it is no text in the language asked for.
    """
    lines = cleaned(text, [message.content for message in request.messages])
    plain = " ".join(line.lstrip("-*•# ").strip() for line in lines)
    sentences = [s[:SENTENCE_CHARS].strip() for s in split_sentences(plain[:4_000])]
    sentences = [s for s in sentences if s][:MOST_SENTENCES]
    if not sentences:
        raise UnusableError("has no sentence that could be read")
    found = other_language(" ".join(sentences), writing.language)
    if found is not None:
        raise UnusableError(f"is not in {writing.language} (it looks like «{found}»)")
    read = [review for part in parts_of(material.reviews) for review in part]
    return Description(
        material.item_id,
        tuple(Sentence(s, SUMMARY, 0, _rows_behind(s, read), author=author) for s in sentences),
        author, _latest(read), tuple(sorted(review.row for review in read)),
        language=writing.language, prompt=writing.prompt,
    )


def _latest(read: Sequence[Review]) -> int | None:
    return max((r.time for r in read if r.time is not None), default=None)


def _rows_behind(sentence: str, read: Sequence[Review]) -> tuple[int, ...]:
    """The rows of the reviews that share at least two telling words with the sentence."""
    said = {p for p in phrases_in(sentence) if " " not in p}
    return tuple(sorted(r.row for r in read if len(said & phrases_in(r.text)) >= 2))


def _request(name: str, evidence: str, things: str, writing: Writing, desk: Desk) -> Request:
    filled: Mapping[str, str] = {
        "language": writing.language, "things": things, "evidence": evidence
    }
    return Request(messages(desk.text(name), **filled), max_tokens=writing.max_tokens)


def _answers(
    requests: Sequence[Request], desk: Desk, before: int, total: int, progress: Progress | None
) -> Iterator[tuple[int, str | ModelError]]:
    """(place, text or why there is none); raises `StudioError` once asking on is useless."""
    def step(done: int, _: int) -> None:
        if progress is not None:
            progress(before + done, total)

    in_a_row = done = 0
    most = min(MOST_IN_A_ROW, max(len(requests) // 2, 2))
    for place, answer in ask(
        desk.model, requests, desk.answers, desk.limits, step, budget=desk.budget
    ):
        if not isinstance(answer, ModelError):
            in_a_row, done = 0, done + 1
            yield place, answer.text
            continue
        in_a_row += 1
        if isinstance(answer, BudgetError | ModelUnavailableError) or in_a_row > most:
            raise StudioError(
                f"{before + done:,} of {total:,} answers about items are written and kept: build "
                f"again to go on. {answer}"
            )
        yield place, answer


def _plain(text: str, request: Request) -> str:
    """A part's summary as one vetted line; "" where it is none."""
    try:
        lines = cleaned(text, [message.content for message in request.messages])
    except UnusableError:
        return ""
    return vetted(" ".join(lines), PART_SUMMARY_CHARS)


