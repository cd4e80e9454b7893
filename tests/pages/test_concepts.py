"""The concepts page: phrases, their overlap, weights and lists, a user beside the mean user."""

from __future__ import annotations

from llmrec_core.concepts import kept
from llmrec_core.concepts.kept import ConceptSet
from llmrec_core.recommender import Recommender
from llmrec_core.ui import concept_state
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/explore/concepts.py"
TEXT = "concepts_text:tiny"


def _slider(at, phrase):
    (found,) = [slider for slider in at.slider if slider.label == phrase]
    return found


def _tab(at, name):
    at.session_state["concepts_tabs"] = name
    return sound(at.run())


def test_a_moved_slider_moves_the_list_and_outlives_a_reload(built_study):
    """A space user's list under 0 for space: who stands there, what it makes of an item's score;
    a new visit finds the slider where it was."""
    at = open_page(PAGE, study="tiny", user="u04")
    cards = {metric.label: metric for metric in at.metric}
    assert set(cards) == {
        "This user's scores in concepts", "Those of 24 users", "Lists by concepts alone",
    }
    assert all(card.help for card in cards.values())
    before = tables(at)[0]
    assert list(before["These weights"]) == list(before["All weights 1"])
    assert "both lists are the same" in said(at)
    at.segmented_control(key="concepts_by").set_value("This signal alone")
    _slider(at, "space titles").set_value(0.0)
    _slider(at, "romance titles").set_value(3.0)
    sound(at.run())
    after = tables(at)[0]
    assert list(after["All weights 1"]) != list(after["These weights"])
    assert any(after["Moved"]) and "both lists are the same" not in said(at)
    assert "make" in said(at) and "points, which is what Description adds" in said(at)
    found = kept.draft(built_study.journal)
    assert found is not None and found.alpha == {"space titles": 0.0, "romance titles": 3.0}
    again = open_page(PAGE, study="tiny", user="u04")
    assert _slider(again, "romance titles").value == 3.0
    again.button(key="concepts_reset").click()
    sound(again.run())
    assert {slider.value for slider in again.slider} == {1.0}
    again.button(key="concepts_learn").click()
    sound(again.run())
    assert "4 others, whose choices the weights were not fitted on" in again.success[0].value
    held = {slider.label: slider.value for slider in again.slider}
    alpha = kept.draft(built_study.journal).alpha
    assert len(set(held.values())) > 1 and held == {name: alpha.get(name, 1.0) for name in held}


def test_phrases_are_checked_kept_and_loaded(built_study):
    """A repeated phrase is named; a set kept by name comes back with its weights."""
    at = _tab(open_page(PAGE, study="tiny", user="u04"), ":material/edit_note: Phrases")
    long = "quiet stories of people far away who hardly ever speak to one another"
    at.text_area(key=TEXT).set_value(f"{long}\nromance in the spring\n{long} now")
    sound(at.run())
    assert f"«{long} now» is left out" in said(at).replace("\\", "")
    assert list(tables(at)[-1]["Concept"]) == [long, "romance in the spring"]
    at.text_input(key="concepts_name").set_value("moods")
    at.button(key="concepts_keep").click()
    sound(at.run())
    assert kept.load(built_study.journal, "moods").phrases[0] == long
    kept.keep(built_study.journal, "loud", ConceptSet(("robots", "weddings"), {"robots": 2.0}))
    sound(at.run())
    at.selectbox(key="concepts_load").set_value("loud")
    sound(at.run())
    assert at.text_area(key=TEXT).value == "robots\nweddings"
    assert _slider(_tab(at, ":material/tune: Weigh"), "robots").value == 2.0


def test_too_few_phrases_say_what_to_do(built_study):
    """Nothing fails: the text box stands there, and proposals fill it below what is written."""
    at = open_page(PAGE, study="tiny", user="u04")
    _tab(at, ":material/edit_note: Phrases").text_area(key=TEXT).set_value("robots")
    sound(at.run())
    assert "at least two phrases" in said(at) and not at.metric
    at.button(key="concepts_propose").click()
    sound(at.run())
    assert at.session_state[TEXT].splitlines()[:2] == ["robots", "space titles"]
    assert at.metric and "4 phrases added" in "".join(s.value for s in at.success)


def test_a_user_stands_beside_the_mean_user_and_an_item(built_study, monkeypatch):
    """Bars or a radar of the most unusual concepts; a lover of space has less of romance. Any item
    is found by its title, and whatever that is it takes no other column's place."""
    at = _tab(open_page(PAGE, study="tiny", user="u04"), ":material/person: This user")
    assert "Less: romance titles" in said(at).replace("\\", "")
    assert at.get("plotly_chart")
    at.segmented_control(key="concepts_shape").set_value("Radar")
    at.segmented_control(key="concepts_seen:description").set_value("description")
    assert at.selectbox(key="concepts_beside").value is None
    at.text_input(key="concepts_beside_find").set_value("heart 23")
    at.session_state["concepts_places_all"] = True
    sound(at.run())
    assert "multiplied with" in said(at)
    shown = tables(at)[-1]
    assert list(shown.columns[:4]) == ["Concept", "Unusual", "This user", "Mean user"]
    assert shown.columns[4] == "«Heart 23»" and len(shown) == 4
    monkeypatch.setattr(Recommender, "title", lambda self, item: "Mean user")
    assert list(tables(sound(at.run()))[-1].columns[3:]) == ["Mean user", "«Mean user»"]
    at.text_input(key="concepts_beside_find").set_value("no such title")
    assert "No title and no id has «no such title»" in said(sound(at.run()))


def test_the_keys_of_sliders_belong_to_study_and_phrase():
    """Two phrases never share a slider."""

    class Named:
        class study:
            name = "tiny"

    assert concept_state.slider_key(Named, "a") != concept_state.slider_key(Named, "b")
