"""The weights of concepts in the text match, from histories cut into past and future."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.concepts import Fitted, fit_alpha

if TYPE_CHECKING:
    from llmrec_core.concepts import Concepts
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.match import Match

MOST_CELLS = 4_000_000
"""Scores held at once; of more users a sample is looked at."""
PAST = 0.7
"""Which share of each history stands for the user; the rest is what was taken."""


def fit_weights(match: Match, profiles: Profiles, concepts: Concepts) -> Fitted:
    """Weights that make the held-out part of training histories most likely, see `fit_alpha`.

    Each history is cut at random: the first part makes the user, the rest are the taken items. A
    description was written from the whole history, so that with it the pairs are not quite unseen;
    its sentences stay as they are.
    """
    rng = np.random.default_rng(match.recipe.seed)
    most = max(MOST_CELLS // profiles.n_items, 1)
    if len(profiles) > most:
        profiles = profiles.select(np.sort(rng.choice(len(profiles), most, replace=False)))
    is_past = rng.random(len(profiles.item)) < PAST
    past, rest = profiles.keep_rows(is_past), profiles.keep_rows(~is_past)
    return fit_alpha(
        match.mapped(past), match.vectors, rest.history(), concepts, known=past.history()
    )
