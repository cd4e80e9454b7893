"""What is said of a map beside its positions: names of its groups, and how far it can be trusted.

Builds since these were thought of keep them in the cards of picture and map. For those of earlier
builds they are found when they are first asked for, and kept beside them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import project
from llmrec_core.errors import DamagedArtefactError, MissingArtefactError, StudioError
from llmrec_core.recipe import digest

if TYPE_CHECKING:
    from llmrec_core.artefacts import Artefacts
    from llmrec_core.tables import Items

STAGE = "map_facts"
TRUST = "trustworthiness"


def labels_known(
    store: Artefacts, picture: str, items: Items, numbers: np.ndarray, item_xy: np.ndarray
) -> tuple[str, ...]:
    """The names of the groups of the picture called `picture`."""
    card = store.card("picture", picture)
    if card.get("labels") == project.LABELS:
        return _texts(card["cluster_labels"])
    key = digest(["labels", project.LABELS, picture])
    found = _remembered(store, key, lambda: {"names": project.item_labels(items, numbers, item_xy)})
    return _texts(found["names"])


def placement_known(
    store: Artefacts, layout: str, vectors: np.ndarray, item_xy: np.ndarray
) -> dict[str, float]:
    """The placement of the map called `layout`, with its trustworthiness."""
    placement = dict(store.card("map", layout)["placement"])
    if TRUST in placement:
        return placement
    found = _remembered(
        store, digest([TRUST, layout]), lambda: {TRUST: project.trustworthiness(vectors, item_xy)}
    )
    return {**placement, TRUST: float(found[TRUST])}


def _remembered(
    store: Artefacts, key: str, find: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What `find` finds, from the card `key` where it was found before."""
    try:
        return store.card(STAGE, key)
    except (MissingArtefactError, DamagedArtefactError):
        found = find()
    with contextlib.suppress(StudioError):  # a full disk: found again next time
        store.save_arrays(STAGE, key, {}, found)
    return found


def _texts(names: Sequence[object]) -> tuple[str, ...]:
    return tuple(map(str, names))
