"""The template writer of items: attributes in sentences, and what the reviews speak of, counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core.describe import TEMPLATE, Description, Sentence
from llmrec_core.describe.grammar import listed, noun
from llmrec_core.enrich.phrases import Crowd, Phrase, candidates, phrases_in, telling

if TYPE_CHECKING:
    from llmrec_core.enrich.material import Material, Review

ATTRIBUTES, TOPICS, PRAISE, CRITICISM, QUOTE = (
    "attributes", "topics", "praise", "criticism", "quote"
)
"""What a sentence about an item is made of: its `kind`."""
JUDGED = (
    (PRAISE, 1, "Who likes it speaks of"), (CRITICISM, -1, "Who dislikes it speaks of")
)
MOST_TOPICS, MOST_JUDGED = 6, 3
APART = 2.0
"""How much more frequent a phrase is among those who like (or dislike) an item."""
QUOTE_CHARS = (30, 180)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[^\W\d_][.!?])(?=[A-Z])")
_YEAR = "year"


def write(materials: Sequence[Material], crowd: Crowd) -> list[Description]:
    """A description of each item; one with nothing to tell has no sentences.

    Phrases come from the item's reviews, held against those of `crowd` (see `phrases`).
    """
    found = [candidates(material.reviews) for material in materials]
    crowd.count({phrase for one in found for phrase in one})  # one pass for all
    return [_written(m, one, crowd) for m, one in zip(materials, found, strict=True)]


def _written(
    material: Material, found: dict[str, list[int]], crowd: Crowd
) -> Description:
    sentences = _attributes(material)
    reviews = material.reviews
    topics = telling(found, max(len(reviews), 1), crowd, MOST_TOPICS)
    if topics:
        said = listed([f"{phrase.text} ({phrase.count})" for phrase in topics])
        text = f"Reviews ({len(reviews)}) speak of {said}."
        sentences.append(Sentence(text, TOPICS, 0, _rows(topics)))
    for kind, verdict, words in JUDGED:
        mine = [review for review in reviews if review.verdict == verdict]
        judged = telling(_apart(mine, reviews), max(len(mine), 1), crowd, MOST_JUDGED)
        if judged:
            text = f"{words} {listed([phrase.text for phrase in judged])}."
            sentences.append(Sentence(text, kind, verdict, _rows(judged)))
    quote = _quote(reviews, topics)
    if quote is not None:
        row, text = quote
        sentences.append(Sentence(f"One review says: «{text}»", QUOTE, 0, (row,)))
    return Description(
        material.item_id, tuple(sentences), TEMPLATE, material.latest, material.rows
    )


def _apart(mine: Sequence[Review], every: Sequence[Review]) -> dict[str, list[int]]:
    """Phrases that recur in `mine` and are APART times as frequent there as in the others."""
    own = {review.row for review in mine}
    others = [phrases_in(review.text) for review in every if review.row not in own]
    if not others:  # nobody to tell them apart from
        return {}
    return {
        phrase: rows for phrase, rows in candidates(mine, 2).items()
        if len(rows) / len(own) >= APART * sum(phrase in one for one in others) / len(others)
    }


def _rows(phrases: Sequence[Phrase]) -> tuple[int, ...]:
    return tuple(sorted({row for phrase in phrases for row in phrase.rows}))


def _attributes(material: Material) -> list[Sentence]:
    """One sentence for each attribute; a year reads better than «the year is»."""
    out = []
    for name, values in material.attributes.items():
        if name.lower() == _YEAR:
            text = f"It is from {values[0]}."
        else:
            verb = "is" if len(values) == 1 else "are"
            text = f"The {noun(name, len(values))} {verb} {listed(values)}."
        out.append(Sentence(text, ATTRIBUTES, 0))
    return out


def _quote(reviews: Sequence[Review], topics: Sequence[Phrase]) -> tuple[int, str] | None:
    """(row id, the sentence of a review that names most of the topics, the earlier topics first).

    Two topics at least, or all there are; of equals the shorter.
    """
    best: tuple[tuple[float, int], int, str] | None = None
    for review in reviews:
        for text in _SENTENCE.split(review.text):
            if not QUOTE_CHARS[0] <= len(text) <= QUOTE_CHARS[1]:
                continue
            small = text.lower()
            named = [at for at, phrase in enumerate(topics) if phrase.text in small]
            if len(named) < min(2, len(topics)) or not named:
                continue
            worth = (sum(1 / (2 + at) for at in named), -len(text))
            if best is None or worth > best[0]:
                best = worth, review.row, text
    return None if best is None else best[1:]
