"""The map of a study as it is stored: where items and users lie, and what lies next to what.

The first picture is there minutes before the rest of a build; an atlas opens on whatever is ready.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.errors import InputError, MissingArtefactError
from llmrec_core.project.spaces import Space

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.made import Keys
    from llmrec_core.study import Study
    from llmrec_core.tables import Tables

UMAP, PCA = "UMAP", "PCA"


@dataclass(frozen=True)
class Atlas:
    """Positions of items and users; arrays are read-only.

    `item_xy` (n_items, 2) and `user_xy` (n_users, 2) float32, nan for who cannot be placed;
    `item_index` and `item_similarity` (n_items, k) are each item's nearest items and their cosines;
    `cluster` (n_items,) numbers groups of alike items, named by `cluster_labels`; `placement` is
    how near users lie to what they like and how far the map can be trusted, empty for a first
    picture. `of` is the space that it is a map of; `vectors` (n_items, dim) are the items there,
    None where they are not at hand.
    """

    method: str
    key: str
    tables: Tables
    behaviour: Behaviour
    item_xy: np.ndarray
    user_xy: np.ndarray
    item_index: np.ndarray
    item_similarity: np.ndarray
    cluster: np.ndarray
    cluster_labels: tuple[str, ...]
    placement: dict[str, float] = field(default_factory=dict)
    of: str = Space.TEXT.value
    vectors: np.ndarray | None = None

    @property
    def n_items(self) -> int:
        """Items of the catalogue, placed or not."""
        return len(self.item_xy)

    def title(self, item: int) -> str:
        """The item's title, its id where it has none."""
        return str(self.tables.items.frame[tables.TITLE].iat[item]) or self.item_id(item)

    def item_id(self, item: int) -> str:
        """The item's external id."""
        return str(self.behaviour.item_ids[item])

    def user_id(self, user: int) -> str:
        """The user's external id."""
        return str(self.behaviour.user_ids[user])

    def similar(self, item: int) -> list[tuple[int, float]]:
        """The items nearest in meaning to `item`, with their cosines: those the map was made of."""
        return [
            (int(other), float(cosine))
            for other, cosine in zip(self.item_index[item], self.item_similarity[item], strict=True)
            if other >= 0
        ]


def ready(study: Study, keys: Keys | None = None) -> tuple[str, str | None]:
    """The keys of the picture and, when it is finished, of the map.

    Without `keys`, while the first build still runs, it is the latest picture. Raises
    `MissingArtefactError` when there is none yet.
    """
    store = study.artefacts
    if keys is not None and store.exists("picture", keys.picture):
        return keys.picture, keys.map if store.exists("map", keys.map) else None
    cards = list((store.folder / "picture").glob("*.json"))
    if not cards:
        raise MissingArtefactError(
            f"The study {study.name!r} has no map yet: run `llmrec build {study.name}` or press "
            "build on the data page; a first picture is there long before the build ends."
        )
    return max(cards, key=lambda card: card.stat().st_mtime).stem, None


def load(
    study: Study, picture: str, layout: str | None, *, loaded: Tables | None = None,
    behaviour: Behaviour | None = None,
) -> Atlas:
    """The atlas of one stored map; `loaded` and `behaviour` spare reading them again.

    Raises `InputError` when its sizes are not those of the study.
    """
    arrays = study.artefacts.load_arrays("picture", picture)
    labels = tuple(map(str, study.artefacts.card("picture", picture)["cluster_labels"]))
    placement: dict[str, float] = {}
    if layout is not None:
        arrays |= study.artefacts.load_arrays("map", layout)
        placement = study.artefacts.card("map", layout)["placement"]
    loaded = loaded or study.tables()
    behaviour = behaviour or study.behaviour(loaded)
    sizes = (len(arrays["item_xy"]), len(arrays["user_xy"]))
    if sizes != (behaviour.n_items, behaviour.n_users):
        raise InputError(
            f"The map has {sizes[0]} items and {sizes[1]} users, the study "
            f"{behaviour.n_items} and {behaviour.n_users}: run `llmrec build {study.name}`."
        )
    return Atlas(
        UMAP if layout else PCA, layout or picture, loaded, behaviour, arrays["item_xy"],
        arrays["user_xy"], arrays["item_index"], arrays["item_similarity"],
        arrays["item_cluster"], labels, placement,
    )
