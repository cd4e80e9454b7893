"""Phrases a person may have typed: read, encoded, and which of them say nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.concepts.basis import Concepts, concepts_of
from llmrec_core.errors import InputError

if TYPE_CHECKING:
    from llmrec_core.texts import Texts

ALIKE = 0.7
"""The cosine from which two phrases are named as near to each other."""
LONGEST, MOST = 120, 200
"""Characters of a phrase, and phrases of a set."""


@dataclass(frozen=True)
class Overlap:
    """Two phrases and the cosine of their vectors, before they are made orthonormal."""

    one: str
    other: str
    cosine: float


@dataclass(frozen=True)
class Checked:
    """Phrases as concepts, and what the check of their overlap found.

    `pairs` are the phrases nearest to each other, most alike first, from a cosine of `ALIKE` on.
    `kept` (K,) float64 is the cosine of each concept's direction with its own phrase: what is
    below 1 was taken off so that all directions stand at right angles. `silent` are phrases whose
    vector is that of the average sentence, so that they say nothing.
    """

    concepts: Concepts
    pairs: tuple[Overlap, ...]
    kept: np.ndarray
    silent: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """One sentence for each phrase that was left out."""
        near = {(p.one, p.other): p.cosine for p in self.pairs}
        out = []
        for phrase, other in self.concepts.dropped:
            cosine = near.get((phrase, other), near.get((other, phrase)))
            if cosine is None:
                out.append(
                    f"«{phrase}» is left out: the phrases above it nearly say it together, "
                    f"«{other}» most of all."
                )
            else:
                out.append(
                    f"«{phrase}» is left out: it says nearly what «{other}» says (cosine "
                    f"{cosine:.2f})."
                )
        return [*out, *(f"«{p}» is left out: it says no more than any sentence." for p in
                        self.silent)]  # fmt: skip


def phrases_of(text: str) -> tuple[str, ...]:
    """The phrases of a text, one a line, each once whatever its case.

    Raises `InputError` for a phrase that is too long, and for too many.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        phrase = " ".join(line.split()).rstrip(".")
        if len(phrase) > LONGEST:
            raise InputError(
                f"The phrase «{phrase[:40]}…» has {len(phrase)} characters: write at most "
                f"{LONGEST}, one phrase a line."
            )
        if phrase:
            found.setdefault(phrase.casefold(), phrase)
    if len(found) > MOST:
        raise InputError(f"These are {len(found):,} phrases: keep at most {MOST}.")
    return tuple(found.values())


def overlaps(
    phrases: Sequence[str], vectors: np.ndarray, least: float = ALIKE
) -> tuple[Overlap, ...]:
    """The pairs of phrases whose vectors (k, dim) have a cosine of `least` or more, most first."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = (vectors / np.maximum(lengths, 1e-9)).astype(np.float64)
    first, second = np.triu_indices(len(phrases), 1)
    cosine = (units @ units.T)[first, second]
    order = [k for k in np.argsort(-cosine, kind="stable") if cosine[k] >= least]
    return tuple(Overlap(phrases[first[k]], phrases[second[k]], float(cosine[k])) for k in order)


def checked(phrases: Sequence[str], texts: Texts, center: np.ndarray) -> Checked:
    """Phrases as concepts; there may be fewer than two of them.

    Each is encoded as «Likes PHRASE.» and centred on `center` (dim,), as users' sentences are.
    """
    vectors, _ = texts.sentences([f"Likes {phrase}." for phrase in phrases], center)
    found = concepts_of(phrases, vectors)
    place = {phrase: k for k, phrase in enumerate(phrases)}
    own = vectors[[place[phrase] for phrase in found.phrases]].astype(np.float64)
    lengths = np.maximum(np.linalg.norm(own, axis=1), 1e-9)
    kept = (own * found.basis).sum(axis=1) / lengths
    gone = {phrase for phrase, _ in found.dropped} | set(found.phrases)
    return Checked(
        found, overlaps(phrases, vectors), kept,
        tuple(phrase for phrase in phrases if phrase not in gone),
    )
