"""What counts as moving the right way, on lists that can be read off."""

import numpy as np
import pytest

from llmrec_core.metrics import ndcg
from llmrec_core.steer.measures import kind_ndcg, moved_right, places, top_lists
from llmrec_core.steer.weights import MOST_PRICE, TARGET, Point, enough, tried

HAS = np.array([[True, False], [True, False], [False, True], [False, True]])
ALL = np.ones((1, 4), bool)


def test_top_lists_are_the_best_scores_in_order():
    """Ties keep the order of the catalogue; nothing below the depth."""
    score = np.array([[1.0, 3.0, 3.0, 2.0]])
    assert top_lists(score, 3).tolist() == [[1, 2, 3]]
    assert top_lists(score, 9).tolist() == [[1, 2, 3, 0]]


def test_kind_ndcg_is_ndcg_with_the_kind_as_relevance():
    """Items 0 and 1 are of kind 0; a list of 0 and 2 has one hit of each, at places 1 and 2."""
    found = kind_ndcg(np.array([[0, 2]]), HAS, ALL)
    ideal = 1 + 1 / np.log2(3)
    assert found[0] == pytest.approx([1 / ideal, (1 / np.log2(3)) / ideal])
    assert found[0, 0] == ndcg(np.array([[True, False]]), np.array([2]))[0]


def test_a_kind_that_is_no_candidate_has_no_value():
    """nan, not 0: the user has seen all of it."""
    candidates = np.array([[True, True, False, False]])
    assert np.isnan(kind_ndcg(np.array([[0, 1]]), HAS, candidates)[0, 1])


def test_what_was_seen_is_no_hit():
    """A list longer than what is open ends in seen items: item 1 is of kind 0 and adds nothing."""
    candidates = np.array([[True, False, True, False]])
    found = kind_ndcg(np.array([[2, 0, 1, 3]]), HAS, candidates)
    assert found[0] == pytest.approx([1 / np.log2(3), 1])


def test_both_must_move_and_a_tie_is_not_right():
    """Favourite 0, least favourite 1: fell and rose; only fell; only rose; neither."""
    before = np.array([[0.5, 0.5]] * 4)
    after = np.array([[0.4, 0.6], [0.4, 0.5], [0.5, 0.6], [0.5, 0.5]])
    right = moved_right(before, after, np.zeros(4, int), np.ones(4, int))
    assert right.tolist() == [True, False, False, False]


def test_places_count_from_one():
    """The best item is at place 1; seen ones, at -inf, are behind all."""
    score = np.array([[0.1, 0.9, -np.inf], [0.5, 0.2, 0.7]])
    assert places(score, np.array([1, 1])).tolist() == [1, 3]


def points(*triples):
    return [Point(weight, ndcg, 0.1, right) for weight, ndcg, right in triples]


def test_the_smallest_weight_that_reaches_the_target_is_taken():
    """Larger ones steer more and are not needed."""
    curve = points((0.0, 0.30, 0.1), (0.5, 0.30, TARGET), (1.0, 0.30, 0.99))
    assert enough(curve, 0.0) == 0.5


def test_a_weight_that_accuracy_chose_is_never_lowered():
    """Steering asks for no less than the most accurate blend already has."""
    curve = points((0.0, 0.2, 0.9), (0.5, 0.3, 0.95), (1.0, 0.29, 0.99))
    assert enough(curve, 0.5) == 0.5


def test_no_more_than_the_price_is_paid():
    """The target is out of reach within it: the nearest affordable weight."""
    floor = 0.30 * (1 - MOST_PRICE)
    curve = points((0.0, 0.30, 0.0), (0.5, floor + 1e-6, 0.6), (1.0, floor - 1e-6, 0.9))
    assert enough(curve, 0.0) == 0.5


def test_where_nothing_steers_the_weight_stays():
    """Equal shares: the smallest weight costs least."""
    curve = points((0.0, 0.30, 0.0), (0.5, 0.30, 0.0))
    assert enough(curve, 0.0) == 0.0


def test_the_most_accurate_weight_is_among_those_tried():
    """Or its price could not be told."""
    assert 0.35 in tried({"description": 0.35})
    assert tried({"description": 0.35}) == sorted(tried({"description": 0.35}))
