"""Which users are meant: by what is said of them, what they like, where they lie, how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe.many import phrase_pattern
from llmrec_core.errors import InputError
from llmrec_core.selection import liked_rows

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.describe import Description
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

FEW = 3
"""Liked items with a value from which somebody can be said to like it."""
FOND = 1.2
"""How many times everybody's share of the value among liked items theirs has to be."""
ALIKE = 0.6
"""Cosine from which two sentences say about the same."""


@dataclass(frozen=True)
class Audience:
    """Users who meet all that is asked; what is left empty asks nothing.

    `names` is a phrase that a sentence that counts contains; `like` a sentence that one of theirs
    must resemble by at least `likeness` (cosine); `attribute` and `value` what they like; `group`
    the group of the map that most of their liked items are in (-1: any); `least` and `most` bound
    the interactions.
    """

    names: str = ""
    like: str = ""
    likeness: float = ALIKE
    attribute: str = ""
    value: str = ""
    group: int = -1
    least: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        if self.most is not None and self.most < self.least:
            raise InputError(
                f"Nobody has at least {self.least:,} and at most {self.most:,} interactions: "
                "change one of them."
            )


def members(
    recommender: Recommender, audience: Audience, descriptions: Sequence[Description],
    cluster: np.ndarray | None = None,
) -> np.ndarray:
    """User numbers, ascending, of those who are meant.

    `descriptions` are those in force by user number, `cluster` (n_items,) the groups of the map.
    Raises `InputError` for an attribute that the items lack, or a group without a map.
    """
    rows = recommender.behaviour
    size = np.diff(rows.bounds())
    meant = size >= audience.least
    if audience.most is not None:
        meant &= size <= audience.most
    if audience.names.strip():
        meant &= naming(descriptions, audience.names)
    if audience.attribute and audience.value:
        if audience.attribute not in recommender.tables.items.attributes:
            raise InputError(f"The items have no attribute {audience.attribute!r}: choose another.")
        cells = recommender.tables.items.frame[audience.attribute].tolist()
        meant &= fond_of(rows, cells, audience.value)
    if audience.group >= 0:
        if cluster is None:
            raise InputError("The map has no groups yet: wait for the build, or leave it out.")
        meant &= home_groups(rows, cluster) == audience.group
    if audience.like.strip() and meant.any():
        # Last, for it is the only one that may have to encode.
        vectors, _ = recommender.texts.sentences([audience.like.strip()], recommender.center)
        profiles = recommender.profiles_in_force()
        meant &= resembling(profiles, vectors[0], audience.likeness)
    return np.flatnonzero(meant)


def naming(descriptions: Sequence[Description], phrase: str) -> np.ndarray:
    """(n,) bool: whether a sentence that counts has the phrase, as whole words, in any case."""
    pattern = phrase_pattern(phrase)
    return np.array(
        [any(s.on and pattern.search(s.text) for s in d.sentences) for d in descriptions], bool
    )


def resembling(profiles: Profiles, vector: np.ndarray, likeness: float = ALIKE) -> np.ndarray:
    """(n,) bool: whether a sentence that counts has a cosine of at least `likeness` with it.

    `vector` (dim,) is a sentence's, centred as those of `profiles`.
    """
    length = np.linalg.norm(profiles.sentence_vector, axis=1) * np.linalg.norm(vector)
    cosine = profiles.sentence_vector @ vector / np.maximum(length, 1e-9)
    close = (cosine >= likeness) & (profiles.sentence_weight != 0)
    owner = np.repeat(np.arange(len(profiles)), np.diff(profiles.sentence_start))
    return np.bincount(owner[close], minlength=len(profiles)) > 0


def fond_of(behaviour: Behaviour, cells: Sequence[Sequence[str]], value: str) -> np.ndarray:
    """(n_users,) bool: likes at least three items with `value`, and clearly more than others do.

    Clearly: its share of the liked rows is 1.2 times everybody's.
    """
    has = np.array([value in map(str, cell) for cell in cells], bool)
    liked = liked_rows(behaviour)
    every = np.bincount(behaviour.user[liked], minlength=behaviour.n_users)
    rows = liked & has[behaviour.item]
    mine = np.bincount(behaviour.user[rows], minlength=behaviour.n_users)
    common = rows.sum() / max(int(liked.sum()), 1)
    return (mine >= FEW) & (mine >= FOND * common * every)


def home_groups(behaviour: Behaviour, cluster: np.ndarray) -> np.ndarray:
    """(n_users,) the group most liked rows are in, the smaller number at a tie; -1 for none."""
    liked = liked_rows(behaviour)
    groups = int(cluster.max(initial=0)) + 1
    pairs = behaviour.user[liked].astype(np.int64) * groups + cluster[behaviour.item[liked]]
    table = np.bincount(pairs, minlength=behaviour.n_users * groups).reshape(-1, groups)
    return np.where(table.sum(axis=1) > 0, table.argmax(axis=1), -1)
