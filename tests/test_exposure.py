"""Exposure: a catalogue of ten items whose answers can be counted by hand."""

import dataclasses
import json

import numpy as np
import pytest

from llmrec_core import exposure
from llmrec_core.errors import InputError
from llmrec_core.exposure import compare, exposure_report

COUNTS = np.array([90, 50, 40, 30, 20, 10, 8, 6, 4, 2])
LISTS = np.array([[0, 1], [0, 2], [0, 9], [0, -1]], dtype=np.int32)


@pytest.fixture
def report() -> exposure.ExposureReport:
    """Seven places: item 0 four times, items 1, 2 and 9 once."""
    return exposure_report(LISTS, COUNTS)


def test_items_are_counted_and_padding_is_not(report):
    """Times shown, by item number; -1 is nobody."""
    assert report.shown.tolist() == [4, 1, 1, 0, 0, 0, 0, 0, 0, 1]


def test_coverage_and_tail_share_are_counted(report):
    """Four of ten items are shown; two of seven places go to the least popular eight."""
    assert report.metrics["coverage@2"] == 4 / 10
    assert report.metrics["tail_share@2"] == 2 / 7


def test_popularity_is_averaged_over_shown_places(report):
    """Mean count, mean log(1 + count) and mean percentile of the seven places."""
    shown = np.array([0, 0, 0, 0, 1, 2, 9])
    assert report.average_popularity == pytest.approx(COUNTS[shown].mean())
    assert report.average_log_popularity == pytest.approx(np.log1p(COUNTS[shown]).mean())
    assert report.average_percentile == pytest.approx(((9 - shown + 0.5) / 10).mean())


def test_gini_is_the_mean_difference():
    """Half the mean absolute difference over the mean, computed pair by pair."""
    x = np.random.default_rng(0).pareto(1, 40)
    pairs = np.abs(x[:, None] - x).mean()
    assert exposure.gini(x) == pytest.approx(pairs / (2 * x.mean()))


def test_gini_at_its_ends():
    """All alike is 0; one of n having everything is (n - 1) / n."""
    assert exposure.gini(np.full(5, 3)) == 0
    assert exposure.gini(np.array([0, 0, 0, 9])) == 3 / 4


def test_the_lorenz_curve_agrees_with_the_gini(report):
    """Twice the area between the diagonal and the curve is the Gini index."""
    x, y = report.lorenz.T
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert 1 - 2 * np.trapezoid(y, x) == pytest.approx(report.gini)


def test_a_large_catalogue_gets_a_short_curve():
    """At most 201 points, each exactly on the curve of all items."""
    amounts = np.arange(1, 5001)
    points = exposure.lorenz_points(amounts)
    assert len(points) == exposure.LORENZ_POINTS
    at = np.rint(points[:, 0] * 5000)
    np.testing.assert_allclose(points[:, 1], at * (at + 1) / (5000 * 5001))


def test_deciles_go_from_popular_to_rare(report):
    """With ten items each is a decile: shares of interactions and of places, items shown."""
    table = report.deciles
    assert table["decile"].tolist() == list(range(1, 11))
    np.testing.assert_allclose(table["interaction_share"], COUNTS / COUNTS.sum())
    np.testing.assert_allclose(table["exposure_share"], report.shown / 7)
    assert table["items_shown"].tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 0, 1]


def test_deciles_hold_every_item_once():
    """Sizes of a catalogue that ten does not divide differ by at most one."""
    table = exposure_report(LISTS, np.arange(23)).deciles
    assert table["items"].sum() == 23 and set(table["items"]) == {2, 3}


def test_ties_in_popularity_go_to_the_lower_number():
    """Items 1 and 2 tie for the second place of the head: the lower number is in it."""
    counts = np.array([9, 5, 5, 1, 1])
    shown = exposure_report(np.array([[0], [1], [2], [2]]), counts, tail_share=0.6)
    assert shown.tail_share == 2 / 4
    many = np.ones(5000)
    assert exposure.popularity_order(many).tolist() == list(range(5000))


def test_the_tail_is_not_cut_by_rounding():
    """0.29 x 100 is 28.999… in binary: the tail still has 29 items."""
    lists = np.arange(100)[:, None]
    assert exposure_report(lists, np.arange(100), tail_share=0.29).tail_share == 29 / 100


def test_permuting_the_items_changes_no_number():
    """Without ties in popularity, item numbers carry no meaning."""
    new = np.random.default_rng(3).permutation(10)
    lists = np.where(LISTS >= 0, new[LISTS], -1)
    moved = exposure_report(lists, COUNTS[np.argsort(new)])
    assert moved.metrics == pytest.approx(exposure_report(LISTS, COUNTS).metrics)


