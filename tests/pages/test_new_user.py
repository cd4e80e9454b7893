"""New user: words and picks become a list, and what knows nothing says so."""

from __future__ import annotations

import json

from llmrec_core.errors import InputError
from llmrec_core.ui import cached
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/recommend/new_user.py"


def _typed(text):
    at = open_page(PAGE)
    at.text_area(key="new_text").set_value(text)
    return sound(at.run())


def _picked(typed, *items):
    at = open_page(PAGE)
    at.text_input(key="new_search").set_value(typed).run()
    for item in items:
        at.pills(key="new_found").set_value(item).run()
    return sound(at)


def test_nothing_known_is_said_and_no_list_is_made_up(built_study):
    """The page says what to do."""
    at = open_page(PAGE)
    assert "Nothing is known" in said(at) and not tables(at)


def test_a_refusal_is_one_sentence(built_study, monkeypatch):
    """What the core refuses in the part that is drawn alone is no traceback."""
    def refused(*given):
        raise InputError("These words cannot be encoded")

    at = open_page(PAGE)
    monkeypatch.setattr(cached, "new_user_block", refused)
    at.text_area(key="new_text").set_value("Loves a spaceship.")
    at = at.run()
    assert not at.exception
    assert [error.value for error in at.error] == ["These words cannot be encoded"]


def test_a_sentence_makes_a_list_and_tells_what_is_silent(built_study):
    """Without picks the signals of history add nothing and are named."""
    at = _typed("Loves a spaceship on a far planet.")
    frame = tables(at)[0]
    assert len(frame) == 10 and "Collaborative part" not in frame
    assert (frame["Description part"] != 0).any()
    assert "Collaborative (no item is picked)" in said(at)
    drawn = {trace["name"] for trace in _map(at)["data"]}
    assert {"This person", "The list"} <= drawn and "Named" not in drawn
    assert "Most of the items round the star are" in said(at)


def _map(at):
    """The small map, found by its star."""
    specs = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    return next(one for one in specs if any(t["name"] == "This person" for t in one["data"]))


def test_the_reading_of_a_sentence_is_shown_and_can_be_turned(built_study):
    """A guessed dislike that is turned into a like changes the list."""
    at = _typed("Hates robots in a spaceship on a far planet.")
    meaning = next(box for box in at.selectbox if str(box.key).startswith("new_polarity"))
    assert meaning.value == -1
    before = tables(at)[0]["Title"].tolist()
    after = tables(sound(meaning.select(1).run()))[0]["Title"].tolist()
    assert before != after


def test_an_example_is_added_to_the_text(built_study):
    """One click fills the box."""
    at = open_page(PAGE)
    at.pills(key="new_example").set_value("Loves space and romance titles.").run()
    assert "space and romance" in sound(at).text_area(key="new_text").value


def test_picked_items_speak_through_history(built_study):
    """Two even items: others of their kind come, the two themselves do not."""
    at = _picked("star", "i02", "i04")
    titles = tables(at)[0]["Title"].tolist()
    assert {"Star 2", "Star 4"}.isdisjoint(titles)
    assert "collaborative" not in said(at) and titles[0].startswith("Star")


def test_a_pick_can_be_taken_back(built_study):
    """Nothing is left of it."""
    at = _picked("star", "i02")
    at.button(key="new_picks:tiny:i02:away").click().run()
    assert "Nothing is known" in said(sound(at))


def test_a_pick_that_is_gone_from_the_data_is_dropped_in_silence(built_study):
    """The session keeps ids: of two, the one that a new import left out counts no more."""
    at = _picked("star", "i02")
    at.session_state["new_picks:tiny"] = ["gone", "i02"]
    at = sound(at.run())
    assert "1 row and 0 sentences" in said(at) and "Star 2" in said(at)
    at.session_state["new_picks:tiny"] = ["gone"]
    assert "Nothing is known" in said(sound(at.run()))


def test_a_search_without_a_match_says_so(built_study):
    """The typed text is shown as text."""
    at = _picked("<b>zebra</b>")
    assert "No other title has" in said(at) and "<b>zebra" not in said(at)


def test_words_and_picks_stay_when_another_page_was_visited(built_study):
    """What was typed is there on return."""
    at = _typed("Loves a spaceship.")
    at.switch_page("pages/explore/descriptions.py").run()
    at = sound(at.switch_page(PAGE).run())
    assert at.text_area(key="new_text").value == "Loves a spaceship." and tables(at)
