"""A built study's users and its signals that read texts, as concepts need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.concepts.places import Crowd, crowd
from llmrec_core.signals.meeting import ReadsTexts

if TYPE_CHECKING:
    from llmrec_core.concepts.basis import Concepts
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

SAID = "what is said"
"""Stands for the users' own sentences where else the name of a signal stands."""
MOST_USERS = 2000
"""Users that the mean user is made of, drawn with a fixed seed."""
SEED = 42


def readers(recommender: Recommender) -> dict[str, ReadsTexts]:
    """The signals whose scores are products of texts, by name."""
    return {n: s for n, s in recommender.signals.items() if isinstance(s, ReadsTexts)}


def vectors_of(recommender: Recommender, profiles: Profiles, name: str) -> np.ndarray:
    """(n, fields x dim): what is said of profiles (`SAID`), or where the signal `name` points."""
    if name == SAID:
        return profiles.text_vectors()
    return readers(recommender)[name].mapped(profiles)


def mean_user(recommender: Recommender, concepts: Concepts, name: str) -> Crowd:
    """Where up to `MOST_USERS` users stand on average, by the machine's descriptions."""
    profiles = recommender.profiles
    if len(profiles) > MOST_USERS:
        rng = np.random.default_rng(SEED)
        profiles = profiles.select(np.sort(rng.choice(len(profiles), MOST_USERS, replace=False)))
    return crowd(vectors_of(recommender, profiles, name), concepts)
