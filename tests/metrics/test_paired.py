"""Paired tests: SciPy as the oracle, and answers that are obvious."""

import numpy as np
import pytest
from scipy import stats

from llmrec_core.errors import InputError
from llmrec_core.evaluate.bench import BASELINE
from llmrec_core.evaluate.significance import significance, significance_lines
from llmrec_core.metrics import against, holm


def values(seed=0, users=80):
    """Two recipes: one a little better than the base, one as good."""
    rng = np.random.default_rng(seed)
    base = rng.random(users)
    return {
        "base": base, "better": base + 0.05 + rng.normal(0, 0.1, users),
        "alike": base + rng.normal(0, 0.1, users),
    }


def test_p_values_are_scipys():
    """t and signed rank exactly; random flips within what 10,000 draws leave open."""
    given = values()
    for name, found in against(given, "base").items():
        difference = given[name] - given["base"]
        assert found.p_t == pytest.approx(stats.ttest_rel(given[name], given["base"]).pvalue)
        assert found.p_signed == pytest.approx(stats.wilcoxon(difference).pvalue)
        theirs = stats.permutation_test(
            (difference,), lambda x, axis: x.mean(axis=axis), permutation_type="samples",
            vectorized=True, n_resamples=9_999, rng=np.random.default_rng(1),
        ).pvalue
        assert found.p_flips == pytest.approx(theirs, abs=4 * np.sqrt(0.25 / 9_999))
        assert found.points == pytest.approx(difference.mean())
        assert found.interval[0] < found.points < found.interval[1]
        assert found.percent == pytest.approx(100 * difference.mean() / given["base"].mean())


def test_what_is_always_better_is_significant_and_what_is_equal_is_not():
    """All of 40 users gain: only the two all-alike draws of 2^40 could reach that."""
    base = np.linspace(0, 1, 40)
    found = against({"base": base, "more": base + 0.1, "same": base.copy()}, "base")
    assert found["more"].p_flips == pytest.approx(1 / 10_000)
    assert found["more"].p == pytest.approx(2 / 10_000)
    assert found["same"].p == found["same"].p_t == found["same"].p_signed == 1
    assert found["same"].points == 0


def test_flips_are_right_under_the_null():
    """Without a difference p is below 10 % about one time in ten."""
    rng = np.random.default_rng(7)
    given = {f"r{k}": rng.normal(0, 1, 30) for k in range(300)} | {"base": np.zeros(30)}
    p = np.array([found.p_flips for found in against(given, "base").values()])
    assert 0.05 < np.mean(p < 0.1) < 0.16


def test_users_without_a_value_are_left_out_of_both():
    """nan in either: the figures are those of the others."""
    given = values(users=60)
    holes = {name: x.copy() for name, x in given.items()}
    holes["base"][:10] = np.nan
    holes["better"][50:] = np.nan
    one = against(holes, "base")["better"]
    other = against({"base": given["base"][10:50], "better": given["better"][10:50]}, "base")
    assert one.users == 40
    assert (one.points, one.p_t) == pytest.approx((other["better"].points, other["better"].p_t))
    assert one.percent == pytest.approx(other["better"].percent)


def test_holm_is_the_textbook():
    """Smallest times k, the next times k - 1, never falling, at most 1; nan is not counted."""
    got = holm(np.array([0.02, 0.5, 0.01, np.nan, 0.9]))
    np.testing.assert_allclose(got, [0.02 * 3, 1.0, 0.01 * 4, np.nan, 1.0])
    assert len(holm(np.array([]))) == 0


def test_nothing_to_compare_is_nan_and_other_users_are_refused():
    """No user with both values; rows of different users; a row that is not there."""
    found = against({"a": np.array([np.nan, 1.0]), "b": np.array([1.0, np.nan])}, "a")["b"]
    assert found.users == 0 and np.isnan([found.points, found.p, found.p_t, found.p_signed]).all()
    with pytest.raises(InputError, match="b has values for 2 users but a for 3"):
        against({"a": np.zeros(3), "b": np.zeros(2)}, "a")
    with pytest.raises(InputError, match="no row 'c'.*the rows are a"):
        against({"a": np.zeros(3)}, "c")
    assert against({"a": np.zeros(3)}, "a") == {}


def test_an_evaluation_names_what_beats_the_best_signal_and_plain_ease():
    """The best single row is the reference; lines say better, worse and how many are unclear."""
    rng = np.random.default_rng(3)
    base = rng.uniform(0.2, 0.4, 60)
    rows = {
        "taste": base, "popularity": base - 0.1, BASELINE: base + rng.normal(0, 0.01, 60),
        "blend": base + 0.1,
    }
    given = {name: {"ndcg@10": x} for name, x in rows.items()}
    found = significance(given, "ndcg@10", ["popularity", "taste"])
    assert list(found["references"]) == ["taste", BASELINE]
    assert set(found["references"]["taste"]) == {"popularity", BASELINE, "blend"}
    assert found["references"]["taste"]["blend"]["points"] == pytest.approx(0.1)
    lines = list(significance_lines(found))
    assert "1 of 3 rows cannot be told apart" in lines[0]
    assert found["best"] == "taste" and "against taste, the best signal in the test (" in lines[0]
    assert not any(f"{BASELINE}, the best" in line for line in lines)
    assert lines[1].strip().startswith("better: blend +0.1000 (p < .001)")
    assert lines[2].strip().startswith("worse: popularity -0.1000")
