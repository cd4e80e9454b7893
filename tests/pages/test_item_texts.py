"""Item texts: who is thin, one item's own words, a text now, a build with texts, its effect."""

from __future__ import annotations

import pytest
from conftest import FakeEncoder

from llmrec_core.build import build
from llmrec_core.enrich import Enriching
from llmrec_core.llm import ModelError
from llmrec_core.made import BuildRecipe
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import cached, child, jobs
from llmrec_core.writing.chosen import Chosen, keep
from tests.chat import FakeChat
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/explore/item_texts.py"


def _open(**query):
    return open_page(PAGE, study="tiny", **query)


def _metric(at, label):
    (found,) = [metric.value for metric in at.metric if metric.label == label]
    return found


@pytest.fixture
def enriched(built_study):
    """The tiny study, built with texts for its three least known items."""
    build(built_study, BuildRecipe(enriching=Enriching(items=3)), encoder=FakeEncoder())
    return built_study


def test_thin_items_are_listed_the_least_known_first(built_study):
    """All 24 items have a line of plot only; nothing is written, and the page says so."""
    at = _open()
    assert _metric(at, "Thin items") == "24" and _metric(at, "Written texts") == "0"
    rows = tables(at)[0]["Interactions"]
    assert len(rows) == 24 and rows.is_monotonic_increasing
    assert "Nothing to compare yet" in said(at) and "evaluation holds out" in said(at)


def test_an_item_is_found_by_title_and_its_own_words_are_shown(built_study):
    """Genre, maker and plot of the item that was asked for."""
    at = sound(_open().text_input(key="item_texts_find").set_value("i03").run())
    assert at.subheader[0].value == "Heart 3"
    assert {"romance", "Bea"} <= {text.value for text in at.text}


def test_nothing_that_matches_is_told(built_study):
    """The thin items stay in the table."""
    at = sound(_open().text_input(key="item_texts_find").set_value("zebra").run())
    assert "No item matches" in said(at) and len(tables(at)[0]) == 24


def test_the_rules_write_at_once_and_nothing_is_changed(built_study):
    """Attributes in a sentence, marked as borne out; the build keeps having no texts."""
    at = sound(_open().text_input(key="item_texts_find").set_value("i03").run())
    at = sound(at.button(key="item_texts_rules").click().run())
    assert "The creator is Bea." in {text.value for text in at.text}
    assert "borne out" in said(at) and Recommender(built_study).item_texts == {}


def test_without_a_model_its_button_is_off(built_study):
    """The template is chosen: there is nobody to ask."""
    assert _open().button(key="item_texts_model").disabled


def _with_model(study: Study, monkeypatch, script):
    keep(study, Chosen(writer="local", local_model="fake"))
    model = FakeChat(script)
    monkeypatch.setattr(cached, "chat_model", lambda *_: model)
    at = sound(_open().text_input(key="item_texts_find").set_value("i03").run())
    return model, at.button(key="item_texts_model").click().run()


def test_the_model_writes_for_one_item(built_study, monkeypatch):
    """Its words with its name; one request, about this item alone; an invented name is marked."""
    text = "A romance by Bea about hearts. It was filmed by Kubrick."
    model, at = _with_model(built_study, monkeypatch, text)
    sound(at)
    shown = {box.value for box in at.text}
    assert "A romance by Bea about hearts." in shown
    assert "Kubrick" in said(at) and "fake" in said(at)
    assert len(model.asked) == 1 and "Heart 3" in model.prompts[0]
    assert "Star" not in model.prompts[0]


def test_a_model_that_fails_is_told_in_one_sentence(built_study, monkeypatch):
    """No traceback, and the page goes on."""
    def fail(_request):
        raise ModelError("The server is busy: try again later.")

    _, at = _with_model(built_study, monkeypatch, fail)
    assert not at.exception and "The server is busy" in at.error[0].value


def test_written_texts_stand_beside_the_originals_with_their_author(enriched):
    """Author, checks, and a statement that no interaction was read."""
    at = _open()
    assert _metric(at, "Written texts") == "3"
    assert tables(at)[0]["Text by"].tolist()[:3] == ["the template"] * 3
    assert "Written by the template" in said(at) and "no interaction was read" in said(at)


def test_the_effect_compares_both_builds(enriched):
    """One row a written item, with places before and after; the neighbours of the chosen one."""
    at = _open()
    table = next(t for t in tables(at) if "rank_before" in t.columns)
    assert len(table) == 3 and (table["Text by"] == "template").all()
    assert "Nearest items of" in said(at)
    beside = next(t for t in tables(at) if "Came in" in t.columns)
    assert (beside["Came in"] == ~beside["After"].isin(beside["Before"])).all() and len(beside)
    at = sound(at.segmented_control(key="item_texts_weights").set_value("Taste alone").run())
    assert len(next(t for t in tables(at) if "rank_before" in t.columns)) == 3


def test_a_build_with_texts_is_started_with_their_number(built_study, monkeypatch):
    """The command gets the number that stands in the box, with the writer that is chosen."""
    commands = []

    class Child:
        pid = 1

    monkeypatch.setattr(child.subprocess, "Popen", lambda c, **_: commands.append(c) or Child())
    monkeypatch.setattr(child.Job, "announce", lambda *_: None)
    at = _open()
    at.number_input(key="item_texts_wanted_tiny").set_value(7)
    sound(at.button(key="item_texts_build").click().run())
    assert "--item-texts=7" in commands[0] and "--writer=template" in commands[0]


def test_other_builds_keep_the_number_of_texts(enriched, monkeypatch):
    """Building again from another page does not take the texts away."""
    commands = []

    class Child:
        pid = 1

    monkeypatch.setattr(child.subprocess, "Popen", lambda c, **_: commands.append(c) or Child())
    monkeypatch.setattr(child.Job, "announce", lambda *_: None)
    jobs.start(enriched)
    assert "--item-texts=3" in commands[0]
