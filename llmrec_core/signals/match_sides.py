"""The two sides of the plain text match: items and users as vectors of one space, in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.signals.item_item import apply
from llmrec_core.signals.taste import past_weights, sum_rows

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.match import MatchRecipe

SMALL = 1e-9


def item_parts(items: ItemSide, recipe: MatchRecipe) -> np.ndarray:
    """(fields, n_items, E) float32 that sum to the items' vectors.

    Fields «apart» stand side by side (E = D), each met by the same field of past items; «together»
    an item is the mean of the texts it has (E = dim), met by any text.
    """
    dim, count = items.dim, len(items.fields)
    blocks = items.vectors.reshape(-1, count, dim)  # each is a unit vector / sqrt(fields present)
    present: np.ndarray = np.asarray(blocks.any(axis=2))
    root = np.sqrt(np.maximum(present.sum(axis=1), 1)).astype(np.float32)[:, None, None]
    if not recipe.centred:
        blocks = _uncentred(blocks * root, present, items) / root
    if recipe.fields == "together":
        return np.ascontiguousarray((blocks / root).transpose(1, 0, 2))
    if recipe.fields != "apart":
        raise InputError(f"Fields cannot be {recipe.fields!r}: say «apart» or «together».")
    out = np.zeros((count, len(blocks), count * dim), np.float32)
    for f in range(count):
        out[f, :, f * dim : (f + 1) * dim] = blocks[:, f]
    return out


def _uncentred(units: np.ndarray, present: np.ndarray, items: ItemSide) -> np.ndarray:
    """(n_items, fields, dim): the encoder's own unit vectors, from those centred and normalised.

    A centred vector w of length 1 is (v - c) / |v - c|, so v = c + t w with |v| = 1: the positive
    root of t^2 + 2 t c.w + |c|^2 - 1 = 0. Zero where the item lacks the field.
    """
    if items.centers is None:
        raise InputError(
            "The raw match needs what item vectors were centred on, which vectors with distilled "
            "knowledge no longer tell: build the study again, with --distil 0."
        )
    c = items.centers.astype(np.float32)
    along = np.einsum("fd,nfd->nf", c, units)
    step = -along + np.sqrt(np.maximum(along**2 - (c**2).sum(axis=1) + 1, 0))
    return np.where(present[:, :, None], c + step[:, :, None] * units, 0).astype(np.float32)


@dataclass(frozen=True)
class UserSide:
    """(n, E) directions of profiles as sums: each row of history and each sentence has a share."""

    profiles: Profiles
    recipe: MatchRecipe
    items: np.ndarray
    """(n_items, E) vectors of past items."""

    def vectors(self, dtype: type = np.float32) -> np.ndarray:
        """(n, E), of norm 1; where both sides are known the mean of their directions; 0 where
        nothing is known."""
        text, past = self._text(dtype), self._past(dtype)
        shares = self._shares(text, past)
        return np.asarray(text * shares[0][:, None] + past * shares[1][:, None])

    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """(m, E) and (h, E) float64 of one profile: what each sentence and each past item adds to
        its vector."""
        said, met = self.factors()
        told = self._widened(self.profiles.sentence_vector.astype(np.float64) * said[:, None])
        return told, self.items[self.profiles.item] * met[:, None]

    def factors(self) -> tuple[np.ndarray, np.ndarray]:
        """(m,) and (h,) float64 of one profile: how many times each sentence's vector, side by
        side in every field, and each past item's are in its own."""
        shares = self._shares(self._text(np.float64), self._past(np.float64))
        weight = self.profiles.sentence_weight.astype(np.float64)
        said = weight / max(float(np.abs(weight).sum()), SMALL) * shares[0][0]
        return said, self._weights().astype(np.float64) * shares[1][0]

    def _shares(self, text: np.ndarray, past: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) factors of both sides."""
        lengths = [np.linalg.norm(side, axis=1) for side in (text, past)]
        known = [length > 1e-6 for length in lengths]
        of = np.maximum(known[0].astype(int) + known[1], 1)
        a, b = (
            np.where(is_known, 1 / (np.maximum(length, 1e-6) * of), 0)
            for length, is_known in zip(lengths, known, strict=True)
        )
        return a.astype(text.dtype), b.astype(text.dtype)

    def _text(self, dtype: type) -> np.ndarray:
        if self.recipe.of == "history":
            return np.zeros((len(self.profiles), self.items.shape[1]), dtype)
        return self._widened(self.profiles.text_vectors(dtype))

    def _past(self, dtype: type) -> np.ndarray:
        if self.recipe.of == "description":
            return np.zeros((len(self.profiles), self.items.shape[1]), dtype)
        taken = sum_rows(self.profiles, self._weights())
        return apply(taken, self.items, exact=dtype is np.float64)

    def _weights(self) -> np.ndarray:
        return past_weights(self.profiles, self.recipe.level, self.recipe.recency)

    def _widened(self, vectors: np.ndarray) -> np.ndarray:
        """A sentence meets every text field of an item."""
        if not vectors.shape[1]:  # profiles that were made without texts
            return np.zeros((len(vectors), self.items.shape[1]), vectors.dtype)
        fields = self.items.shape[1] // vectors.shape[1]
        return np.tile(vectors, (1, fields)) / np.sqrt(fields)
