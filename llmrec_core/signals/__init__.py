"""The signals, by name: how each is fitted, stored and read back."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import InputError
from llmrec_core.signals import collaborative, description, popularity, sequence, taste
from llmrec_core.signals.base import Kind, Signal
from llmrec_core.signals.collaborative import CollaborativeRecipe
from llmrec_core.signals.description import DescriptionRecipe
from llmrec_core.signals.inputs import ItemSide
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.popularity import PopularityRecipe
from llmrec_core.signals.sequence import SequenceRecipe
from llmrec_core.signals.taste import TasteRecipe
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from llmrec_core.profile import Profiles
    from llmrec_core.recipe import Recipe

__all__ = [
    "DEFAULTS", "MEANINGS", "NAMES", "CollaborativeRecipe", "DescriptionRecipe", "ItemSide",
    "Kind", "Memo", "PopularityRecipe", "SequenceRecipe", "Signal", "TasteRecipe", "fit",
    "from_arrays", "recipe_from",
]

DEFAULTS: dict[str, Recipe] = {
    "description": DescriptionRecipe(),
    "taste": TasteRecipe(),
    "collaborative": CollaborativeRecipe(),
    "sequence": SequenceRecipe(),
    "popularity": PopularityRecipe(),
}
"""Every signal with the settings it has before any are chosen on data, in the order of display."""

NAMES = tuple(DEFAULTS)

LARGE = 5000
"""Items from which an inverse is worth several threads."""

MEANINGS = {
    "description": "the sentences about the user against the texts of the item",
    "taste": "the texts of past items against the texts of the item, through a learned map",
    "collaborative": "items that the same people take together",
    "sequence": "items that tend to come next after the latest ones",
    "popularity": "how often everybody takes the item",
}
"""One line each, shown beside the sliders."""



def fit(
    name: str, profiles: Profiles, items: ItemSide, recipe: Any, memo: Memo | None = None
) -> Signal:
    """Fit the signal `name` on training profiles.

    `memo` spares what earlier fits on the same profiles and items have computed.
    """
    memo = memo or Memo()
    with one_thread() if profiles.n_items < LARGE else nullcontext():
        return _fit(name, profiles, items, recipe, memo)


def _fit(name: str, profiles: Profiles, items: ItemSide, recipe: Any, memo: Memo) -> Signal:
    match name:
        case "description":
            return description.fit(profiles, items, recipe, memo)
        case "taste":
            return taste.fit(profiles, items, recipe, memo)
        case "collaborative":
            return collaborative.fit(profiles, recipe, memo)
        case "sequence":
            return sequence.fit(profiles, recipe, memo)
        case "popularity":
            return popularity.fit(profiles, recipe)
    raise _unknown(name)


def from_arrays(
    name: str, recipe: Any, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Signal:
    """The signal `name` as it was stored."""
    match name:
        case "description":
            return description.Description.from_arrays(recipe, arrays, items)
        case "taste":
            return taste.Taste.from_arrays(recipe, arrays, items)
        case "collaborative":
            return collaborative.Collaborative.from_arrays(recipe, arrays)
        case "sequence":
            return sequence.Sequence.from_arrays(recipe, arrays)
        case "popularity":
            return popularity.Popularity.from_arrays(recipe, arrays)
    raise _unknown(name)


def _unknown(name: str) -> InputError:
    return InputError(f"There is no signal {name!r}: the signals are {', '.join(NAMES)}.")


def recipe_from(name: str, document: Mapping[str, Any]) -> Recipe:
    """The settings of the signal `name` from their JSON document."""
    if name not in DEFAULTS:
        raise _unknown(name)
    return type(DEFAULTS[name]).from_document(dict(document))
