"""Editing beyond one sentence: the word diff, many users at once, a model's words, old row ids."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from llmrec_core.describe import TEMPLATE, Check
from llmrec_core.llm import ModelUnavailableError
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import cached, cached_edits
from llmrec_core.ui.serve import FLAG
from llmrec_core.writing import chat
from llmrec_core.writing.chosen import Chosen, keep
from tests.pages.recommending import open_page, said, sound

PAGE = "pages/explore/descriptions.py"
KEY = "draft:tiny:u05"
MANY = "many:tiny"
FIRST = f"{KEY}:text:0"


def _open(user="u05"):
    return open_page(PAGE, user=user)


def _many():
    at = _open()
    at.session_state["description_tabs"] = ":material/group: Many users at once"
    return sound(at.run())


def _shown(at):
    at.session_state[f"{KEY}:diff"] = True
    return said(sound(at.run()))


def _edited(at, text="Loves robots."):
    at.text_area(key=FIRST).set_value(text).run()
    return sound(at.button(key=f"{KEY}:save").click().run())


def test_the_draft_is_compared_with_what_is_saved(built_study):
    """Before a save the words that would change are marked, with a sign and not by colour alone."""
    at = _open()
    old = at.text_area(key=FIRST).value
    at.text_area(key=FIRST).set_value(f"{old[:-1]} zebras.").run()
    words = _shown(at)
    assert ":green-background[\\+" in words and "zebras" in words and "1 word added" in words


def test_after_a_save_the_version_is_compared_with_its_parent(built_study):
    """Who and when stand beside it; what went is struck through behind a minus."""
    at = _open()
    at.text_input(key="author").set_value("Ada").run()
    words = _shown(_edited(at))
    assert ":red-background[\u2212~~" in words and "Loves robots" in words
    assert "Saved by Ada, " in words and "sentences as before" in words


def test_each_sentence_says_whose_it_is(built_study):
    """The template's first, then a person's, which nobody compared with the evidence."""
    at = _open()
    assert "by the template" in said(at) and "by a person" not in said(at)
    assert "by a person · not compared with the evidence" in said(_edited(at))


def test_the_card_says_from_how_much_it_was_written(built_study):
    """The rows read and the day of the latest."""
    written = Recommender(built_study).written[5]
    words = said(_open())
    assert f"Written by the template from {len(written.read)} interactions" in words
    assert "interactions, the latest of 1970-01-12." in words


def test_a_check_and_a_fallback_are_told(built_study):
    """What the check found stands below the sentence in words; why the template stands in, too."""
    written = Recommender(built_study).written[5]
    wrong = replace(
        written.sentences[0], check=Check.UNSUPPORTED.value, problem="names «Zorro»"
    )
    text = replace(
        written, sentences=(wrong, *written.sentences[1:]), fallback="the server was gone"
    )
    built_study.journal.save_description(text, TEMPLATE, original=written)
    at = _open()
    assert "not borne out" in said(at) and "names «Zorro»" in said(at)
    assert "the server was gone" in at.warning[0].value


def test_rows_of_another_import_are_not_shown(built_study):
    """Row ids that still are the user's own may mean other rows: they are told as earlier data."""
    recommender = Recommender(built_study)
    written = recommender.written[5]
    mine = replace(written, sentences=(replace(written.sentences[0], text="Loves robots."),))
    built_study.journal.save_description(
        mine, original=written, data="the interactions of last year"
    )
    at = _open()
    at.session_state[f"{KEY}:rows:0"] = True
    at = sound(at.run())
    assert not [t for t in at.dataframe if "Date" in t.value.columns]
    assert "from earlier data" in said(at)


def test_an_edit_of_an_old_version_does_not_take_its_rows_along(built_study):
    """Saved today, the sentence has no rows: the old ids are nobody's evidence."""
    written = Recommender(built_study).written[5]
    mine = replace(written, sentences=written.sentences[:2])
    built_study.journal.save_description(mine, original=written, data="of last year")
    _edited(_open())
    version = built_study.journal.edited_version("u05")
    assert version.data == Study.open("tiny").interactions_key
    assert [s.rows for s in version.description.sentences] == [(), ()]
    assert version.description.read == ()


def test_rows_of_todays_import_stay_with_an_edit(built_study):
    """A reworded sentence keeps the interactions that it was about."""
    written = Recommender(built_study).written[5]
    _edited(_open())
    saved = built_study.journal.edited_version("u05").description
    assert saved.sentences[0].rows == written.sentences[0].rows and saved.read == written.read


def test_a_sentence_is_added_for_many_and_taken_back(built_study):
    """Preview, one batch in one name, and everybody's text as before."""
    at = _many()
    at.selectbox(key=f"{MANY}:attribute").select("genres").run()
    at.selectbox(key=f"{MANY}:value:genres").select("space").run()
    at.text_input(key=f"{MANY}:text:True").set_value("Cannot stand weddings.").run()
    assert "**12 descriptions** would change" in said(at)
    assert ":green-background[\\+Cannot stand weddings" in said(at)
    at.text_input(key="author").set_value("Ada").run()
    at = sound(at.button(key=f"{MANY}:apply").click().run())
    assert "Saved for 12 users" in at.success[0].value
    edited = built_study.journal.all_edited()
    assert sorted(edited) == [f"u{u:02d}" for u in range(0, 24, 2)]
    assert {(v.author, v.description.sentences[-1].polarity) for v in edited.values()} == {
        ("Ada", -1)
    }
    sound(at.button(key=f"{MANY}:batch:1:undo").click().run())
    assert built_study.journal.edited_owners() == []
    sound(at.button(key=f"{MANY}:batch:1:redo").click().run())
    assert len(built_study.journal.edited_owners()) == 12


