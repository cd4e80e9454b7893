"""Item texts by a chat model: many reviews are summed up in parts first, then as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.describe import Description, Sentence, split_sentences
from llmrec_core.enrich.phrases import phrases_in
from llmrec_core.enrich.settings import PART_PROMPT, PROMPT
from llmrec_core.enrich.shown import parts_of, review_lines, shown
from llmrec_core.faith.vetting import vetted
from llmrec_core.llm.asking import ask_streaming
from llmrec_core.llm.base import ModelError, Request
from llmrec_core.writing.asked import asked_all
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

Progress = Callable[[int, int], object]


def write(
    materials: Sequence[Material], things: str, writing: Writing, desk: Desk,
    progress: Progress | None = None,
) -> tuple[dict[int, Description], dict[int, str]]:
    """(descriptions, why there is none), by place; every item is in one of the two.

    Raises `StudioError` where the model is gone or a cap is reached; what was answered is kept in
    the desk's memory, and the next call goes on from there.
    """
    total = sum(map(len, map(_pieces, materials))) + len(materials)
    questions = _questions(materials, things, writing, desk, total, progress)
    requests = [question.request for question in questions]
    written: dict[int, Description] = {}
    failed: dict[int, str] = {}
    for place, text in _answers(requests, desk, total - len(materials), total, progress):
        try:
            if isinstance(text, ModelError):
                raise text
            written[place] = description_of(
                text, materials[place], writing, desk.model.name, questions[place]
            )
        except ModelError as error:
            failed[place] = str(error)
    return written, failed


@dataclass(frozen=True)
class Question:
    """The last request about an item, and the reviews that reach the model by it.

    Reviews of a part whose summary failed or could not be used are not among them.
    """

    request: Request
    read: tuple[Review, ...]


def _questions(
    materials: Sequence[Material], things: str, writing: Writing, desk: Desk, total: int,
    progress: Progress | None,
) -> list[Question]:
    """One a material; the model is asked for summaries of parts where there are several."""
    pieces = [(at, part) for at, one in enumerate(materials) for part in _pieces(one)]
    asked = [_request(PART_PROMPT, review_lines(part), things, writing, desk) for _, part in pieces]
    summaries: dict[int, list[str]] = {}
    read: dict[int, list[Review]] = {}
    for at, text in _answers(asked, desk, 0, total, progress):
        summary = _plain(text, asked[at]) if isinstance(text, str) else ""
        if summary:
            place, part = pieces[at]
            summaries.setdefault(place, []).append(summary)
            read.setdefault(place, []).extend(part)
    return [
        Question(
            final_request(material, summaries.get(place, ()), things, writing, desk),
            tuple(read.get(place, parts_of(material.reviews)[0])),
        )
        for place, material in enumerate(materials)
    ]


def _pieces(material: Material) -> list[list[Review]]:
    """The parts that are summed up one by one; none where one request holds all reviews."""
    parts = parts_of(material.reviews)
    return parts if len(parts) > 1 else []


def requests_for(
    materials: Sequence[Material], things: str, writing: Writing, desk: Desk
) -> list[Request]:
    """All that `write` would ask, for an estimate: parts of reviews stand for their summaries."""
    out = []
    for material in materials:
        out += [
            _request(PART_PROMPT, review_lines(part), things, writing, desk)
            for part in _pieces(material)
        ]
        out.append(final_request(material, (), things, writing, desk))
    return out


def stream(question: Question, desk: Desk) -> Iterator[str]:
    """One item's text in pieces as they come, kept once complete; raises `ModelError`."""
    yield from ask_streaming(
        desk.model, question.request, desk.answers, desk.limits, desk.budget
    )


def question_for(material: Material, things: str, writing: Writing, desk: Desk) -> Question:
    """The last request about an item, the one of `write`; what it needs before is asked here.

    Raises `StudioError` where the summaries of many reviews cannot be had.
    """
    total = len(_pieces(material)) + 1
    return _questions([material], things, writing, desk, total, None)[0]


def final_request(
    material: Material, summaries: Sequence[str], things: str, writing: Writing, desk: Desk
) -> Request:
    """What is asked about an item: from its reviews, or from summaries of parts of them."""
    said = "\n".join(f"- {text}" for text in sorted(summaries))
    said = said or review_lines(parts_of(material.reviews)[0])
    return _request(PROMPT, shown(material, said), things, writing, desk)


def description_of(
    text: str, material: Material, writing: Writing, author: str, question: Question
) -> Description:
    """The sentences of an answer, each with the rows of the reviews that share words with it.

    Raises `UnusableError` where it is no text in the language asked for.
    """
    lines = cleaned(text, [message.content for message in question.request.messages])
    plain = " ".join(line.lstrip("-*•# ").strip() for line in lines)
    sentences = [s[:SENTENCE_CHARS].strip() for s in split_sentences(plain[:4_000])]
    sentences = [s for s in sentences if s][:MOST_SENTENCES]
    if not sentences:
        raise UnusableError("has no sentence that could be read")
    found = other_language(" ".join(sentences), writing.language)
    if found is not None:
        raise UnusableError(f"is not in {writing.language} (it looks like «{found}»)")
    read = question.read
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

    what = "answers about items"
    for place, answer in asked_all(desk, requests, step, what=what, before=before, total=total):
        yield place, answer if isinstance(answer, ModelError) else answer.text


def _plain(text: str, request: Request) -> str:
    """A part's summary as one vetted line; "" where it is none."""
    try:
        lines = cleaned(text, [message.content for message in request.messages])
    except UnusableError:
        return ""
    return vetted(" ".join(lines), PART_SUMMARY_CHARS)
