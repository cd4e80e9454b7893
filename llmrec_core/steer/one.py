"""The swap for one user, to look at: what the text says then, and what the list becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import blend
from llmrec_core.steer.edits import swap
from llmrec_core.steer.measures import DEPTH
from llmrec_core.steer.subjects import NONE, preferences
from llmrec_core.steer.vocabulary import Vocabulary, vocabulary

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.recommender import Recommender


@dataclass(frozen=True)
class OneSwap:
    """One user's description and top list (item numbers) before and after two kinds changed places.

    `favourite` and `least` are the kinds by name; `of_favourite` and `of_least` (before, after) how
    many of the listed items are of them.
    """

    favourite: str
    least: str
    before: Description
    after: Description
    old: np.ndarray
    new: np.ndarray
    of_favourite: tuple[int, int]
    of_least: tuple[int, int]

    def changed(self) -> list[tuple[str, str]]:
        """(old, new) of every sentence that the swap rewrote; "" where it is new."""
        old = [sentence.text for sentence in self.before.sentences]
        new = [sentence.text for sentence in self.after.sentences]
        old += [""] * (len(new) - len(old))
        return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def one_swap(
    recommender: Recommender, user_id: str, weights: np.ndarray, kinds: Vocabulary | None = None
) -> OneSwap | None:
    """Swap for one user under `weights` (signals,); None where no two kinds are known."""
    kinds = kinds or vocabulary(recommender.tables.items)
    if kinds is None:
        return None
    description = recommender.description(user_id)
    profile = recommender.profile(user_id)
    favourite, least = preferences([description], profile, kinds)
    if favourite[0] == NONE:
        return None
    one, other = int(favourite[0]), int(least[0])
    edited = swap(description, one, other, kinds)
    old, _ = blend.rank(recommender.block(profile), weights, DEPTH)
    block = recommender.block(recommender.described(profile, edited))
    new, _ = blend.rank(block, weights, DEPTH)

    def held(kind: int) -> tuple[int, int]:
        return int(kinds.has[old, kind].sum()), int(kinds.has[new, kind].sum())

    return OneSwap(
        kinds.values[one], kinds.values[other], description, edited, old, new,
        held(one), held(other),
    )
