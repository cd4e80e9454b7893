"""The signals, by name: how each is fitted, stored and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmrec_core.signals import collaborative, description, popularity, sequence, taste
from llmrec_core.signals.base import Kind, Signal
from llmrec_core.signals.collaborative import CollaborativeRecipe
from llmrec_core.signals.description import DescriptionRecipe
from llmrec_core.signals.inputs import ItemSide
from llmrec_core.signals.popularity import PopularityRecipe
from llmrec_core.signals.sequence import SequenceRecipe
from llmrec_core.signals.taste import TasteRecipe

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from llmrec_core.profile import Profiles
    from llmrec_core.recipe import Recipe

__all__ = [
    "DEFAULTS", "MEANINGS", "NAMES", "CollaborativeRecipe", "DescriptionRecipe", "ItemSide",
    "Kind", "PopularityRecipe", "SequenceRecipe", "Signal", "TasteRecipe", "fit", "from_arrays",
    "recipe_from",
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

MEANINGS = {
    "description": "the sentences about the user against the texts of the item",
    "taste": "the texts of past items against the texts of the item, through a learned map",
    "collaborative": "items that the same people take together",
    "sequence": "items that tend to come next after the latest ones",
    "popularity": "how often everybody takes the item",
}
"""One line each, shown beside the sliders."""

_TEXT = {"description": description.Description, "taste": taste.Taste}
_ITEM = {
    "collaborative": collaborative.Collaborative,
    "sequence": sequence.Sequence,
    "popularity": popularity.Popularity,
}


def fit(name: str, profiles: Profiles, items: ItemSide, recipe: Any) -> Signal:
    """Fit the signal `name` on training profiles."""
    if name == "description":
        return description.fit(profiles, items, recipe)
    if name == "taste":
        return taste.fit(profiles, items, recipe)
    module = {"collaborative": collaborative, "sequence": sequence, "popularity": popularity}[name]
    return module.fit(profiles, recipe)


def from_arrays(
    name: str, recipe: Any, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Signal:
    """The signal `name` as it was stored."""
    if name in _TEXT:
        return _TEXT[name].from_arrays(recipe, arrays, items)
    return _ITEM[name].from_arrays(recipe, arrays)


def recipe_from(name: str, document: Mapping[str, Any]) -> Recipe:
    """The settings of the signal `name` from their JSON document."""
    return type(DEFAULTS[name]).from_document(dict(document))
