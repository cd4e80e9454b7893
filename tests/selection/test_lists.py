"""Lists of some users beside everybody's, with lists that can be counted by hand."""

import numpy as np
import pytest

from llmrec_core.behaviour import Behaviour
from llmrec_core.exposure import tail_metrics
from llmrec_core.recommender import Recommender
from llmrec_core.selection import (
    Sampled,
    exposure_of,
    listed_for,
    listed_to,
    shown_of,
    some_lists,
)

LISTS = np.array([[0, 1], [0, 2], [3, 1], [3, -1]], np.int32)
EVERYBODY = Sampled(np.arange(4), LISTS, 4)
THEM = Sampled(np.array([0, 1]), LISTS[:2], 2)
COUNTS = np.array([5, 3, 1, 1])
ROWS = [(0, 3), (2, 0), (2, 0), (3, 1)]
BEHAVIOUR = Behaviour(
    np.array(list("abcd"), object), np.array(list("wxyz"), object),
    np.array([u for u, _ in ROWS], np.int32), np.array([i for _, i in ROWS], np.int32),
    np.ones(4, np.float32), np.arange(4), np.arange(4),
)  # fmt: skip


def test_their_list_is_what_stands_in_most_of_theirs():
    """Item 0 is in both of their lists, in half of everybody's, always first."""
    first = listed_for(THEM, EVERYBODY, 4).iloc[0]
    assert (first["item"], first["lists"], first["place"]) == (0, 2, 1.0)
    assert (first["share"], first["share_all"], first["lift"]) == (2 / 2, 2 / 4, 2.0)


def test_their_exposure_is_held_against_as_many_lists():
    """Coverage of two lists is not that of four: drawn as often as asked, ends included."""
    found = exposure_of(THEM, EVERYBODY, COUNTS, draws=50).set_index("figure")
    for name, value in tail_metrics(THEM.lists, COUNTS).items():
        assert found.loc[name, "them"] == value
    cover = found.loc["coverage@2"]
    assert cover["them"] == 3 / 4
    assert cover["low"] == 2 / 4 and cover["high"] == 4 / 4  # users 2 and 3; users 1 and 2
    assert cover["low"] < cover["usual"] < cover["high"]


def test_items_are_shown_against_how_often_they_are_taken():
    """Item 3 has two of seven places and one of ten rows."""
    found = shown_of([3, 0], EVERYBODY, COUNTS).set_index("item")
    assert found.loc[3, "ratio"] == pytest.approx((2 / 7) / (1 / 10))
    assert found.loc[3, "share"] == 2 / 4
    unknown = shown_of([3], EVERYBODY, np.array([1, 1, 1, 0]))
    assert np.isnan(unknown["ratio"][0])


def test_who_gets_them_is_in_order_of_how_many():
    """User 0 gets both items, users 1 and 2 one; user 2 has taken item 0, counted once."""
    found = listed_to([0, 1], EVERYBODY, BEHAVIOUR)
    assert found["user"].tolist() == [0, 1, 2]
    assert found["listed"].tolist() == [2, 1, 1] and found["best"].tolist() == [1, 1, 2]
    assert found["taken"].tolist() == [0, 0, 1]


def test_lists_of_some_users_are_theirs(built_study):
    """The same as ranking for each; above the budget as many are drawn, always the same."""
    recommender = Recommender(built_study)
    weights, profiles = recommender.weights(), recommender.profiles_in_force()
    found = some_lists(recommender, profiles, weights, [7, 3], n=5)
    assert found.users.tolist() == [3, 7] and not found.sampled
    assert np.array_equal(found.lists, recommender.all_lists(weights, 5)[[3, 7]])
    drawn = some_lists(recommender, profiles, weights, range(20), n=5, most=4)
    again = some_lists(recommender, profiles, weights, range(20), n=5, most=4)
    assert len(drawn.users) == 4 and drawn.sampled and drawn.of == 20
    assert np.array_equal(drawn.users, again.users)
