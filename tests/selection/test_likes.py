"""What a selection has in common, in a world of two camps."""

import numpy as np
import pandas as pd
import pytest

from llmrec_core.behaviour import Behaviour
from llmrec_core.selection import fans_of, favourites_of, liked_rows, shared_values

# Users 0 and 1 like items 0 and 1, users 2 and 3 items 2 and 3; user 1 dislikes item 2.
ROWS = [(0, 0, 5), (0, 1, 5), (1, 0, 5), (1, 1, 4), (1, 2, 1), (2, 2, 5), (2, 3, 5), (3, 3, 4)]
USER, ITEM, VALUE = (np.array(column) for column in zip(*ROWS, strict=True))
WORLD = Behaviour(
    np.array(list("abcd"), object), np.array(list("wxyz"), object), USER.astype(np.int32),
    ITEM.astype(np.int32), VALUE.astype(np.float32), np.arange(8), np.arange(8),
)  # fmt: skip
ITEMS = pd.DataFrame({"genre": [["war", "old"], ["war"], ["love"], ["love", "old"]]})


def test_liked_is_at_least_the_users_own_mean():
    """A 4 is liked by who gives 5, 4 and 1; a 1 is not; an only row is."""
    assert liked_rows(WORLD).tolist() == [True, True, True, True, False, True, True, True]


def test_fans_like_most_of_the_selection():
    """Users 2 and 3 like something of items 2 and 3; user 1 took one without liking it."""
    fans = fans_of(WORLD, [2, 3])
    assert fans["user"].tolist() == [2, 3, 1]
    assert fans["liked"].tolist() == [2, 1, 0]
    assert fans["share_liked"].tolist() == [2 / 2, 1 / 2, 0]


def test_favourites_are_liked_more_than_by_everybody():
    """Half the users are chosen and both like item 0: expected 2 x 2 / 4, so twice as often."""
    found = favourites_of(WORLD, [0, 1]).set_index("item")
    assert sorted(found.index) == [0, 1]
    assert found.loc[0, "expected"] == pytest.approx(2 * 2 / 4)
    assert found.loc[0, "lift"] == pytest.approx(2 / (2 * 2 / 4))


def test_shared_values_are_those_of_the_set_and_not_of_the_catalogue():
    """«war» is on both chosen items, on half the catalogue; «old» no more often than outside."""
    shared = shared_values(ITEMS, ["genre"], [0, 1])
    assert shared["value"].tolist() == ["war"]
    assert (shared["share"][0], shared["lift"][0]) == (1.0, 2 / (2 * 2 / 4))


def test_one_item_shares_its_own_values():
    """For a single item every value that is rarer in the catalogue is told."""
    assert set(shared_values(ITEMS, ["genre"], [0])["value"]) == {"war", "old"}


def test_nothing_chosen_has_nothing_in_common():
    """An empty selection gives empty tables, not an error."""
    assert len(fans_of(WORLD, [])) == len(favourites_of(WORLD, [])) == 0
    assert len(shared_values(ITEMS, ["genre"], [])) == 0
