"""Which words users' descriptions say often, that tell their readers apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.evidence.words import EMPTY

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.describe import Description
    from llmrec_core.embed import ItemVectors
    from llmrec_core.profile import Profiles

SMALL_WORD = re.compile(r"(?<![\w'’-])[a-z][^\W\d_]{3,}(?![\w-])")
"""Written small: names and titles are not."""
MOST = 20
LEAST_SHARE, MOST_SHARE = 0.02, 0.3
"""Of the users: fewer is chance, more tells nobody apart."""
LEAST_USERS = 8
APART = 2.0
"""How many times as far as chance would have it the takers of a word's items stand apart."""


def said_often(
    descriptions: Sequence[Description], profiles: Profiles, items: ItemVectors,
    known: Sequence[str] = (), *, most: int = MOST,
) -> tuple[str, ...]:
    """Words of liking sentences as phrases, the most telling first; none that `known` names.

    A writer's turns of phrase («has a soft spot for») are said of anybody. A word is kept if the
    users of whom it is said take other items than users do on average: with h_u the mean vector of
    the items that u took, n |mean over the n users of h - mean over all|^2 / (trace of the
    covariance of h), about 1 by chance, is at least `APART`.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    named = " ".join(known).lower().split()
    leave = {*ENGLISH_STOP_WORDS, *EMPTY, *named, *(f"{word}s" for word in named)}
    users = _users_by_word(descriptions, leave)
    count = len(descriptions)
    least = max(LEAST_USERS, LEAST_SHARE * count)
    users = {w: who for w, who in users.items() if least <= len(who) <= MOST_SHARE * count}
    if not users:
        return ()
    apart = _apart(profiles.history(), items.concatenated, list(users.values()))
    words = np.array(list(users), object)
    order = np.argsort(-apart, kind="stable")
    return tuple(str(words[k]) for k in order if apart[k] >= APART)[:most]


def _users_by_word(
    descriptions: Sequence[Description], leave: set[str]
) -> dict[str, list[int]]:
    """Word -> numbers of the users of whom it is said that they like it."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, description in enumerate(descriptions):
        liked = " ".join(s.text for s in description.sentences if s.polarity > 0)
        for word in dict.fromkeys(SMALL_WORD.findall(liked)):
            if word not in leave and word.removesuffix("s") not in leave:
                found[word].append(number)
    return dict(found)


def _apart(history: csr_matrix, vectors: np.ndarray, groups: list[list[int]]) -> np.ndarray:
    """(groups,): how far each group's mean taste lies from everybody's, 1 by chance."""
    size = np.maximum(np.asarray(history.sum(axis=1)), 1)
    taste = np.asarray(history @ vectors) / size
    taste -= taste.mean(axis=0)
    spread = float((taste.astype(np.float64) ** 2).sum(axis=1).mean())
    means = np.array([taste[who].mean(axis=0) for who in groups], np.float64)
    sizes = np.array([len(who) for who in groups])
    return np.asarray(sizes * (means**2).sum(axis=1) / max(spread, 1e-12))
