"""Descriptions that say nearly the same, found without comparing all pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

ALIKE = 0.7
"""The share of common word pairs from which two texts count as near-duplicates."""
MOST_ALIKE = 20
"""Earlier texts that one text is paired with."""
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
    missed; each candidate's share is counted exactly. Equal texts are never missed. A text is
    paired with at most MOST_ALIKE that come before it, the most alike ones.
    """
    groups: dict[frozenset[str], list[int]] = {}
    for number, text in enumerate(texts):
        if shingles := _word_pairs(text):
            groups.setdefault(shingles, []).append(number)
    members = list(groups.values())
    pairs: list[Pair] = []
    for group, near in zip(members, _near(list(groups), alike), strict=True):
        # Lazily: one sentence given to everybody would have a million million pairs.
        others = [(members[other], share) for other, share in near]
        for place, number in enumerate(group):
            equal = ((n, 1.0) for n in group[max(0, place - MOST_ALIKE) : place])
            alikes = ((n, share) for found, share in others for n in found)
            for other, share in islice(chain(equal, alikes), MOST_ALIKE):
                pairs.append(Pair(min(other, number), max(other, number), share))
    return sorted(pairs, key=lambda pair: (-pair.alike, pair.first, pair.second))


def _near(shingles: Sequence[frozenset[str]], alike: float) -> list[list[tuple[int, float]]]:
    """For each set, all different, (number, share) of at most MOST_ALIKE before it, best first."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=max(alike - 0.1, 0.1), num_perm=_PERMUTATIONS)
    hashes = np.empty((len(shingles), _PERMUTATIONS), np.uint64)
    bulk = MinHash.generator(
        ([pair.encode() for pair in sorted(some)] for some in shingles),
        num_perm=_PERMUTATIONS, seed=1,
    )
    out = []
    for number, hashed in enumerate(bulk):
        hashes[number] = hashed.hashvalues
        found = np.array(sorted(index.query(hashed)), np.int64)
        if len(found) > MOST_ALIKE:  # as the hashes guess
            guess = (hashes[found] == hashes[number]).mean(axis=1)
            found = found[np.argsort(-guess, kind="stable")[:MOST_ALIKE]]
        shares = [(int(n), _common(shingles[number], shingles[n])) for n in found]
        out.append(sorted((x for x in shares if x[1] >= alike), key=lambda x: (-x[1], x[0])))
        index.insert(number, hashed)
    return out


def _word_pairs(text: str) -> frozenset[str]:
    """Two neighbouring words each; single signs where words are not written apart."""
    words = re.findall(r"[^\W_]+", text.casefold())
    if len(words) < 2:
        words = list("".join(words))
    return frozenset(f"{a} {b}" for a, b in zip(words, words[1:], strict=False)) or frozenset(words)


def _common(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)
