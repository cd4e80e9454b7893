"""A sample of users with their favourite and least favourite kind swapped in their descriptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.profile import sentence_layout
from llmrec_core.steer.edits import TAUGHT, Wording, swap
from llmrec_core.steer.subjects import NONE, preferences, spoken

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.profile import Profiles
    from llmrec_core.steer.vocabulary import Vocabulary
    from llmrec_core.texts import Progress, Texts

MOST_USERS, MOST_CELLS = 300, 20_000_000
"""Users that a build tries, and their scores of one signal."""


@dataclass(frozen=True)
class Swaps:
    """`k` users before and after the swap.

    `before` and `after` are k profiles each, alike but for their sentences; `favourite` and
    `least` (k,) the kinds that were swapped.
    """

    before: Profiles
    after: Profiles
    favourite: np.ndarray
    least: np.ndarray
    kinds: Vocabulary

    def __len__(self) -> int:
        return len(self.favourite)


def center_of(profiles: Profiles, texts: Texts) -> np.ndarray:
    """(dim,) what the profiles' sentences are centred on; they were encoded before."""
    return texts.sentences(profiles.sentence_text)[1]


def swapped(
    profiles: Profiles, descriptions: Sequence[Description], kinds: Vocabulary, texts: Texts,
    center: np.ndarray, progress: Progress | None = None, wording: Wording = TAUGHT,
) -> Swaps:
    """Swap for all `profiles` whose two kinds are known; `descriptions` are theirs, in order."""
    favourite, least = preferences(descriptions, profiles, kinds)
    users = np.flatnonzero(favourite != NONE)
    favourite, least = favourite[users], least[users]
    edited = [
        swap(descriptions[int(user)], int(one), int(other), kinds, wording)
        for user, one, other in zip(users, favourite, least, strict=True)
    ]
    said, weights, start = sentence_layout(edited)
    vectors, _ = texts.sentences(said, center, progress)
    before = profiles.select(users)
    return Swaps(before, before.with_text(vectors, weights, said, start), favourite, least, kinds)


def sample_swaps(
    profiles: Profiles, kinds: Vocabulary | None, texts: Texts, center: np.ndarray, *,
    seed: int = 42,
) -> Swaps | None:
    """Swaps of users drawn from `profiles`; None without kinds, or where nobody has two.

    `center` is what the profiles' sentences are centred on, see `center_of`.
    """
    if kinds is None or not profiles.sentence_text:
        return None
    most = max(1, min(MOST_USERS, MOST_CELLS // profiles.n_items))
    users = np.flatnonzero(profiles.lengths > 0)
    if len(users) > most:
        users = np.sort(np.random.default_rng(seed).choice(users, most, replace=False))
    drawn = profiles.select(users)
    found = swapped(drawn, spoken(drawn), kinds, texts, center)
    return found if len(found) else None
