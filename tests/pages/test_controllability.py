"""Controllability: figures with their meaning, the price, and one user before and after."""

from __future__ import annotations

from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/consequences/controllability.py"


def test_the_three_tests_stand_there_with_their_meaning(built_study):
    """Four cards, each explained; the table has a row a setting."""
    at = open_page(PAGE, study="tiny")
    cards = {metric.label: metric for metric in at.metric}
    assert set(cards) == {
        "Swap is followed", "Places by five words", "«Wants more» is followed",
        "«Wants less» is followed",
    }
    assert all(card.help and "description alone" in card.delta for card in cards.values())
    assert list(tables(at)[0]["Setting"]) == [
        "Description alone", "Default weights", "Most accurate weights",
        "Description alone, other words", "Default weights, other words",
    ]
    assert "in sentences that it never met" in said(at)
    assert "24 of 24 users" in said(at)


def test_one_users_swap_is_shown_in_words_and_lists(built_study):
    """An even user likes space: the sentence that says so says romance afterwards."""
    at = sound(open_page(PAGE, study="tiny", user="u04"))
    shown = said(at)
    assert "**space** and **romance** change places" in shown
    assert "→" in shown
    assert list(tables(at)[-1].columns) == ["Place", "Before", "After"]
    assert built_study.journal.edited_owners() == []  # looking changes nothing
