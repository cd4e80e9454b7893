"""Filters, splits and ties, on worlds small enough to count by hand."""

import numpy as np
import pandas as pd
import pytest
import world

from llmrec_core import behaviour as b
from llmrec_core import tables
from llmrec_core.errors import InputError, UnknownIdError


def frame(rows):
    out = pd.DataFrame(rows, columns=tables.INTERACTION_COLUMNS)
    return out.astype({tables.VALUE: "float32", tables.TIME: "Int64"})


def catalogue(*ids):
    return pd.DataFrame({tables.ITEM: ids, tables.TITLE: ids})


@pytest.fixture
def three():
    """One user, three rows, the file not in the order of time."""
    rows = [("a", "x", 1, 30, None), ("a", "y", 1, 10, None), ("a", "z", 1, 20, None)]
    return b.from_tables(frame(rows), catalogue("x", "y", "z"))


def test_rows_are_sorted_by_time_and_remember_the_file(three):
    """Row ids point to the file, whatever the order of time."""
    assert three.item.tolist() == [1, 2, 0]
    assert three.row.tolist() == [1, 2, 0]


def test_missing_time_keeps_the_order_of_the_file():
    """Without timestamps the file's order is the order of time."""
    rows = [("a", x, 1, pd.NA, None) for x in "zxy"]
    assert b.from_tables(frame(rows), catalogue(*"xyz")).item.tolist() == [2, 0, 1]


def test_the_arrays_cannot_be_written(three):
    """A behaviour is shared by all: writing into it is an error."""
    with pytest.raises(ValueError, match="read-only"):
        three.item[0] = 0


def test_k_core_is_taken_until_nothing_changes():
    """Dropping an item makes a user too small, which makes another item too small."""
    rows = [("a", "x", 1, 1, None), ("a", "y", 1, 2, None), ("b", "x", 1, 1, None),
            ("b", "y", 1, 2, None), ("c", "x", 1, 1, None), ("c", "z", 1, 2, None)]
    left = b.preview_filters(frame(rows), b.Filters(min_per_user=2, min_per_item=2))
    assert (left["rows_after"], left["users_after"], left["items_after"]) == (4, 2, 2)


def test_filters_that_leave_nothing_say_so():
    """The message names the limits that emptied the table."""
    with pytest.raises(InputError, match="leave none of 1 rows.*minimum value"):
        b.from_tables(frame([("a", "x", 1, 1, None)]), catalogue("x"), b.Filters(min_value=9))


def test_an_item_without_a_row_in_the_catalogue_is_named():
    """Rows may only name items of the catalogue."""
    with pytest.raises(InputError, match="'x'"):
        b.from_tables(frame([("a", "x", 1, 1, None)]), catalogue("y"))


def test_unknown_ids_are_named(three):
    """The error shows what ids look like."""
    with pytest.raises(UnknownIdError, match="no user 'nobody'.*look like a"):
        three.user_number("nobody")


@pytest.mark.parametrize("kind", list(b.SplitKind))
def test_every_split_is_a_partition(kind):
    """Each row is in exactly one part, and the two parts number alike."""
    whole = world.behaviour()
    train, test = b.split(whole, b.Split(kind=kind))
    assert sorted([*train.row, *test.row]) == sorted(whole.row)
    assert train.item_ids is test.item_ids
    assert len(test) > 0


def test_last_share_holds_out_the_latest_rows():
    """Nothing held out is older than what the same user trains on."""
    train, test = b.split(world.behaviour(), b.Split(share=0.3))
    for u in range(world.N):
        assert test.time[test.user == u].min() > train.time[train.user == u].max()


def test_a_users_only_row_stays_in_training():
    """Holding out the only row would leave a user of whom nothing is known."""
    one = b.from_tables(frame([("a", "x", 1, 1, None)]), catalogue("x"))
    for kind in ("last_one", "last_share", "random"):
        assert len(b.split(one, b.Split(kind=kind))[0]) == 1


def test_global_time_puts_the_past_in_training():
    """One moment divides all rows."""
    train, test = b.split(world.behaviour(), b.Split(kind="global_time"))
    assert train.time.max() < test.time.min()


def test_random_by_item_is_the_published_split():
    """Rank by the legacy draw in file order within the item, up to round(.75 count) trains."""
    rows = world.interactions()
    draw = np.random.RandomState(42).rand(len(rows))
    rank = pd.Series(draw).groupby(rows[tables.ITEM]).rank(method="first")
    count = rows.groupby(tables.ITEM)[tables.ITEM].transform("size")
    expected = np.flatnonzero(rank > np.round(0.75 * count))
    _, test = b.split(world.behaviour(), b.Split(kind="random_by_item", share=0.25))
    assert sorted(test.row) == expected.tolist()


def test_time_ties_are_counted():
    """Two rows of one second make the last row of their user ambiguous."""
    rows = [("a", "x", 1, 5, None), ("a", "y", 1, 5, None), ("b", "x", 1, 5, None)]
    ties = b.time_ties(b.from_tables(frame(rows), catalogue("x", "y")))
    assert ties == {
        "tied_rows": 2 / 3, "tied_users": 1, "ambiguous_last": 1, "without_time": 0
    }


def test_matrix_counts_a_pair_once():
    """Repeats of a pair are one entry of 1, or the sum of the values given."""
    rows = [("a", "x", 2, 1, None), ("a", "x", 3, 2, None)]
    twice = b.from_tables(frame(rows), catalogue("x", "y"))
    assert twice.matrix().toarray().tolist() == [[1, 0]]
    assert twice.matrix(twice.value).toarray().tolist() == [[5, 0]]
