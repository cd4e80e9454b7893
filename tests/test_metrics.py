"""Metrics: hand-made lists with formulas as answers; ranx and scikit-learn as outside oracles."""

import doctest
import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from llmrec_core import metrics
from llmrec_core.errors import InputError

ORACLE = """
import json, sys
from ranx import Qrels, Run, evaluate
world = json.load(sys.stdin)
names = {"precision": "precision", "recall": "recall", "ndcg": "ndcg", "map": "map",
         "mrr": "mrr", "hit_rate": "hit_rate"}
found = evaluate(Qrels(world["qrels"]), Run(world["run"]),
                 [f"{name}@{world['n']}" for name in names.values()], return_mean=False)
print(json.dumps({name: list(map(float, values)) for name, values in found.items()}))
"""


def random_world(seed: int, n: int = 7, n_users: int = 60, n_items: int = 30):
    """Lists of n out of 30 items and 1 to 12 relevant ones a user."""
    rng = np.random.default_rng(seed)
    lists = np.array([rng.permutation(n_items)[:n] for _ in range(n_users)], dtype=np.int32)
    dense = np.zeros((n_users, n_items), np.float32)
    for row in dense:
        row[rng.permutation(n_items)[: rng.integers(1, 13)]] = 1
    return lists, csr_matrix(dense)


def from_ranx(lists: np.ndarray, held_out: csr_matrix, n: int) -> dict[str, list[float]]:
    """The oracle's answer, from a child whose numba does not compile (that takes 40 s once)."""
    qrels = {f"u{u:03d}": {f"i{i}": 1 for i in held_out[u].indices} for u in range(len(lists))}
    run = {
        f"u{u:03d}": {f"i{i}": float(-k) for k, i in enumerate(row)} for u, row in enumerate(lists)
    }
    done = subprocess.run(
        [sys.executable, "-c", ORACLE],
        input=json.dumps({"qrels": qrels, "run": run, "n": n}),
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.skipif(importlib.util.find_spec("ranx") is None, reason="ranx is not installed")
def test_all_six_agree_with_ranx_for_every_user():
    """Precision, recall, NDCG, MAP, MRR and hit rate equal ranx's, user by user."""
    lists, held_out = random_world(seed=3)
    ours, theirs = metrics.ranking_metrics(lists, held_out, n=5), from_ranx(lists, held_out, n=5)
    assert ours.keys() == theirs.keys()
    for name, values in ours.items():
        np.testing.assert_allclose(values, theirs[name], atol=1e-12, err_msg=name)


def test_auc_agrees_with_scikit_learn_with_ties_and_without_seen_items():
    """Counting gives roc_auc_score over the candidates, ties counted half."""
    from sklearn.metrics import roc_auc_score

    _, held_out = random_world(seed=5)
    rng = np.random.default_rng(5)
    scores = rng.integers(0, 6, held_out.shape).astype(np.float32)
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    expected = []
    for row, truth in zip(scores, held_out.toarray(), strict=True):
        seen = np.isinf(row)
        both = len(set(truth[~seen])) == 2
        expected.append(roc_auc_score(truth[~seen], row[~seen]) if both else np.nan)
    np.testing.assert_allclose(metrics.auc(scores, held_out), expected)


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 8, 9, 64, 65])
def test_auc_counts_right_at_every_width(width: int):
    """A relevant item that beats k of the others has AUC k / others, from none to all."""
    for beaten in range(width + 1):
        scores = np.arange(width + 1, dtype=np.float32)[None, :]
        truth = csr_matrix(([1.0], ([0], [beaten])), shape=scores.shape)
        assert metrics.auc(scores, truth)[0] == beaten / width


def test_docstring_examples_hold():
    """Every metric carries an example, and all of them run."""
    parts = (metrics.ranking, metrics.scores, metrics.intervals)
    found = [doctest.testmod(part) for part in parts]
    assert sum(f.failed for f in found) == 0 and sum(f.attempted for f in found) >= 10


def test_ndcg_is_the_formula():
    """One hit at the second of three places, two items relevant."""
    got = metrics.ndcg(np.array([[False, True, False]]), np.array([2]))
    assert got[0] == pytest.approx((1 / np.log2(3)) / (1 / np.log2(2) + 1 / np.log2(3)))


def test_a_perfect_list_is_one_where_it_can_be():
    """All hits: NDCG, precision and cut average precision are 1, recall n / relevant."""
    hits, n_relevant = np.ones((1, 4), bool), np.array([8])
    assert metrics.ndcg(hits, n_relevant)[0] == pytest.approx(1)
    assert metrics.precision(hits, 4)[0] == 1
    assert metrics.average_precision(hits, n_relevant, cut=True)[0] == pytest.approx(1)
    assert metrics.average_precision(hits, n_relevant)[0] == pytest.approx(4 / 8)
    assert metrics.recall(hits, n_relevant)[0] == 4 / 8


