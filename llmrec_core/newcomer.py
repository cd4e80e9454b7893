"""A person who is no stored user: what they type and pick becomes a profile like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe import PERSON, Description, Sentence
from llmrec_core.describe.grammar import COMMON_NOUN_ATTRIBUTES, things
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
    """An item that a newcomer names; a disliked one counts as the study's lowest value does."""

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

    From an attribute of few kinds (genres before anything else) its commonest values, from one
    with many values the name met most often. Empty for a catalogue without attributes.
    """
    kinds, names = _kinds(items), _names(items)
    thing = things(items.attributes, kinds)
    out = []
    if len(kinds) >= 2:
        out.append(f"Loves {kinds[0]} and {kinds[1]} {thing}.")
    if len(kinds) >= 5:
        out.append(f"Enjoys {kinds[3]}. Not a fan of {kinds[4]}.")
    if names:
        out.append(f"Has enjoyed everything by {names[0]}.")
    return out


def _kinds(items: Items) -> list[str]:
    """The values of an attribute that sorts the catalogue into few kinds, the commonest first."""
    found = []
    for attribute in items.attributes:
        common = _common(items, attribute)
        if not 2 <= len(common) <= MOST_CATEGORIES:
            continue
        noun = attribute.lower() in COMMON_NOUN_ATTRIBUTES
        found.append((not noun, len(common), [c.lower() for c in common] if noun else common))
    return min(found, default=(True, 0, []))[2]


def _names(items: Items) -> list[str]:
    """The values of the first attribute with many different ones, the commonest first."""
    many = (_common(items, attribute) for attribute in items.attributes)
    return next((names for names in many if len(names) > MOST_CATEGORIES), [])


def _common(items: Items, attribute: str) -> list[str]:
    counts = Counter(str(value) for cell in items.frame[attribute] for value in cell)
    return [value for value, _ in counts.most_common() if not _is_number(value)]


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