def test_compare_says_who_gains_and_who_loses(report):
    """Changed items only, the largest gain first, ties by number; gains and losses balance."""
    other = exposure_report(np.array([[0, 1], [3, 2], [0, 3], [5, -1]]), COUNTS)
    table = compare(report, other)
    assert table["item"].tolist() == [3, 5, 9, 0]
    assert table["before"].tolist() == [0, 0, 1, 4]
    assert table["after"].tolist() == [2, 1, 0, 2]
    assert table["change"].tolist() == [2, 1, -1, -2]


def test_a_report_has_nothing_to_compare_with_itself(report):
    """No change, no rows."""
    assert len(compare(report, report)) == 0


def test_settings_that_cannot_be_subtracted_are_refused(report):
    """Lists of another length would gain everywhere."""
    with pytest.raises(InputError, match="4 lists of 2 from 10 items, the other 4 lists of 1"):
        compare(report, exposure_report(LISTS[:, :1], COUNTS))


def test_no_lists_leave_everything_undefined_but_the_coverage():
    """Nothing shown: coverage 0, the rest nan, null in the JSON."""
    empty = exposure_report(np.zeros((0, 10), np.int32), COUNTS)
    values = dict(empty.metrics)
    assert values.pop("coverage@10") == 0
    assert np.isnan(list(values.values())).all()
    assert np.isnan(empty.lorenz[:, 1]).all() and empty.deciles["exposure_share"].isna().all()
    assert empty.to_json()["metrics"]["gini"] is None


def test_a_catalogue_of_one_item_has_no_tail():
    """It is wholly covered and equal to itself; its tail is empty, so undefined."""
    one = exposure_report(np.array([[0], [0]]), np.array([5]))
    assert (one.coverage, one.gini, one.average_percentile) == (1, 0, 0.5)
    assert np.isnan(one.tail_share)
    assert one.deciles["items"].tolist() == [1] + [0] * 9


def test_equal_counts_have_no_tail_and_only_average_items():
    """Nobody is less popular than another: no tail share, everyone at percentile .5."""
    flat = exposure_report(LISTS, np.full(10, 3))
    assert np.isnan(flat.tail_share)
    assert flat.average_percentile == pytest.approx(0.5)


def test_an_unused_catalogue_has_no_interaction_shares():
    """All counts 0: shares of nothing are nan, exposure is still counted."""
    unused = exposure_report(LISTS, np.zeros(10, np.int64))
    assert unused.deciles["interaction_share"].isna().all()
    assert unused.deciles["exposure_share"].sum() == pytest.approx(1)
    assert unused.average_popularity == 0


@pytest.mark.parametrize(
    ("lists", "counts", "message"),
    [
        (np.array([[10]]), COUNTS, "item 10 but there are counts for 10 items"),
        (np.array([[-2]]), COUNTS, "item -2"),
        (np.array([3]), COUNTS, r"shape \(1,\)"),
        (LISTS, np.array([1.0, np.nan, 2.0]), "Item 1 has a training count of nan"),
        (LISTS, np.array([]), "at least one item"),
    ],
)
def test_impossible_input_is_refused_by_name(lists, counts, message):
    """The error names the item or the shape."""
    with pytest.raises(InputError, match=message):
        exposure_report(lists, counts)


def test_counts_for_another_catalogue_are_refused():
    """Both numbers are in the error."""
    with pytest.raises(InputError, match="10 training counts for a catalogue of 12"):
        exposure_report(LISTS, COUNTS, 12)


def test_the_json_is_plain_and_has_the_contract_keys():
    """setting, metrics, deciles: what `llmrec exposure --json` prints."""
    report = exposure_report(LISTS, COUNTS, setting={"weights": {"taste": 1.0}})
    document = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert list(document) == ["setting", "metrics", "deciles"]
    assert document["setting"]["weights"] == {"taste": 1.0} and document["setting"]["n"] == 2
    assert {"gini", "coverage@2", "tail_share@2", "average_popularity"} <= set(document["metrics"])
    assert len(document["deciles"]) == 10 and document["deciles"][0]["items_shown"] == 1


def test_a_report_cannot_be_changed(report):
    """Frozen fields and read-only arrays; the caller's counts stay writable."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.gini = 0.0
    for array in (report.shown, report.counts, report.lorenz):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert COUNTS.flags.writeable
