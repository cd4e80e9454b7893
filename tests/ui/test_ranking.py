"""The item of a list that is looked at, and what a click on the table means."""

from types import SimpleNamespace

import pytest

from llmrec_core.recommender import Recommender
from llmrec_core.ui import new_user, ranking


@pytest.fixture
def session(monkeypatch):
    """A session of its own, outside of any page."""
    state = {}
    monkeypatch.setattr(ranking.st, "session_state", state)
    return state


def show(session, items):
    """The list of `items` by id, in a study that numbers i7 as 7; the number looked at."""
    lines = [SimpleNamespace(item=item, item_id=f"i{item}") for item in items]
    chosen = ranking._chosen({f"i{number}": number for number in range(10)}, lines, "t")
    ranking._mark(lines, f"i{chosen}", "t")
    return chosen


def click(session, *rows):
    session["t_table"] = {"selection": {"rows": list(rows)}}
    ranking._take("t")


def test_the_choice_follows_the_item_not_the_row(session):
    """Item 8 was clicked on row 1; when it moves to row 2 it is still the one, and marked there."""
    show(session, [7, 8, 9])
    click(session, 1)
    assert show(session, [7, 9, 8]) == 8
    assert session["t_table"] == {"selection": {"rows": [2]}}


def test_a_mark_that_the_browser_sends_back_is_nobodys_choice(session):
    """The first row was marked by us: when another item comes first, that one is looked at."""
    show(session, [7, 8, 9])
    click(session, 0)
    assert show(session, [9, 7, 8]) == 9


def test_an_item_that_left_the_list_is_still_looked_at(session):
    """Its row is gone, the table has no mark, the ledger stays."""
    show(session, [7, 8])
    click(session, 1)
    assert show(session, [7, 9]) == 8 and session["t_table"]["selection"]["rows"] == []


def test_taking_the_mark_away_means_the_first_again(session):
    """An empty selection by hand is a choice."""
    show(session, [7, 8])
    click(session, 1)
    show(session, [7, 8])
    click(session)
    assert show(session, [7, 8]) == 7


def test_the_choice_is_the_same_item_after_the_numbers_changed(session):
    """After a new import another item may have the clicked one's number; one that is gone is not
    looked at."""
    show(session, [7, 8])
    click(session, 1)
    lines = [SimpleNamespace(item=k, item_id=name) for k, name in enumerate(["i9", "i8"])]
    assert ranking._chosen({"i9": 0, "i8": 1}, lines, "t") == 1
    assert ranking._chosen({"i9": 0}, lines[:1], "t") == 0


def test_two_items_with_one_title_can_be_told_apart(built_study):
    """A browser answers with words: their ids make them differ."""
    recommender = Recommender(built_study)
    recommender.titles = recommender.titles.copy()
    recommender.titles[[2, 4]] = "Twin"
    labels = new_user.labels(recommender, ["i02", "i04", "i06"])
    assert len(set(labels.values())) == 3 and labels["i06"] == "Star 6"
