"""Which signals there are: the one list that builds, sliders, tables and evaluations read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from llmrec_core.errors import InputError
from llmrec_core.signals import (
    bpr,
    collaborative,
    description,
    ials,
    itemknn,
    knowledge,
    liking,
    match,
    neural,
    popularity,
    puresvd,
    sequence,
    taste,
)

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.profile import Profiles
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals.base import Signal
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.memo import Memo

Tell = Callable[[int, int], object]
"""Called as `tell(done, total)` by a long fit."""


class SignalModule(Protocol):
    """What the file of a signal offers beside its classes."""

    GRID: Mapping[str, Sequence[Any]]
    """What is tried for each setting on validation rows, in this order, the others kept."""

    def fit(
        self, profiles: Profiles, items: ItemSide, recipe: Any, memo: Memo, tell: Tell | None,
    ) -> Signal:
        """Fit on training profiles."""
        ...

    def load(self, recipe: Any, arrays: Mapping[str, np.ndarray], items: ItemSide) -> Signal:
        """The signal as its `arrays` were stored."""
        ...


class Standing(StrEnum):
    """When a signal is part of a build that was told nothing else."""

    ALWAYS = "always"
    FAMILY = "family"  # one way among several of the same kind: validation decides
    ASKED = "asked"  # only where somebody asks for it by name


@dataclass(frozen=True)
class About:
    """One signal: what it is called, what it looks at, and the file that knows how."""

    label: str
    meaning: str
    recipe: Recipe
    module: Any  # a SignalModule; mypy reads modules as protocols only where all names are typed
    standing: Standing = Standing.ALWAYS
    silent: str = "no item is picked"
    """Why it may know nothing of a person, in words."""
    unopened: str = "reads no texts: nothing finer stands behind its lines"
    """Why its lines are not opened to words, where they are not (see `ReadsTexts`)."""


SIGNALS: dict[str, About] = {
    "description": About(
        "Description", "the sentences about the user against the texts of the item",
        description.DescriptionRecipe(), description, silent="no sentence counts",
    ),
    "match": About(
        "Text match", "the texts about the user against the texts of the item, nothing learned",
        match.MatchRecipe(), match, Standing.ASKED, silent="no text is known of the user",
    ),
    "taste": About(
        "Taste",
        "the texts of past items against the texts of the item, through a learned map",
        taste.TasteRecipe(), taste,
    ),
    "knowledge": About(
        "Knowledge", "what the item shares with past items, such as a director or a genre",
        knowledge.KnowledgeRecipe(), knowledge, silent="nothing is shared with a past item",
    ),
    "collaborative": About(
        "Collaborative", "items that the same people take together",
        collaborative.START, collaborative,
        unopened="reads no words (texts at most say which items are alike): "
        "nothing finer stands behind its lines",
    ),
    "ials": About(
        "iALS", "a few factors of items and people, missing rows weighing less than taken ones",
        ials.IalsRecipe(), ials, Standing.FAMILY,
    ),
    "bpr": About(
        "BPR", "factors that put taken items before those that were not",
        bpr.BprRecipe(), bpr, Standing.ASKED,
    ),
    "itemknn": About(
        "ItemKNN", "the nearest neighbours of an item, by who took them",
        itemknn.ItemKnnRecipe(), itemknn, Standing.ASKED,
    ),
    "puresvd": About(
        "PureSVD", "the few directions in which histories differ most",
        puresvd.PureSvdRecipe(), puresvd, Standing.FAMILY,
    ),
    "sequence": About(
        "Sequence", "items that tend to come next after the latest ones",
        sequence.SequenceRecipe(), sequence,
        unopened="reads texts only for items that nobody has taken: its lines are not opened",
    ),
    "neural": About(
        "Neural sequence",
        "what comes next, read from the texts of past items in their order by a small network",
        neural.NeuralRecipe(), neural, Standing.ASKED,
        unopened="reads texts through a network, which is no sum over words: "
        "its lines are not opened",
    ),
    "liking": About(
        "Liking", "how likely it is that the user likes the item, from what was liked how much",
        liking.LikingRecipe(), liking, Standing.ASKED, silent="every item is as likely",
        unopened="reads texts together with ratings, a past item at a time: "
        "its lines are not opened",
    ),
    "popularity": About(
        "Popularity", "how often everybody takes the item", popularity.PopularityRecipe(),
        popularity, silent="the same for all",
    ),
}
"""Every signal, in the order of display."""

NAMES = tuple(SIGNALS)


def known(name: str) -> About:
    """The signal `name`; raises `InputError` listing those there are."""
    if name not in SIGNALS:
        raise InputError(f"There is no signal {name!r}: the signals are {', '.join(SIGNALS)}.")
    return SIGNALS[name]
