"""An item's material as a model reads it: bounded, the reviews spread over verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core.enrich.phrases import phrases_in

if TYPE_CHECKING:
    from llmrec_core.enrich.material import Material, Review

REVIEW_CHARS = 400
PART_CHARS = 2_000
"""Characters of reviews in one request, about 500 tokens: a small model reads no more."""
MOST_PARTS = 4
_VERDICTS = {1: "liked it", -1: "did not like it", 0: "neither"}


def parts_of(reviews: Sequence[Review]) -> list[list[Review]]:
    """The reviews that are read, in at most MOST_PARTS parts of about PART_CHARS characters.

    Verdicts take turns while they last, the most telling review of each first, so that a few
    unhappy readers among many happy ones are heard; how many there are is said beside them.
    """
    parts: list[list[Review]] = [[]]
    size = 0
    for review in _turns(reviews):
        length = min(len(review.text), REVIEW_CHARS)
        if size + length > PART_CHARS and parts[-1]:
            if len(parts) == MOST_PARTS:
                break
            parts.append([])
            size = 0
        parts[-1].append(review)
        size += length
    return parts


def review_lines(reviews: Sequence[Review]) -> str:
    """The reviews, one a line, with what the rating says."""
    return "\n".join(f"- ({_VERDICTS[r.verdict]}) {_cut(r.text)}" for r in reviews)


def shown(material: Material, said: str) -> str:
    """Title, attributes, own texts, how the ratings went, and `said`: reviews or summaries."""
    lines = [f"Title: {material.title or '(none)'}"]
    for name, values in material.attributes.items():
        lines.append(f"{name.replace('_', ' ').capitalize()}: {', '.join(values)}")
    lines += [f"{name.replace('_', ' ').capitalize()}: {t}" for name, t in material.texts.items()]
    if material.reviews:
        counts = [
            f"{sum(r.verdict == v for r in material.reviews)} {words}"
            for v, words in _VERDICTS.items() if any(r.verdict == v for r in material.reviews)
        ]
        lines += [f"Reviews: {len(material.reviews)} in all ({', '.join(counts)})", said]
    return "\n".join(line for line in lines if line)


def _turns(reviews: Sequence[Review]) -> list[Review]:
    by_verdict = [
        sorted((r for r in reviews if r.verdict == verdict), key=lambda r: (-_tells(r), r.row))
        for verdict in _VERDICTS
    ]
    longest = max(map(len, by_verdict), default=0)
    return [group[k] for k in range(longest) for group in by_verdict if k < len(group)]


def _tells(review: Review) -> int:
    """How many different things the part that would be shown says."""
    return len(phrases_in(_cut(review.text)))


def _cut(text: str) -> str:
    if len(text) <= REVIEW_CHARS:
        return text
    return text[: REVIEW_CHARS - 1].rsplit(" ", 1)[0] + "…"
