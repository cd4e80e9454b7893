"""Beyond accuracy: hand-made lists whose novelty, diversity and serendipity are plain formulas."""

import doctest

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from llmrec_core import exposure, metrics
from llmrec_core.errors import InputError
from llmrec_core.metrics import beyond

KNOWN = metrics.Known.of(
    csr_matrix(np.array([[1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])),
    counts=np.array([5, 1, 1, 0]),
    vectors=np.array([[2, 0], [0, 3], [4, 4], [0, 0]], np.float32),
)
"""Item 0 is taken by three of three people (five times), items 1 and 2 by one, item 3 by none."""


def test_docstring_examples_hold():
    """Every metric carries an example, and all of them run."""
    found = [doctest.testmod(part) for part in (beyond, metrics.paired)]
    assert sum(f.failed for f in found) == 0 and sum(f.attempted for f in found) >= 7


def test_what_is_known_counts_people_once_and_only_those_with_rows():
    """Five rows of item 0 are three people; the fourth user has none and is not counted."""
    assert KNOWN.takers.tolist() == [3, 1, 1, 0]
    assert KNOWN.n_users == 3
    np.testing.assert_allclose(np.linalg.norm(KNOWN.vectors, axis=1), [1, 1, 1, 0])


def test_novelty_is_the_mean_information_of_the_shown_items():
    """-log2 of the share of people; what nobody took counts as taken by one."""
    lists = np.array([[0, 1], [3, -1], [-1, -1]])
    got = beyond.novelty(lists, KNOWN.takers, KNOWN.n_users)
    np.testing.assert_allclose(got, [-np.log2(1 / 3) / 2, -np.log2(1 / 3), np.nan])


def test_more_takers_than_people_are_refused():
    """Rows instead of people would make an item less than not new."""
    with pytest.raises(InputError, match="taken by 5 of 3 users"):
        beyond.novelty(np.array([[0]]), np.array([5]), 3)


def test_diversity_is_the_mean_over_all_pairs():
    """By hand: cosines 0, 1/sqrt 2 and 1/sqrt 2 of three items, 0 with an item without text."""
    lists = np.array([[0, 1, 2], [0, 3, -1], [1, -1, -1], [-1, -1, -1]])
    got = beyond.diversity(lists, KNOWN.vectors)
    np.testing.assert_allclose(got[:2], [1 - 2 / np.sqrt(2) / 3, 1], atol=1e-6)
    assert np.isnan(got[2:]).all()


def test_diversity_in_blocks_equals_diversity_through_the_pairs(monkeypatch):
    """The squared length of the sum is the sum over pairs, however the users are cut."""
    rng = np.random.default_rng(0)
    vectors = beyond.unit_rows(rng.standard_normal((30, 8)))
    lists = np.array([rng.permutation(30)[:6] for _ in range(20)])
    lists[::3, 4:] = -1
    expected = []
    for row in lists:
        z = vectors[row[row >= 0]]
        cosine = z @ z.T
        expected.append(1 - cosine[np.triu_indices(len(z), 1)].mean())
    monkeypatch.setattr(beyond, "BLOCK", 50)
    np.testing.assert_allclose(beyond.diversity(lists, vectors), expected, atol=1e-6)


def test_serendipity_pays_for_hits_that_popularity_would_not_bring():
    """Item 1 first: 4/4 - (5 - 2)/4; item 3, which nobody took: all of its place; misses nothing.
    """
    lists = np.array([[1, 0], [3, 1], [1, 3], [-1, -1]])
    hits = np.array([[True, True], [True, False], [False, False], [False, False]])
    got = beyond.serendipity(lists, hits, KNOWN.counts)
    np.testing.assert_allclose(got, [(4 / 4 - 3 / 4) / 2, (4 / 4) / 2, 0, np.nan])
    defined = beyond.serendipity(lists, hits, KNOWN.counts, np.array([2, 0, 1, 1]))
    assert np.isnan(defined).tolist() == [False, True, False, True]


def test_the_most_popular_list_is_no_surprise():
    """Hits in the order of popularity are worth nothing, in the reverse order something."""
    counts = np.array([9, 8, 7, 6])
    hits = np.ones((1, 4), bool)
    assert beyond.serendipity(np.array([[0, 1, 2, 3]]), hits, counts)[0] == 0
    assert beyond.serendipity(np.array([[3, 2, 1, 0]]), hits, counts)[0] > 0


def test_all_metrics_come_together_and_undefined_is_nan():
    """Ranking metrics as alone; novelty needs no relevant item; without texts no diversity."""
    lists, held_out = np.array([[1, 3], [0, 2]]), csr_matrix([[0, 0, 0, 1], [0, 0, 0, 0]])
    got = metrics.list_metrics(lists, held_out, KNOWN, n=2)
    for name, values in metrics.ranking_metrics(lists, held_out, n=2).items():
        np.testing.assert_array_equal(got[name], values)
    assert np.isnan(got["serendipity@2"]).tolist() == [False, True]
    assert np.isfinite(got["novelty@2"]).all() and np.isfinite(got["diversity@2"]).all()
    bare = metrics.Known(KNOWN.counts, KNOWN.takers, 3)
    assert np.isnan(metrics.list_metrics(lists, held_out, bare, n=2)["diversity@2"]).all()


def test_the_tails_figures_are_those_of_the_report():
    """One way of computing each: the short form has the report's names and values."""
    rng = np.random.default_rng(1)
    lists = rng.integers(-1, 12, (30, 5))
    counts = rng.integers(0, 9, 12)
    assert exposure.tail_metrics(lists, counts) == exposure.exposure_report(lists, counts).metrics


def test_intervals_of_many_columns_are_those_of_each():
    """The same up to chance as one by one; nan counts for nobody, nothing gives nan."""
    rng = np.random.default_rng(2)
    table = np.column_stack([rng.normal(3, 2, 800), rng.random(800), np.full(800, np.nan)])
    table[::2, 1] = np.nan
    low, high = metrics.bootstrap_intervals(table, seed=4)
    for k in range(2):
        alone = metrics.bootstrap_interval(table[:, k], seed=5)
        assert (low[k], high[k]) == pytest.approx(alone, abs=0.02)
    assert np.isnan([low[2], high[2]]).all()
    again = metrics.bootstrap_intervals(table, seed=4)
    np.testing.assert_array_equal([low, high], again)


def test_intervals_are_drawn_in_blocks_as_in_one(monkeypatch):
    """Many users are drawn block by block, and every draw has as many users as there are."""
    table = np.random.default_rng(3).random((300, 1))
    whole = metrics.bootstrap_intervals(table, seed=1)
    monkeypatch.setattr(metrics.intervals, "BOOTSTRAP_BLOCK", 700)
    np.testing.assert_allclose(metrics.bootstrap_intervals(table, seed=1), whole, atol=0.01)
    ones = np.ones((300, 1))
    np.testing.assert_allclose(metrics.bootstrap_intervals(ones, seed=1), 1)
