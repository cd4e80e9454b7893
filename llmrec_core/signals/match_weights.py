"""The weights of concepts in a signal that reads texts, from histories cut in two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.concepts import Fitted, fit_alpha, worth
from llmrec_core.concepts.kept import settled
from llmrec_core.errors import InputError

if TYPE_CHECKING:
    from llmrec_core.concepts import Concepts
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.meeting import ReadsTexts

MOST_CELLS = 4_000_000
"""Scores held at once; of more users a sample is looked at."""
LEAST_USERS = 30
"""Users looked at however large the catalogue is: with fewer nobody is left to judge on."""
PAST = 0.7
"""Which share of each history stands for the user; the rest is what was taken."""

ASIDE = 0.2
"""Share of the users whom learned weights are judged on."""


@dataclass(frozen=True)
class Learned:
    """Weights of concepts and what they are worth to people whose choices they were not fitted on.

    `fitted` are those of `users` users, `alpha` (K,) the same as sliders hold them (`settled`);
    `gain` is by how much (nats) `alpha` raises the mean log-probability of an item taken by the
    `judged` others: exp(gain) times as likely. What the signal has learned itself, and the
    descriptions, know these others' whole histories.
    """

    fitted: Fitted
    alpha: np.ndarray
    users: int
    judged: int
    gain: float


def learned_weights(
    signal: ReadsTexts, profiles: Profiles, concepts: Concepts, *, seed: int = 42,
    most_cells: int = MOST_CELLS,
) -> Learned:
    """Weights fitted on four fifths of (a sample of) the users and judged on the others.

    Raises `InputError` with fewer than ten users.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(profiles))[: _most(profiles, most_cells)]
    aside = int(ASIDE * len(order))
    if aside < 2:
        raise InputError(
            f"Weights of concepts cannot be learned from {len(profiles)} users: ten users at "
            "least are needed, so that two are left to judge on."
        )
    others, mine = (profiles.select(np.sort(part)) for part in (order[:aside], order[aside:]))
    fitted = fit_weights(signal, mine, concepts, seed=seed, most_cells=most_cells)
    alpha = settled(fitted.alpha)
    past, rest = _cut(others, rng)
    users, items, taken, known = (
        signal.mapped(past), signal.targets(), rest.history(), past.history()
    )
    weighed, plain = (
        worth(users, items, taken, concepts, given, fitted.temperature, known=known)
        for given in (alpha, np.ones_like(alpha))
    )
    return Learned(fitted, alpha, len(mine), len(others), weighed - plain)


def _most(profiles: Profiles, most_cells: int) -> int:
    """So many users are looked at."""
    return max(most_cells // max(profiles.n_items, 1), LEAST_USERS)


def _cut(profiles: Profiles, rng: np.random.Generator) -> tuple[Profiles, Profiles]:
    """Each history cut at random into past and rest."""
    is_past = rng.random(len(profiles.item)) < PAST
    return profiles.keep_rows(is_past), profiles.keep_rows(~is_past)


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
    most = _most(profiles, most_cells)
    if len(profiles) > most:
        profiles = profiles.select(np.sort(rng.choice(len(profiles), most, replace=False)))
    past, rest = _cut(profiles, rng)
    return fit_alpha(
        signal.mapped(past), signal.targets(), rest.history(), concepts, known=past.history()
    )
