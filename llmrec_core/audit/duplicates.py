"""Descriptions that say nearly the same, found without comparing all pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ALIKE = 0.7
"""The share of common word pairs from which two texts count as near-duplicates."""
MOST_ALIKE = 50
"""Texts that are compared with one text: one sentence given to everybody has a million pairs."""
_PERMUTATIONS = 64


@dataclass(frozen=True)
class Pair:
    """Two numbers of texts, `first` < `second`, and the share of word pairs they have in common."""

    first: int
    second: int
    alike: float


def duplicates(texts: Sequence[str], alike: float = ALIKE) -> list[Pair]:
    """Pairs of texts that share at least `alike` of their word pairs (Jaccard), most alike first.

    Candidates come from MinHash with banding (Broder 1997), so a pair just above the limit may be
    missed; each candidate's share is counted exactly. Equal texts are never missed.
    """
    from datasketch import MinHash, MinHashLSH

    shingles = [_word_pairs(text) for text in texts]
    index = MinHashLSH(threshold=max(alike - 0.1, 0.1), num_perm=_PERMUTATIONS)
    pairs: list[Pair] = []
    bulk = MinHash.generator(
        ([pair.encode() for pair in sorted(some)] for some in shingles),
        num_perm=_PERMUTATIONS, seed=1,
    )
    for number, hashed in enumerate(bulk):
        if not shingles[number]:
            continue
        for other in sorted(index.query(hashed))[:MOST_ALIKE]:
            share = _common(shingles[number], shingles[other])
            if share >= alike:
                pairs.append(Pair(other, number, share))
        index.insert(number, hashed)
    return sorted(pairs, key=lambda pair: (-pair.alike, pair.first, pair.second))


def _word_pairs(text: str) -> frozenset[str]:
    """Two neighbouring words each; single signs where words are not written apart."""
    words = re.findall(r"[^\W_]+", text.casefold())
    if len(words) < 2:
        words = list("".join(words))
    return frozenset(f"{a} {b}" for a, b in zip(words, words[1:], strict=False)) or frozenset(words)


def _common(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)
