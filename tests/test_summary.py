"""The figures of the overview, on a world whose counts are known."""

from __future__ import annotations

import numpy as np
import pytest

from llmrec_core import summary, tables
from llmrec_core.behaviour import SplitKind, from_tables
from llmrec_core.tables import Interactions, Tables, Users
from tests import world


@pytest.fixture
def loaded() -> Tables:
    import pandas as pd

    frame = world.interactions()
    users = pd.DataFrame({tables.USER: frame[tables.USER].unique()})
    return Tables(Interactions(frame), world.items(), Users(users))


@pytest.fixture
def told(loaded: Tables) -> summary.Summary:
    return summary.summarise(loaded, from_tables(loaded.interactions.frame, loaded.items.frame))


def test_counts(told: summary.Summary) -> None:
    """Every user has eleven items of their kind and two of the other; no pair occurs twice."""
    rows = world.N * (world.N // 2 - 1 + 2)
    assert (told.users, told.items, told.interactions) == (world.N, world.N, rows)
    assert told.density == pytest.approx(rows / world.N**2)
    assert told.per_user == rows / world.N and told.value_range == (1.0, 5.0)


def test_span_counts_both_ends(told: summary.Summary) -> None:
    """All rows fall on one day, 12 January 1970."""
    assert str(told.first) == str(told.last) == "1970-01-12" and told.days == 1


def test_no_times_is_none_not_1970(loaded: Tables) -> None:
    """Without times there is no span and every row is reported as undated."""
    frame = loaded.interactions.frame.assign(**{tables.TIME: None})
    frame[tables.TIME] = frame[tables.TIME].astype("Int64")
    told = summary.summarise(loaded, from_tables(frame, loaded.items.frame))
    assert told.first is None and told.days is None
    assert f"{len(frame)} rows have no time" in summary.ties_sentence(told.ties, told.users)


def test_popular_items_come_first(told: summary.Summary) -> None:
    """The list falls by interactions, and its first item has the largest count."""
    assert told.popular["interactions"].is_monotonic_decreasing
    assert told.popular["interactions"].iloc[0] == told.counts.max()


def test_head_share_of_an_even_and_an_extreme_catalogue() -> None:
    """A fifth of equal items gets a fifth; one item that has all gets all; nothing is nan."""
    assert summary.head_share(np.full(10, 7)) == pytest.approx(0.2)
    assert summary.head_share(np.array([9, 0, 0, 0, 0])) == 1.0
    assert np.isnan(summary.head_share(np.zeros(5, int)))


def test_coverage_counts_what_is_there() -> None:
    """An emptied text and an emptied list are missing; distinct values are counted once."""
    items = world.items()
    items.frame.loc[0, "plot"] = ""
    items.frame.at[1, "genres"] = []
    told = summary.coverage(items).set_index("field")
    share = (world.N - 1) / world.N
    assert told.loc["plot", "share"] == told.loc["genres", "share"] == share
    assert told.loc["genres", "values"] == 2 and told.loc["title", "share"] == 1.0


def test_ties_are_told_in_words() -> None:
    """A day without ties needs no sentence; one with ties names users and last rows."""
    calm = {"tied_rows": 0.0, "tied_users": 0, "ambiguous_last": 0, "without_time": 0}
    assert summary.ties_sentence(calm, 9) == ""
    words = summary.ties_sentence({**calm, "tied_rows": 0.5, "tied_users": 4}, 9)
    assert "50%" in words and "4 of 9 users" in words


def test_split_table_has_every_kind_and_one_row_a_user_for_the_last() -> None:
    """`last_one` holds out one row of each user; shares are of all rows."""
    told = summary.split_table(world.behaviour(), 0.2).set_index("kind")
    assert set(told.index) == {kind.value for kind in SplitKind if not kind.of_a_table}
    assert told.loc["last_one", "rows"] == told.loc["last_one", "users"] == world.N
    rows, share = told.loc["last_share", ["rows", "share"]]
    assert share == rows / len(world.behaviour())
