"""The item side that text signals share: one row of concatenated field vectors an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.sparse import csr_matrix

    from llmrec_core.concepts import Concepts
    from llmrec_core.embed import ItemVectors
    from llmrec_core.tables import Tables


@dataclass(frozen=True)
class Lessons:
    """Sentences whose meaning the catalogue knows: the map from descriptions learns from them too.

    `sentences` (k, dim) are the vectors of «Likes war films.» and the like, one a kind, centred as
    users' sentences are; `items` (k, D) what such a user would have taken, all items of the kind:
    the sum of their vectors / sqrt(their number), as for a user's history.
    """

    sentences: np.ndarray
    items: np.ndarray


@dataclass(frozen=True)
class Entities:
    """What items share: an entity is one value of one relation, such as «director: Ada».

    `holds` csr (n_items, n_entities) float32 of 0 and 1; `relation` (n_entities,) int32 numbers
    into `relations`; `names` are the entities' own names. Items and entities are numbered as in
    the catalogue and by first occurrence.
    """

    holds: csr_matrix
    relation: np.ndarray
    relations: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class ItemSide:
    """`vectors` (n_items, D) float32, D = fields x dim; `fields` names the blocks in order.

    `entities` is what the catalogue's attributes and triples say, None where they say nothing.
    `centers` (fields, dim) is what the fields were centred on. `concepts` gives the named
    directions of the catalogue, encoded when first asked for (see `with_concepts`).
    """

    vectors: np.ndarray
    fields: tuple[str, ...]
    lessons: Lessons | None = None
    entities: Entities | None = None
    centers: np.ndarray | None = None
    concepts: Callable[[], Concepts | None] | None = None

    @property
    def dim(self) -> int:
        """Width of one field."""
        return self.vectors.shape[1] // len(self.fields)

    def texts_of(self, item: int) -> list[tuple[str, slice, np.ndarray]]:
        """(field, its columns, vector (dim,)) of each text that the item has."""
        out = []
        for f, field in enumerate(self.fields):
            block = slice(f * self.dim, (f + 1) * self.dim)
            vector = self.vectors[item, block]
            if vector.any():
                out.append((field, block, vector))
        return out

    def by_field(self, item: int) -> np.ndarray:
        """(fields, D): the item's vector with all but one field set to zero; rows sum to it."""
        out = np.zeros((len(self.fields), self.vectors.shape[1]), np.float32)
        for f in range(len(self.fields)):
            block = slice(f * self.dim, (f + 1) * self.dim)
            out[f, block] = self.vectors[item, block]
        return out


def item_side(vectors: ItemVectors, tables: Tables) -> ItemSide:
    """What signals know of the items: the one place where it is put together."""
    from llmrec_core.signals.entities import entities_of

    known = entities_of(tables.items, tables.triples)
    return ItemSide(vectors.concatenated, vectors.fields, entities=known, centers=vectors.centers)
