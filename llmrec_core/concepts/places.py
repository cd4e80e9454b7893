"""Where users and items stand along concepts, as cosines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.concepts.alpha import unit

if TYPE_CHECKING:
    from llmrec_core.concepts.basis import Concepts

SMALL = 1e-9


@dataclass(frozen=True)
class Crowd:
    """Where users stand on average: `mean` and `sd` (K,) over so many `users`."""

    users: int
    mean: np.ndarray
    sd: np.ndarray

    def unusual(self, own: np.ndarray) -> np.ndarray:
        """(K,): how many standard deviations over users a coordinate lies from the mean user's.

        0 where all users have the same.
        """
        return np.asarray(np.where(self.sd > SMALL, (own - self.mean) / np.maximum(self.sd, SMALL),
                                   0))  # fmt: skip


def places(vectors: np.ndarray, concepts: Concepts) -> np.ndarray:
    """(n, K): the cosine of each vector (n, fields x dim) with each concept, in [-1, 1].

    Of several text fields it is the cosine with the concept in every field that is not empty; for
    an item, whose fields have one length, that is the mean of its texts' cosines. 0 where nothing
    is known.
    """
    by_field = concepts.coordinates(unit(vectors))  # (n, fields, K)
    dim = concepts.basis.shape[1]
    present = vectors.reshape(len(vectors), -1, dim).any(axis=2).sum(axis=1)
    root = np.sqrt(np.maximum(present, 1)).astype(by_field.dtype)
    return np.asarray(by_field.sum(axis=1) / root[:, None])


def crowd(vectors: np.ndarray, concepts: Concepts) -> Crowd:
    """The mean user of (n, fields x dim) vectors; users of whom nothing is known have no say.

    Raises nothing: without any user the mean is nan.
    """
    told = vectors[vectors.any(axis=1)]
    if not len(told):
        empty = np.full(len(concepts), np.nan)
        return Crowd(0, empty, empty)
    found = places(told, concepts).astype(np.float64)
    return Crowd(len(told), found.mean(axis=0), found.std(axis=0))
