"""Finding users and items by what is typed."""

import numpy as np

from llmrec_core import find
from tests import world


def test_ids_that_begin_with_the_text_come_first_short_ones_before_long():
    """«4» finds 4, then 40 and 400, then those that contain it."""
    assert find.users(["400", "14", "4", "40", "7"], "4") == ["4", "40", "400", "14"]


def test_case_and_space_around_do_not_matter():
    """« ANN » finds Anna."""
    assert find.users(["Anna", "Bo"], " ANN ") == ["Anna"]


def test_nothing_typed_finds_nothing():
    """An empty box is no search for everybody."""
    assert find.users(["a"], "  ") == [] and find.items(["a"], " ", np.array([1])) == []


def test_at_most_so_many_are_found():
    """A common letter does not list a million ids."""
    assert len(find.users([f"u{i}" for i in range(1000)], "u", most=50)) == 50


def test_items_need_every_word_in_any_order_and_the_often_taken_lead():
    """«alien 3» matches by words; counts order what matches."""
    titles = ["Alien", "Alien 3", "3 Aliens", "Aliens"]
    assert find.items(titles, "ALIEN", np.array([1, 2, 3, 9])) == [3, 2, 1, 0]
    assert find.items(titles, "3 alien", np.array([1, 2, 3, 9])) == [2, 1]


def test_an_id_finds_its_item_and_all_matches_are_counted():
    """Among titles that are all the same, or none, an id still leads to the item; the item that is
    called what was typed leads, titles follow, then ids that have it in them."""
    titles, counts = ["Alien 7", "Alien", "", "Alien"], np.array([9, 1, 5, 2])
    ids = ["x1", "x17", "x7", "7"]
    assert find.matching(titles, "7", counts, ids) == [3, 0, 2, 1]
    assert find.matching(titles, "X7", counts, ids) == [2]
    assert find.matching(titles, "alien", counts, ids) == [0, 3, 1]
    assert find.matching(titles, " ", counts, ids) == []
    assert find.matching(["Alien"] * 340, "alien", np.arange(340)) == list(range(339, -1, -1))


def test_examples_are_different_people():
    """In a world where all have the same number of rows nobody is heavier than the typical one."""
    examples = find.example_users(world.behaviour())
    assert len({e.user_id for e in examples}) == len(examples) >= 1


def test_the_heavy_example_has_the_most_rows_and_the_light_one_enough():
    """One user keeps one row, another seven: neither is called light with fewer than five."""
    rows = world.behaviour()
    position = np.arange(len(rows)) - rows.bounds()[rows.user]
    keep = np.where(rows.user == 0, position < 1, np.where(rows.user == 1, position < 7, True))
    kinds = {e.kind: e.user_id for e in find.example_users(rows.take(keep))}
    assert kinds["Light"] == rows.user_ids[1]
    most = np.bincount(rows.take(keep).user).argmax()
    assert rows.user_ids[most] in (kinds.get("Heavy"), kinds["Typical"])
