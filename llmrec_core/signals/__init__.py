"""The signals, by name: how each is fitted, stored and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmrec_core.signals.base import Kind, Signal
from llmrec_core.signals.collaborative import CollaborativeRecipe
from llmrec_core.signals.description import DescriptionRecipe
from llmrec_core.signals.inputs import ItemSide, item_side
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.popularity import PopularityRecipe
from llmrec_core.signals.registry import NAMES, SIGNALS, known
from llmrec_core.signals.sequence import SequenceRecipe
from llmrec_core.signals.taste import TasteRecipe
from llmrec_core.threads import suited

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from llmrec_core.profile import Profiles
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals.registry import Tell

__all__ = [
    "DEFAULTS", "MEANINGS", "NAMES", "SIGNALS", "CollaborativeRecipe", "DescriptionRecipe",
    "ItemSide", "Kind", "Memo", "PopularityRecipe", "SequenceRecipe", "Signal", "TasteRecipe",
    "fit", "from_arrays", "item_side", "known", "label", "recipe_from",
]

DEFAULTS: dict[str, Recipe] = {name: about.recipe for name, about in SIGNALS.items()}
"""Every signal with the settings it has before any are chosen on data, in the order of display."""

MEANINGS = {name: about.meaning for name, about in SIGNALS.items()}
"""One line each, shown beside the sliders."""


def label(name: str) -> str:
    """What a signal is called on screen; rows that are no signal keep their name."""
    return SIGNALS[name].label if name in SIGNALS else name.capitalize()


def fit(
    name: str, profiles: Profiles, items: ItemSide, recipe: Any, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Signal:
    """Fit the signal `name` on training profiles.

    `memo` spares what earlier fits on the same profiles and items have computed. `tell(done,
    total)` hears of the steps of a long fit. Raises `InputError` for a name that is no signal.
    """
    module = known(name).module
    with suited(profiles.n_items):
        return module.fit(profiles, items, recipe, memo or Memo(), tell)


def from_arrays(
    name: str, recipe: Any, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Signal:
    """The signal `name` as it was stored."""
    return known(name).module.load(recipe, arrays, items)


def recipe_from(name: str, document: Mapping[str, Any]) -> Recipe:
    """The settings of the signal `name` from their JSON document."""
    return type(known(name).recipe).from_document(dict(document))
