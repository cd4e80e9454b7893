"""Slices: who is in which, and figures that are means over exactly these."""

import numpy as np
import pandas as pd
import pytest

from llmrec_core import tables
from llmrec_core.evaluate.result import Result
from llmrec_core.evaluate.slices import (
    ITEMS,
    USERS,
    item_slices,
    slice_lines,
    slices_of,
    thirds,
    user_slices,
)

N_USERS, N_ITEMS = 30, 10
COUNTS = np.array([90, 50, 7, 6, 5, 4, 3, 2, 1, 0])


def study() -> tables.Tables:
    """Even users are readers, odd ones viewers; even items are red, odd ones blue and old."""
    ids = [f"u{u}" for u in range(N_USERS)]
    kinds = [["red"] if i % 2 == 0 else ["blue", "old"] for i in range(N_ITEMS)]
    users = pd.DataFrame({
        tables.USER: ids, "job": ["viewer" if u % 2 else "reader" for u in range(N_USERS)],
        "age": [str(20 + u) for u in range(N_USERS)], "zip": ids,
    }).iloc[::-1]  # fmt: skip
    items = pd.DataFrame({
        tables.ITEM: [f"i{i}" for i in range(N_ITEMS)], tables.TITLE: "", "kind": kinds,
    })  # fmt: skip
    rows = pd.DataFrame({
        tables.USER: ids, tables.ITEM: "i0", tables.VALUE: np.float32(1), tables.TIME: pd.NA,
        tables.EVENT: "",
    }).astype({tables.TIME: "Int64", tables.VALUE: "float32"})[tables.INTERACTION_COLUMNS]
    return tables.Tables(
        tables.Interactions(rows), tables.Items(items, (), ("kind",)), tables.Users(users)
    )


def result() -> Result:
    """Everybody is shown items 1 and 2 and was held out 0 and 2; user u has u training items."""
    ids = np.array([f"u{u}" for u in range(N_USERS)])
    held_out = np.array([(u, i) for u in range(N_USERS) for i in (0, 2)])
    value = np.arange(N_USERS) / 100
    value[0] = np.nan
    return Result(
        {}, ids, {"blend": np.tile([1, 2], (N_USERS, 1))},
        {"blend": {"ndcg@2": value, "auc": np.full(N_USERS, 0.5)}},
        held_out=held_out, counts=COUNTS, history=np.arange(N_USERS),
        mainstream=np.linspace(0.9, 0.1, N_USERS),
    )


@pytest.fixture(scope="module")
def frame():
    return slices_of(result(), study())


def pick(frame, **wanted):
    for name, value in wanted.items():
        frame = frame[frame[name] == value]
    return frame.iloc[0] if len(frame) == 1 else frame


def test_users_fall_into_bins_by_their_training_items():
    """Up to 5 is cold, 6 to 20 light, the rest regular; nobody is heavy, so there is no such slice.
    """
    bins = [one for one in user_slices(result(), study().users) if one.by == "training items"]
    assert [(one.name, np.flatnonzero(one.which).tolist()) for one in bins] == [
        ("cold: up to 5", list(range(6))), ("light: 6 to 20", list(range(6, 21))),
        ("regular: 21 to 100", list(range(21, 30))),
    ]


def test_thirds_keep_equals_together_and_leave_the_unknown_out():
    """Ten each of thirty; equal amounts are never cut; fewer than three amounts have no thirds."""
    assert np.bincount(thirds(np.arange(30))).tolist() == [10, 10, 10]
    assert thirds(np.array([1, 1, 1, 1, 2, 3, np.nan])).tolist() == [0, 0, 0, 0, 2, 2, -1]
    assert set(thirds(np.array([1, 1, 2]))) == {-1}


def test_a_value_is_the_mean_over_the_users_of_the_slice(frame):
    """By hand; a user without the metric is not counted; the interval holds the mean."""
    cold = pick(frame, slice="cold: up to 5", metric="ndcg@2")
    assert (cold["n"], cold["value"]) == (5, pytest.approx(np.mean([1, 2, 3, 4, 5]) / 100))
    assert cold["low"] < cold["value"] < cold["high"]
    whole = pick(frame, slice="cold: up to 5", metric="auc")
    assert (whole["n"], whole["value"], whole["low"], whole["high"]) == (6, 0.5, 0.5, 0.5)


def test_mainstream_users_are_those_with_popular_histories(frame):
    """User 0 has the most popular history: the mainstream third are users 0 to 9."""
    row = pick(frame, slice="mainstream", metric="ndcg@2")
    assert row["value"] == pytest.approx(np.mean(np.arange(1, 10)) / 100)
    assert pick(frame, slice="niche", metric="ndcg@2")["value"] == pytest.approx(0.245)


def test_attributes_are_read_by_user_id_not_by_order(frame):
    """The users table is in another order; a number of many values is cut in quarters; a value
    that hardly anybody shares is no slice."""
    row = pick(frame, by="job", slice="viewer", metric="ndcg@2")
    assert (row["n"], row["value"]) == (15, pytest.approx(np.mean(np.arange(1, 30, 2)) / 100))
    ages = pick(frame, by="age", metric="ndcg@2")
    assert ages["slice"].tolist() == [
        "20 to 27.25", "over 27.25 to 34.5", "over 34.5 to 41.75", "over 41.75 to 49",
    ]
    assert ages["n"].tolist() == [7, 7, 7, 8]
    assert not (frame["by"] == "zip").any()


def test_held_out_items_are_judged_by_recall_of_their_kind(frame):
    """Item 2 is found and red, item 0 is red too: 1/2; the head is items 0 and 1, the tail all
    others; nothing blue was held out."""
    assert pick(frame, about=ITEMS, slice="red")["value"] == 0.5
    assert pick(frame, about=ITEMS, slice="tail: the other four fifths")["value"] == 1
    assert pick(frame, about=ITEMS, slice="head: the most popular fifth")["value"] == 0
    assert not frame["slice"].isin(["blue", "old", "new: no training row"]).any()
    assert set(frame.loc[frame["about"] == ITEMS, "metric"]) == {"recall@2"}


def test_an_item_with_several_values_is_in_the_slice_of_each():
    """Item 1 is blue and old: both slices hold its rows."""
    found = result()
    other = Result(**{**vars(found), "held_out": np.array([(u, 1) for u in range(N_USERS)])})
    by_kind = {one.name: one.which for one in item_slices(other, study().items)}
    assert by_kind["blue"].all() and by_kind["old"].all() and "red" not in by_kind


def test_only_the_recipes_asked_for():
    """A row that nobody asks for costs nothing; one that is not there is an error."""
    assert set(slices_of(result(), study(), recipes=["blend"])["recipe"]) == {"blend"}
    with pytest.raises(KeyError):
        slices_of(result(), study(), recipes=["other"])


def test_lines_name_every_slice_once(frame):
    """Users by NDCG, held-out items by recall."""
    lines = list(slice_lines(frame.to_dict("records")))
    assert lines[0].startswith("blend by users: ndcg@2")
    assert sum("viewer" in line for line in lines) == 1
    assert sum("kind: red" in line and "0.5000" in line for line in lines) == 1
    named = frame.drop_duplicates(["about", "by", "slice"])
    assert len(lines) == len(named) + 2 and set(named["about"]) == {USERS, ITEMS}
