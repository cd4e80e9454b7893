"""Monotone: a signal that is weighed more never lowers the item that it puts first."""

from __future__ import annotations

import numpy as np
import pytest

from llmrec_core import blend
from llmrec_core.recommender import Recommender

RAISED = (0.05, 0.1, 0.35, 1.0, 2.5, 40.0, 1e5)
CASES = 60


def _leader(block, s):
    """The item that signal s alone puts first."""
    alone = np.zeros(len(block.names), np.float32)
    alone[s] = 1
    return int(blend.rank(block, alone, 1)[0][0])


def _ranks(block, weights, s, item):
    """The item's ranks as the weight of signal s rises from where it is."""
    out = [blend.rank_of(block, weights, item)]
    for more in RAISED:
        raised = weights.copy()
        raised[s] += np.float32(more)
        out.append(blend.rank_of(block, raised, item))
    return np.array(out)


def _block(rng):
    """Signals of any kind: bells, counts, few values with ties, all alike, hugely apart in size."""
    k, n = int(rng.integers(2, 8)), int(rng.integers(3, 400))
    rows = []
    for _ in range(k):
        kind = rng.integers(5)
        size = 10.0 ** rng.uniform(-4, 4)
        rows.append({
            0: rng.standard_normal(n), 1: rng.poisson(0.3, n), 2: rng.integers(0, 3, n),
            3: np.full(n, 2.0), 4: rng.standard_cauchy(n),
        }[int(kind)] * size)  # fmt: skip
    excluded = np.sort(rng.choice(n, int(rng.integers(0, n // 2)), replace=False))
    names = [f"s{j}" for j in range(k)]
    return blend.normalise(names, np.array(rows, np.float64), excluded, rng.permutation(n))


@pytest.mark.parametrize("seed", range(CASES))
def test_the_leader_of_a_signal_never_falls_when_it_is_raised(seed):
    """Over blocks with ties, zero and negative weights, and signals of any size."""
    rng = np.random.default_rng(seed)
    block = _block(rng)
    weights = rng.choice([0.0, 0.05, 1.0, -0.7, 3.0, rng.uniform(0, 3)], len(block.names))
    weights = weights.astype(np.float32)
    for s in range(len(block.names)):
        ranks = _ranks(block, weights, s, _leader(block, s))
        assert (np.diff(ranks) <= 0).all(), (seed, s, ranks)


def test_in_a_built_study_too(built_study):
    """Every signal of the tiny world, for a few users, from the fitted weights on."""
    recommender = Recommender(built_study)
    for user in ("u00", "u05", "u11"):
        block = recommender.block(recommender.profile(user))
        for s in range(len(block.names)):
            ranks = _ranks(block, recommender.weights(), s, _leader(block, s))
            assert (np.diff(ranks) <= 0).all(), (user, block.names[s], ranks)
