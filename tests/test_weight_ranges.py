"""The range of weights that are as good: wide where a signal says little, narrow where it tells."""

import numpy as np
import pytest

from llmrec_core import tune
from llmrec_core.tune.intervals import as_good
from llmrec_core.tune.weights import STEPS

USERS, ITEMS = 200, 150


class Judge(tune.Validation):
    """A validation without profiles: nothing was seen."""

    def __init__(self, held):
        self.n, self.relevant, self.n_relevant = 10, held > 0, (held > 0).sum(axis=1)
        self.id_rank = np.arange(held.shape[1])


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(0)
    held = np.zeros((USERS, ITEMS))
    for row in held:
        row[rng.choice(ITEMS, 8, replace=False)] = 1
    strong = (2 * held + rng.standard_normal(held.shape)).astype(np.float32)
    noise = rng.standard_normal(held.shape).astype(np.float32)
    copy = strong.copy()
    values = {"strong": strong, "noise": noise, "copy": copy}
    return as_good(values, Judge(held), {"strong": 1.0, "noise": 0.0, "copy": 1.0})


def test_a_copy_of_a_signal_may_weigh_anything(found):
    """Beside its own copy any weight gives the same list."""
    assert found["copy"] == found["strong"] == (0.0, STEPS[-1])


def test_noise_may_not_weigh_much(found):
    """It is in the range down to 0, and far from the largest weight."""
    low, high = found["noise"]
    assert low == 0 and high < 1


def test_the_last_signal_is_not_taken_to_nought(found):
    """With all weights 0 nothing is ranked: that is in no range."""
    rng = np.random.default_rng(1)
    held = (rng.random((USERS, ITEMS)) < 0.05).astype(float)
    values = {"only": (3 * held + rng.standard_normal(held.shape)).astype(np.float32)}
    low, high = as_good(values, Judge(held), {"only": 1.0})["only"]
    assert low == STEPS[1] and high == STEPS[-1]
