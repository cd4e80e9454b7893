"""Recommend for one user: the list follows the sliders, the ledger follows the list."""

from __future__ import annotations

import pytest

from llmrec_core import signals
from llmrec_core.ui import navigation
from llmrec_core.ui.frames import MOST_ATTRIBUTES
from tests.pages.recommending import open_page, said, sound, tables, weigh

PAGE = "pages/recommend/for_one_user.py"
LIST = 0


def _slider(at, name):
    return at.slider(key=f"weight_tiny_{name}")


def _only(at, name):
    """The page with one signal alone."""
    return weigh(at, **{name: 1.0})


def test_the_page_is_never_empty(built_study):
    """Opened cold it shows an example user, ten items, and why the first is there."""
    at = open_page(PAGE)
    frame = tables(at)[LIST]
    assert len(frame) == 10 and frame["Rank"].tolist() == list(range(1, 11))
    assert any(name.endswith(" part") for name in frame)
    assert len(frame.columns) <= 4 + len(signals.NAMES) + MOST_ATTRIBUTES
    assert frame["Title"][0] in at.subheader[0].value
    assert " add up to " in said(at)


def test_the_time_beside_the_list_is_named_for_what_it_is(built_study):
    """The signals were scored before the clock began: only ranking anew is claimed."""
    words = said(open_page(PAGE))
    assert "Re-ranked 24 items in " in words and " ms;" in words and "Scored" not in words


def test_a_link_opens_its_user(built_study):
    """`?study=tiny&user=u05` works cold."""
    at = open_page(PAGE, study="tiny", user="u05")
    assert "User u05" in said(at) and at.text_input(key="user").value == "u05"


def test_an_odd_user_gets_odd_items_and_a_slider_moves_the_list(built_study):
    """Collaborative alone puts the withheld item of the own kind first, popularity does not."""
    at = _only(open_page(PAGE, user="u05"), "collaborative")
    assert tables(at)[LIST]["Title"][0] == "Heart 5"
    with_popularity = tables(_only(at, "popularity"))[LIST]
    assert with_popularity["Title"][0] != "Heart 5"
    parts = with_popularity.filter(like=" part")
    assert set(parts) <= {"Popularity part"}  # the others add nothing and have no column
    assert (parts.sum(axis=1) == with_popularity["Score"]).all()


def test_moved_counts_against_the_fitted_weights(built_study):
    """At the fitted weights nobody has moved; a reset brings that back."""
    at = open_page(PAGE, user="u05")
    assert (tables(at)[LIST]["Moved"] == "").all()
    at = _only(at, "popularity")
    assert (tables(at)[LIST]["Moved"] != "").any()
    at = sound(at.button(key="weight_reset").click().run())
    assert (tables(at)[LIST]["Moved"] == "").all()


def test_all_weights_zero_is_told_and_no_list_is_shown(built_study):
    """Nothing speaks for any item, so no order is pretended."""
    at = open_page(PAGE)
    for slider in at.slider:
        slider.set_value(0.0)
    at = sound(at.run())
    assert "All weights are 0" in at.warning[0].value and not tables(at)


def test_weights_saved_by_name_come_back(built_study):
    """Save, change, load: the sliders stand where they were saved, and the journal has them."""
    at = open_page(PAGE)
    _slider(at, "taste").set_value(2.5).run()
    at.run()  # what follows a slider is drawn alone: the rest of the page again
    at.text_input(key="weights_name").set_value("mine").run()
    sound(at.button(key="weights_save").click().run())
    assert built_study.journal.weights("mine")["taste"] == 2.5
    _slider(at, "taste").set_value(0.0).run()
    at.run()
    at = sound(at.selectbox(key="weights_saved").select("mine").run())
    assert _slider(at, "taste").value == 2.5


def test_weights_without_a_name_are_refused_in_words(built_study):
    """The remedy is named."""
    at = open_page(PAGE).button(key="weights_save").click().run()
    assert not at.exception and "give them a name" in at.error[0].value


def test_sliders_stay_when_another_page_was_visited(built_study):
    """What was set on one page is there on return."""
    at = open_page(PAGE)
    _slider(at, "taste").set_value(2.5).run()
    at.run()  # what follows a slider is drawn alone: the rest of the page again
    at.switch_page(navigation.PAGES[2].path).run()
    assert _slider(at.switch_page(PAGE).run(), "taste").value == 2.5


def test_an_unknown_user_is_told_with_what_is_near(built_study):
    """A part of an id offers the ids that contain it; nonsense offers examples."""
    at = open_page(PAGE, user="u0")
    assert len(at.pills[0].options) == 10 and not tables(at)
    at = open_page(PAGE, user="<b>nobody</b>")
    assert "There is no user" in at.warning[0].value and "<b>" not in at.warning[0].value


def test_a_match_that_is_clicked_is_the_user(built_study):
    """The picker takes it over into the box and the address."""
    at = open_page(PAGE, user="u0")
    at.pills[0].set_value("u07").run()
    assert at.text_input(key="user").value == "u07" and "User u07" in said(at)


def test_random_is_some_user_of_the_study(built_study):
    """The button never leaves the study."""
    at = sound(open_page(PAGE).button(key="user_random").click().run())
    assert at.text_input(key="user").value in {f"u{i:02d}" for i in range(24)}


def test_an_edit_shows_who_rose_and_fell(built_study):
    """After a saved edit the list before and the list now stand side by side."""
    at = open_page(PAGE, user="u05")
    _only(at, "description")
    at.session_state["user_tabs"] = ":material/edit_note: Description"
    sound(at.run())
    box = at.text_area(key="draft:tiny:u05:text:0")
    box.set_value("Loves a spaceship across the stars, robots and aliens.").run()
    sound(at.button(key="draft:tiny:u05:save").click().run())
    at.session_state["user_tabs"] = ":material/swap_vert: Who rose and fell"
    moves = next(t for t in tables(sound(at.run())) if "Before" in t.columns)
    assert (moves["Moved"] != "").any() and moves["Now"].is_monotonic_increasing


def test_history_can_be_searched(built_study):
    """Only titles with the typed words stay."""
    at = open_page(PAGE, user="u05")
    at.session_state["user_tabs"] = ":material/history: History"
    at = sound(at.run())
    sound(at.text_input(key="history_search").set_value("star").run())
    history = next(t for t in tables(at) if "Date" in t.columns)
    assert len(history) == 2 and history["Title"].str.startswith("Star").all()


@pytest.mark.parametrize("path", [PAGE, "pages/explore/descriptions.py"])
def test_without_a_study_there_is_a_hint(path, tmp_path, monkeypatch):
    """An empty home ends in one sentence and a link, not in a traceback."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path))
    assert "There is no study yet" in said(open_page(path))


@pytest.mark.parametrize("path", [PAGE, "pages/recommend/new_user.py"])
def test_an_unbuilt_study_says_so(path, built_study):
    """The remedy is the build."""
    (built_study.folder / "build.json").unlink()
    assert "not built yet" in said(open_page(path))
