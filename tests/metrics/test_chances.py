"""Probabilities: what they order, what they mean, and what a threshold makes of them."""

import numpy as np
import pytest

from llmrec_core.errors import InputError
from llmrec_core.metrics.chances import chance_metrics, classified, reliability, wilson


def test_perfect_probabilities_have_no_error():
    """Certain and right: AUC 1, and nothing to lose."""
    found = chance_metrics(np.array([1.0, 0.0, 1.0]), np.array([True, False, True]))
    assert found["auc"] == 1
    assert found["brier"] == found["ece"] == 0
    assert found["log_loss"] < 1e-5


def test_log_loss_and_brier_are_their_formulas():
    """-mean log of what was given to the outcome; mean square of the gap."""
    found = chance_metrics(np.array([0.8, 0.4]), np.array([True, False]))
    assert found["log_loss"] == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert found["brier"] == pytest.approx((0.2**2 + 0.4**2) / 2)
    assert found["ece"] == pytest.approx((0.2 + 0.4) / 2)


def test_outcomes_drawn_as_said_are_calibrated():
    """Where outcomes are drawn with the said chances every step is inside its interval's reach;
    said too boldly, the error shows."""
    rng = np.random.default_rng(0)
    chance = rng.random(20_000)
    like = rng.random(20_000) < chance
    assert chance_metrics(chance, like)["ece"] < 0.02
    bold = np.where(chance > 0.5, 0.95, 0.05)
    assert chance_metrics(bold, like)["ece"] > 0.15


def test_a_curve_has_counts_and_intervals():
    """Pairs fall into tenths by what was said; empty tenths are left out."""
    steps = reliability(np.array([0.05, 0.95, 0.97, 1.0]), np.array([False, True, True, False]))
    assert [(s["from"], s["pairs"]) for s in steps] == [(0.0, 1), (0.9, 3)]
    assert steps[1]["happened"] == pytest.approx(2 / 3)
    low, high = steps[1]["interval"]
    assert 0 < low < 2 / 3 < high < 1


def test_wilson_never_leaves_the_unit_interval():
    """Even for shares of 0 and 1 of one case."""
    assert wilson(0.0, 1)[0] == 0 and wilson(1.0, 1)[1] == 1


def test_the_report_counts_what_a_threshold_does():
    """Precision and recall of likes and of the others, at one half."""
    found = classified(np.array([0.9, 0.6, 0.4, 0.2]), np.array([True, False, True, False]))
    assert found["accuracy"] == 0.5
    assert found["like"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "pairs": 2}


def test_one_kind_of_outcome_has_no_auc():
    """All likes: AUC is undefined, the rest is not."""
    found = chance_metrics(np.array([0.9, 0.8]), np.array([True, True]))
    assert np.isnan(found["auc"]) and found["brier"] == pytest.approx((0.01 + 0.04) / 2)


def test_no_pairs_are_undefined():
    """Nothing to measure is nan, not 0; there is no report of it."""
    assert all(np.isnan(v) for v in chance_metrics(np.zeros(0), np.zeros(0, bool)).values())
    with pytest.raises(InputError, match="no pairs"):
        classified(np.zeros(0), np.zeros(0, bool))


def test_lengths_must_fit():
    """Three probabilities for two outcomes are refused."""
    with pytest.raises(InputError, match="do not fit"):
        reliability(np.zeros(3), np.zeros(2, bool))
