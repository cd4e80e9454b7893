"""Knowledge distilled into item vectors: items that share entities are pulled together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.signals import entities as of_entities

if TYPE_CHECKING:
    from llmrec_core.embed import ItemVectors
    from llmrec_core.signals.inputs import Entities


def distilled(vectors: ItemVectors, known: Entities | None, amount: float) -> ItemVectors:
    """z_i' = normalise(z_i + amount x the mean of z_j over the items j that share entities with i).

    Field by field; j weighs q_i'q_j, q the rows of entities times their idf, so that a shared
    director pulls more than a shared genre. An item without a field still has none, and an item
    that shares nothing stays where it is. In closed form: one product with the entities, no
    matrix of items by items. The vectors themselves where `amount` is 0 or nothing is known.
    """
    if amount == 0 or known is None:
        return vectors
    rows = of_entities.unit_rows(known, of_entities.rarity(known), by_relation=False)
    itself = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    out = np.empty_like(vectors.field_vectors)
    for f, z in enumerate(vectors.field_vectors.astype(np.float64)):
        has = z.any(axis=1)
        total = rows @ (rows.T @ z) - itself[:, None] * z
        weight = rows @ (rows.T @ has.astype(np.float64)) - itself * has
        mean = total / np.maximum(weight, 1e-12)[:, None]
        mean[weight < 1e-9] = 0  # what is left of a difference of equals is rounding
        moved = z + amount * mean
        length = np.linalg.norm(moved, axis=1)
        moved /= np.where(length > 0, length, 1)[:, None]
        out[f] = np.where(has[:, None], moved, 0)
    # A moved vector is no centred text: nothing brings the encoder's own back from it.
    return replace(vectors, field_vectors=out, centers=None, text_centers=vectors.centers)
