"""The weights of concepts in a signal that reads texts, from histories cut in two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.concepts import Fitted, fit_alpha

if TYPE_CHECKING:
    from llmrec_core.concepts import Concepts
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.meeting import ReadsTexts

MOST_CELLS = 4_000_000
"""Scores held at once; of more users a sample is looked at."""
PAST = 0.7
"""Which share of each history stands for the user; the rest is what was taken."""


def fit_weights(
    signal: ReadsTexts, profiles: Profiles, concepts: Concepts, *, seed: int = 42,
    most_cells: int = MOST_CELLS,
) -> Fitted:
    """Weights that make the held-out part of training histories most likely, see `fit_alpha`.

    Each history is cut at random: the first part makes the user, the rest are the taken items. A
    description was written from the whole history, so that with it the pairs are not quite unseen;
    its sentences stay as they are.
    """
    rng = np.random.default_rng(seed)
    most = max(most_cells // profiles.n_items, 1)
    if len(profiles) > most:
        profiles = profiles.select(np.sort(rng.choice(len(profiles), most, replace=False)))
    is_past = rng.random(len(profiles.item)) < PAST
    past, rest = profiles.keep_rows(is_past), profiles.keep_rows(~is_past)
    return fit_alpha(
        signal.mapped(past), signal.targets(), rest.history(), concepts, known=past.history()
    )
