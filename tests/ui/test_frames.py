"""The small tables that are shown."""

import numpy as np
import pytest

from llmrec_core import compare, explain, row_ids
from llmrec_core.recommender import Recommender
from llmrec_core.ui import frames


@pytest.fixture
def recommender(built_study):
    return Recommender(built_study)


def test_arrows_tell_the_way():
    """Places gained point up, places lost down, none say nothing."""
    assert [frames.moved(x) for x in (3, -2, 0, 1200)] == ["↑ 3", "↓ 2", "", "↑ 1,200"]


def test_the_parts_of_a_row_sum_to_its_score(recommender):
    """What is shown adds up."""
    block = recommender.block(recommender.profile("u03"))
    weights = recommender.weights({"taste": 0.5, "sequence": 1.0, "popularity": 0.3})
    lines = recommender.ranked(block, weights, 8).items
    fitted = compare.ranks(block, recommender.weights(), [line.item for line in lines])
    frame = frames.list_frame(recommender, lines, fitted, ["year"])
    parts = [name for name in frame.columns if name.endswith(" part")]
    assert frame[parts].sum(axis=1).to_numpy() == pytest.approx(frame["Score"].to_numpy(), rel=1e-4)
    assert frame["Rank"].tolist() == list(range(1, 9)) and (frame["Year"] != "").all()


def test_a_ledger_matrix_adds_up_both_ways(recommender):
    """Cells sum to the row's sum, rows to the entry, entries to the score."""
    profile = recommender.profile("u03")
    block, weights = recommender.block(profile), recommender.weights()
    item = recommender.ranked(block, weights, 1).items[0]
    entries = recommender.explain(profile, block, weights, item.item)
    for entry in entries:
        frame = frames.ledger_frame(entry)
        cells = frame.iloc[:, 2:-1]
        split = cells.notna().any(axis=1)
        sums = cells[split].sum(axis=1).to_numpy()
        assert sums == pytest.approx(frame.loc[split, "Sum"].to_numpy(), rel=1e-6, abs=1e-9)
        assert frame["Sum"].sum() == pytest.approx(entry.contribution, rel=1e-6)
    assert explain.total(entries) == pytest.approx(item.score, rel=1e-4)


def test_history_is_latest_first_and_searchable(recommender):
    """All rows of the user and nobody else's; a search keeps the titles that have its words."""
    frame = frames.history_frame(recommender, "u02")
    mine = recommender.tables.interactions.frame.query("user_id == 'u02'")
    assert sorted(frame["Row"]) == sorted(mine.index)
    assert frame["Date"].is_monotonic_decreasing
    hearts = frames.history_frame(recommender, "u02", "HEART")
    assert 0 < len(hearts) < len(frame) and hearts["Title"].str.startswith("Heart").all()


def test_a_title_that_looks_like_a_formula_is_inert(recommender):
    """Exported cells run nowhere."""
    titles = recommender.titles.copy()
    titles[int(recommender.profile("u02").item[0])] = "=HYPERLINK(1)"
    recommender.titles = titles
    assert "'=HYPERLINK(1)" in frames.history_frame(recommender, "u02")["Title"].tolist()


def test_missing_dates_stay_missing(recommender):
    """No timestamp is no date, not 1970."""
    table = recommender.tables.interactions.frame
    table.loc[table["user_id"] == "u02", "timestamp"] = None
    assert np.isnat(frames.history_frame(recommender, "u02")["Date"].to_numpy()).all()


def test_row_ids_are_evidence_only_where_all_are_still_the_users_own(recommender):
    """Another user's row, one that is gone or a negative one: all are from earlier data."""
    table = recommender.tables.interactions.frame
    mine = table.index[table["user_id"] == "u05"].tolist()
    assert row_ids.are_own(recommender, "u05", mine)
    for foreign in (mine[-1] + 1, len(table), 10**12, -1):
        assert not row_ids.are_own(recommender, "u05", [*mine, foreign])
