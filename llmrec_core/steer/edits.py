"""Edits of a description as an analyst would make them, by template: what steering is tested with.

Every edit is a new description; the sentences that it touches count as a person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmrec_core.describe.editing import add, edit
from llmrec_core.describe.grammar import listed

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.steer.vocabulary import Vocabulary


def named_kind(description: Description, polarity: int, kinds: Vocabulary) -> int | None:
    """The first kind that a sentence of this polarity names; None where none does."""
    for sentence in description.sentences:
        if sentence.on and sentence.polarity == polarity:
            found = kinds.named(sentence.text)
            if found:
                return found[0]
    return None


def swap(description: Description, one: int, other: int, kinds: Vocabulary) -> Description:
    """Two kinds in each other's place, in every sentence that names one of them.

    `one` is liked and `other` is not; where the description does not say so, the swapped text says
    the opposite in a sentence of its own, for there is nothing to rewrite.
    """
    liked = named_kind(description, 1, kinds) is not None
    disliked = named_kind(description, -1, kinds) is not None
    out = description
    for index, sentence in enumerate(description.sentences):
        text = kinds.replaced(sentence.text, {one: other, other: one})
        out = edit(out, index, text, sentence.polarity)
    if not liked:
        out = add(out, f"Likes {kinds.phrase(other)}.", 1)
    if not disliked:
        out = add(out, f"Does not care for {kinds.phrase(one)}.", -1)
    return out


def about(description: Description, words: Sequence[str], things: str) -> Description:
    """One more sentence: «Likes films about ship, colony, attack, rise and cover.»"""
    return add(description, f"Likes {things} about {listed(words)}.", 1)


def wanting(description: Description, kind: int, more: bool, kinds: Vocabulary) -> Description:
    """One more sentence: «Wants more war films.» or «Wants less war films.»"""
    word, polarity = ("more", 1) if more else ("less", -1)
    return add(description, f"Wants {word} {kinds.phrase(kind)}.", polarity)
