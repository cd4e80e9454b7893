"""Phrases as an orthonormal basis: each names one direction, and no two name the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError

if TYPE_CHECKING:
    from llmrec_core.tables import Items
    from llmrec_core.texts import Texts

LEAST_NEW = 0.35
"""The least share of a phrase's length that earlier phrases do not explain; below it the phrase is
a near-duplicate, and its direction would be what little sets it apart."""


@dataclass(frozen=True)
class Concepts:
    """K named, orthonormal directions of one text field's space.

    Attributes
    ----------
    phrases : the K phrases.
    basis : (K, dim) float32, rows orthonormal; row k is the direction nearest to phrase k's.
    dropped : phrases that were left out, each with the kept phrase it is nearest to.
    """

    phrases: tuple[str, ...]
    basis: np.ndarray
    dropped: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.phrases)

    def coordinates(self, vectors: np.ndarray) -> np.ndarray:
        """(n, fields, K): how far each vector reaches along each concept, field by field.

        `vectors` (n, fields x dim) are text fields side by side, as item vectors are; a user's
        text vector has one field.
        """
        dim = self.basis.shape[1]
        if vectors.shape[1] % dim:
            raise InputError(
                f"Vectors of length {vectors.shape[1]} hold no whole number of fields of {dim}: "
                "the concepts were made with another encoder."
            )
        fields = vectors.reshape(len(vectors), -1, dim)
        return np.asarray(fields @ self.basis.T.astype(vectors.dtype, copy=False))

    def weighed(self, vectors: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        """The vectors with their share along concept k times alpha_k; alpha = 1 changes nothing.

        u' weighed(z) = sum_k alpha_k u_k z_k + what lies beside all concepts.
        """
        beyond = (np.asarray(alpha) - 1).astype(vectors.dtype)
        if not beyond.any():
            return vectors
        along = (self.coordinates(vectors) * beyond) @ self.basis.astype(vectors.dtype, copy=False)
        return np.asarray(vectors + along.reshape(vectors.shape))


def concepts_of(phrases: Sequence[str], vectors: np.ndarray) -> Concepts:
    """Concepts from phrases and their centred vectors (k, dim), the most important first.

    A phrase that earlier ones nearly span (the residual of Gram-Schmidt, as in a QR
    decomposition) is dropped by name. The kept ones are then made orthonormal all at once, by the
    polar factor (Löwdin 1950): of all orthonormal sets it is the nearest to the phrases, where QR
    would leave the last ones with what the first did not take.
    """
    lengths = np.linalg.norm(vectors, axis=1)
    units = (vectors / np.maximum(lengths, 1e-9)[:, None]).astype(np.float64)
    kept: list[int] = []
    dropped: list[tuple[str, str]] = []
    spanned = np.zeros((0, vectors.shape[1]))
    for k, phrase in enumerate(phrases):
        if lengths[k] < 1e-6 or phrase in (phrases[j] for j in kept):
            continue  # it says nothing, or is there already
        rest = units[k] - spanned.T @ (spanned @ units[k])
        length = float(np.linalg.norm(rest))
        if length < LEAST_NEW:
            nearest = max(kept, key=lambda j: float(units[j] @ units[k]))
            dropped.append((phrase, phrases[nearest]))
            continue
        kept.append(k)
        spanned = np.vstack([spanned, rest / length])
    basis = np.zeros((0, vectors.shape[1]), np.float32)
    if kept:
        left, _, right = np.linalg.svd(units[kept], full_matrices=False)
        basis = (left @ right).astype(np.float32)
    return Concepts(tuple(phrases[k] for k in kept), basis, tuple(dropped))


def concepts_on(
    items: Items, texts: Texts, center: np.ndarray, phrases: Sequence[str] | None = None
) -> Concepts | None:
    """The concepts of a catalogue (or of `phrases`); None where it offers fewer than two.

    Each is encoded as «Likes PHRASE.» and centred on `center` (dim,), as users' sentences are.
    Words of titles are no part of them beside themes: weights that nobody looks at are learned
    for what texts say.
    """
    from llmrec_core.concepts.propose import propose

    named = propose(items, titled=False) if phrases is None else tuple(phrases)
    if len(named) < 2:
        return None
    vectors, _ = texts.sentences([f"Likes {phrase}." for phrase in named], center)
    found = concepts_of(named, vectors)
    return found if len(found) > 1 else None
