"""A person who is no stored user: what they type and pick becomes a profile like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe import PERSON, Description, Sentence
from llmrec_core.errors import InputError
from llmrec_core.profile import Profiles, new_profile

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.recommender import Recommender
    from llmrec_core.tables import Items

NAME = "new user"
MOST_CATEGORIES = 60
"""Distinct values above which an attribute names people or things rather than kinds."""


@dataclass(frozen=True)
class Pick:
    """An item that a newcomer names; a disliked one counts as the lowest value does in the study."""

    item: int
    liked: bool = True


def profile_of(
    recommender: Recommender, said: Sequence[tuple[str, int]], picks: Sequence[Pick]
) -> Profiles:
    """The profile of somebody who says `said` ((sentence, polarity) each) and names `picks`.

    `picks` are oldest first. Raises `InputError` when both are empty.
    """
    if not said and not picks:
        raise InputError("Nothing is known of this person: type a sentence or pick an item.")
    sentences = tuple(Sentence(text, "typed", polarity, author=PERSON) for text, polarity in said)
    base = new_profile(
        [pick.item for pick in picks], len(recommender.titles),
        dim=recommender.profiles.sentence_vector.shape[1],
        levels=[float(pick.liked) for pick in picks],
    )
    if not sentences:
        return base
    return recommender.described(base, Description(NAME, sentences, writer=PERSON))


def silent(block: Block) -> list[str]:
    """The signals that say the same of every item, because they know nothing of the person."""
    return [name for name, row in zip(block.names, block.values, strict=True) if not row.any()]


def starters(items: Items) -> list[str]:
    """Up to three sentences that somebody might say, made of what the catalogue's items have.

    From the attribute with the fewest kinds its commonest values, from one with many values the
    name met most often. Empty for a catalogue without attributes.
    """
    kinds, names = _values(items)
    out = []
    if len(kinds) >= 2:
        out.append(f"Loves {kinds[0]} and {kinds[1]}.")
    if len(kinds) >= 5:
        out.append(f"Enjoys {kinds[3]}. Not a fan of {kinds[4]}.")
    if names:
        out.append(f"Has enjoyed everything by {names[0]}.")
    return out


def _values(items: Items) -> tuple[list[str], list[str]]:
    """(kinds, names): commonest values of the attribute of few, and of the first one of many."""
    few: list[tuple[int, list[str]]] = []
    many: list[list[str]] = []
    for attribute in items.attributes:
        counts = Counter(str(value) for cell in items.frame[attribute] for value in cell)
        common = [value for value, _ in counts.most_common() if not _is_number(value)]
        if len(common) < 2:
            continue
        if len(common) <= MOST_CATEGORIES:
            few.append((len(common), common))
        else:
            many.append(common)
    return min(few, default=(0, []))[1], many[0] if many else []


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
