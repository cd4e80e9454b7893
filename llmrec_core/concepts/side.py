"""The concepts of a catalogue, handed to the signals and encoded when one of them asks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from llmrec_core.concepts.basis import Concepts, concepts_on

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.tables import Items
    from llmrec_core.texts import Texts


def with_concepts(side: ItemSide, items: Items, texts: Texts, center: np.ndarray) -> ItemSide:
    """The item side with the catalogue's concepts; nothing is encoded until they are asked for.

    `center` (dim,) is what the users' sentences are centred on. No row of any user is read.
    """
    @cache
    def made() -> Concepts | None:
        return concepts_on(items, texts, center)

    return replace(side, concepts=made)
