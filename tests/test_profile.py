"""Profiles: the layout of histories and sentences, and changed profiles."""

import numpy as np
import world

from llmrec_core.profile import ValueScale, from_behaviour, new_profile


def profiles():
    rows = world.behaviour()
    return from_behaviour(rows, ValueScale.of(rows.value), dim=4)


def test_levels_run_from_the_lowest_to_the_highest_value():
    """1 star is level 0, 5 stars level 1, and a study without ratings has level 1 throughout."""
    assert ValueScale(1, 5).levels(np.array([1, 3, 5, 9])).tolist() == [0, 0.5, 1, 1]
    assert ValueScale.of(np.array([7.0, 7.0])).levels(np.array([7.0])).tolist() == [1]


def test_age_counts_from_the_latest():
    """The latest interaction is 0 interactions ago."""
    one = new_profile([4, 5, 6], 10, dim=2)
    assert one.age().tolist() == [2, 1, 0]


def test_selecting_and_history_agree():
    """Row i of the history is profile i, for any selection."""
    all_of_them = profiles()
    some = all_of_them.select(np.array([5, 0, 7]))
    expected = all_of_them.history().toarray()[[5, 0, 7]]
    assert np.array_equal(some.history().toarray(), expected)


def test_a_repeated_item_counts_its_largest_weight():
    """Meeting an item again does not count twice in the history matrix."""
    one = new_profile([3, 3], 5, dim=2)
    assert one.history(np.array([0.2, 0.9], np.float32)).toarray()[0, 3] == np.float32(0.9)


def test_text_vector_is_the_weighted_mean():
    """Likes pull, dislikes push with 0.3, switched-off sentences are absent."""
    one = new_profile([], 5, dim=2)
    vectors = np.array([[1, 0], [0, 1], [9, 9]], np.float32)
    told = one.with_text(vectors, np.array([1, -0.3, 0]), ("a", "b", "c"))
    assert np.allclose(told.text_vectors(), [[1 / 1.3, -0.3 / 1.3]])
    assert one.text_vectors().tolist() == [[0, 0]]


def test_a_deleted_row_is_a_changed_profile():
    """What is left keeps its order; the profile it came from is untouched."""
    whole = new_profile([4, 5, 6], 10, dim=2)
    left = whole.keep_rows(whole.item != 5)
    assert left.item.tolist() == [4, 6]
    assert whole.item.tolist() == [4, 5, 6]


def test_other_texts_for_some_users_leave_the_rest_alone():
    """User 1 gets two new sentences, user 0 and 2 keep theirs, in the same layout."""
    three = profiles().select(np.arange(3))
    vectors = np.arange(12, dtype=np.float32).reshape(3, 4)
    told = three.with_text(vectors, np.ones(3), ("a", "b", "c"), np.array([0, 1, 2, 3]))
    new = told.at(1).with_text(-vectors[:2], np.array([1, -0.3]), ("x", "y"))
    mixed = told.with_texts_of([1], [new])
    assert mixed.sentence_text == ("a", "x", "y", "c")
    assert mixed.sentence_start.tolist() == [0, 1, 3, 4]
    for number, one in enumerate([told.at(0), new, told.at(2)]):
        assert np.array_equal(mixed.at(number).text_vectors(), one.text_vectors())