def test_own_edits_stay_under_an_edit_of_many(built_study):
    """They are counted in the preview, and their words are in the new version."""
    _edited(_open())
    at = _many()
    at.text_input(key=f"{MANY}:text:True").set_value("Cannot stand noise.").run()
    assert "1 of them has edits of a person already" in said(at)
    sound(at.button(key=f"{MANY}:apply").click().run())
    texts = [s.text for s in built_study.journal.description("u05").sentences]
    assert texts[0] == "Loves robots." and texts[-1] == "Cannot stand noise."


def test_somebody_elses_edit_after_the_preview_stops_the_whole(built_study):
    """Nothing is saved, and it is said why."""
    at = _many()
    at.text_input(key=f"{MANY}:text:True").set_value("Cannot stand noise.").run()
    _edited(_open())
    at.button(key=f"{MANY}:apply").click().run()
    assert "changed meanwhile" in at.error[0].value
    assert built_study.journal.edited_owners() == ["u05"]


def test_an_edit_that_changes_nothing_says_so(built_study):
    """No button to press."""
    at = _many()
    at.selectbox(key=f"{MANY}:act").select("remove").run()
    at.text_input(key=f"{MANY}:text:False").set_value("no such words").run()
    assert "changes none" in at.info[0].value
    assert not [b for b in at.button if b.key == f"{MANY}:apply"]


@pytest.fixture
def model(built_study, monkeypatch):
    """A chosen model that says what it is told to, or fails; how often it was asked."""
    keep(built_study, Chosen(writer="server", server="http://localhost:1", server_model="m"))
    asked = []

    def answer(description, index, evidence, items, writing, desk, wish=""):
        asked.append((description.sentences[index].text, evidence.user_id, wish))
        if isinstance(answer.text, Exception):
            raise answer.text
        return answer.text

    answer.text = "Adores robots."
    monkeypatch.setattr(chat, "rewrite_sentence", answer)
    return asked, answer


def _ask(at, wish=""):
    at.session_state[f"{KEY}:rewrite:0"] = True
    at.run()
    at.text_input(key=f"{KEY}:wish:0").set_value(wish).run()
    return at.button(key=f"{KEY}:ask:0").click().run()


def test_a_models_words_are_shown_then_taken_then_saved(built_study, model):
    """Asked with the wish; nothing changes until they are taken, nothing is saved until save."""
    asked, _ = model
    at = _open()
    before = at.text_area(key=FIRST).value
    at = sound(_ask(at, "shorter"))
    assert asked == [(before, "u05", "shorter")]
    assert at.text_area(key=FIRST).value == before and "Adores" in said(at)
    at = sound(at.button(key=f"{KEY}:take:0").click().run())
    assert at.text_area(key=FIRST).value == "Adores robots." and "Not saved yet" in said(at)
    sound(at.button(key=f"{KEY}:save").click().run())
    first = built_study.journal.description("u05").sentences[0]
    assert (first.text, first.author) == ("Adores robots.", "m")
    sound(at.button(key=f"{KEY}:undo").click().run())
    assert built_study.journal.edited("u05") is None and len(asked) == 1


def test_a_models_words_can_be_left(built_study, model):
    """The sentence is as it was, and nothing is unsaved."""
    at = _ask(_open())
    at = sound(at.button(key=f"{KEY}:leave:0").click().run())
    assert "Adores" not in said(at) and "Not saved yet" not in said(at)


def test_a_model_that_fails_is_one_sentence_and_the_draft_stays(built_study, model):
    """What was typed before is still in its box."""
    model[1].text = ModelUnavailableError("The server refuses the connection.")
    at = _open()
    at.text_area(key=f"{KEY}:text:1").set_value("My own words.").run()
    at = _ask(at)
    assert not at.exception
    assert "Not rewritten, your sentence stays: The server refuses" in at.error[0].value
    assert at.text_area(key=f"{KEY}:text:1").value == "My own words."


def test_without_a_model_the_way_to_one_is_shown(built_study):
    """The template cannot rewrite."""
    at = _open()
    at.session_state[f"{KEY}:rewrite:0"] = True
    assert "No model is chosen" in said(sound(at.run()))


def test_an_edit_shows_the_arrow(built_study):
    """A small map below the buttons, with what the arrow means; none before the first edit."""
    at = _open()
    assert not at.get("plotly_chart")
    at = _edited(at, "Loves a spaceship across the stars, robots and aliens.")
    assert len(at.get("plotly_chart")) == 1
    assert "moves the text by" in said(at) or "where it was on the map" in said(at)


def test_the_map_page_shows_the_arrow_of_the_edit_in_force(built_study):
    """From where the text pointed to where it points; gone once the edit is undone."""
    _edited(_open(), "Loves a spaceship across the stars, robots and aliens.")

    def arrows():
        at = open_page("pages/explore/map.py", user="u05")
        (chart,) = at.get("plotly_chart")
        notes = json.loads(chart.proto.spec)["layout"].get("annotations", [])
        return [note for note in notes if note["showarrow"]], "The arrow goes from" in said(at)

    (arrow,), told = arrows()
    assert told and (arrow["ax"], arrow["ay"]) != (arrow["x"], arrow["y"])
    built_study.journal.undo("u05")
    assert arrows() == ([], False)


def test_the_encoder_is_got_ready_only_in_a_server_that_serves(built_study, monkeypatch):
    """Never in a test or a script; with the flag, once, however often the page is drawn."""
    begun = []
    monkeypatch.setattr("llmrec_core.ui.warm._start", begun.append)
    monkeypatch.delenv(FLAG, raising=False)
    _open()
    assert begun == []
    monkeypatch.setenv(FLAG, "1")
    cached_edits._warming.clear()
    _open().run()
    assert len(begun) == 1
    cached_edits._warming.clear()
    cached.pin_threads()