def test_a_user_without_relevant_items_has_no_value():
    """Undefined is nan in all metrics, so that a nanmean leaves the user out."""
    lists, held_out = np.array([[0, 1], [0, 1]]), csr_matrix([[1, 0, 0], [0, 0, 0]])
    for name, values in metrics.ranking_metrics(lists, held_out, n=2).items():
        assert np.isnan(values).tolist() == [False, True], name
    assert np.isnan(metrics.auc(np.zeros((2, 3)), held_out)).tolist() == [False, True]


def test_padding_is_never_a_hit():
    """-1 must not read as the last item of the user before, nor shorten the divisor."""
    lists, held_out = np.array([[0, -1], [1, -1]]), csr_matrix([[0, 0, 1], [0, 1, 0]])
    hits = metrics.ranked_hits(lists, held_out)
    assert hits.tolist() == [[False, False], [True, False]]
    assert metrics.precision(hits, 2).tolist() == [0, 1 / 2]


def test_explicit_zeros_and_repeated_entries_do_not_count():
    """A stored 0 is not relevant, and one pair stored twice is one relevant item."""
    held_out = csr_matrix(([0.0, 1.0, 1.0], [0, 2, 2], [0, 3]), shape=(1, 3))
    assert metrics.relevant_counts(held_out).tolist() == [1]
    assert metrics.ranked_hits(np.array([[0, 2]]), held_out).tolist() == [[False, True]]


def test_permuting_the_items_permutes_nothing():
    """Metrics depend on which items are relevant, not on their numbers."""
    lists, held_out = random_world(seed=8)
    renamed = np.random.default_rng(1).permutation(held_out.shape[1])
    other = csr_matrix(held_out[:, np.argsort(renamed)])
    before = metrics.ranking_metrics(lists, held_out, n=7)
    after = metrics.ranking_metrics(renamed[lists], other, n=7)
    for name in before:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)


def test_a_list_with_an_unknown_item_is_refused():
    """The error names the item and the size of the catalogue."""
    with pytest.raises(InputError, match="item 7 but the held-out matrix has 3 items"):
        metrics.ranked_hits(np.array([[7]]), csr_matrix((1, 3)))


def test_lists_for_other_users_are_refused():
    """One list a row of the held-out matrix, or an error with both numbers."""
    with pytest.raises(InputError, match=r"\(1, 2\) but 4 users"):
        metrics.ranked_hits(np.array([[0, 1]]), csr_matrix((4, 3)))


def test_lists_too_short_for_n_are_refused():
    """Metrics at 10 from lists of 2 would be other numbers under the same name."""
    with pytest.raises(InputError, match="Metrics at 10 need lists"):
        metrics.ranking_metrics(np.array([[0, 1]]), csr_matrix((1, 3)), n=10)


def test_the_bootstrap_interval_is_that_of_the_normal_mean():
    """For many users it is mean +- 1.96 standard errors, and a seed repeats it."""
    values = np.random.default_rng(0).normal(3, 2, 2000)
    low, high = metrics.bootstrap_interval(values, seed=1)
    error = 1.96 * values.std() / np.sqrt(2000)
    assert (low, high) == pytest.approx((values.mean() - error, values.mean() + error), abs=0.015)
    assert (low, high) == metrics.bootstrap_interval(values, seed=1)
    assert (low, high) != metrics.bootstrap_interval(values, seed=2)


def test_the_bootstrap_covers_the_truth_as_often_as_it_says():
    """Of 200 samples about 80 % of the 80 % intervals hold the true mean."""
    rng = np.random.default_rng(4)
    spans = [
        metrics.bootstrap_interval(rng.exponential(1, 80), seed=s, level=0.8, draws=300)
        for s in range(200)
    ]
    assert 0.70 < np.mean([low <= 1 <= high for low, high in spans]) < 0.88


def test_the_bootstrap_draws_in_blocks_as_in_one(monkeypatch: pytest.MonkeyPatch):
    """Many users are drawn block by block: the interval stays what it is up to chance."""
    values = np.random.default_rng(2).random(500)
    whole = metrics.bootstrap_interval(values, seed=3)
    monkeypatch.setattr(metrics.intervals, "BOOTSTRAP_BLOCK", 1500)
    assert metrics.bootstrap_interval(values, seed=3) == pytest.approx(whole, abs=0.01)


def test_an_interval_of_nothing_is_undefined():
    """No user with a value: (nan, nan)."""
    assert np.isnan(metrics.bootstrap_interval(np.array([np.nan]), seed=0)).all()
