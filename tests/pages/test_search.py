"""The search page: empty, running, found, failed; what is typed is text and is kept."""

from __future__ import annotations

import json
import sys

import pytest

from llmrec_core import protocol, signals
from llmrec_core.evaluate import stored
from llmrec_core.journal import Kept
from llmrec_core.recipe import digest
from llmrec_core.search import load_saved, save_found
from llmrec_core.search.whole import LAST
from llmrec_core.ui import evaluation_job, jobs, search_job, search_view
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/measure/search.py"
HOSTILE = "=1+1 <script>**x**"


def found(study, **changes):
    """A find in which taste got everything, and 24 people kept aside gained .1."""
    names = ("taste", "popularity")
    recipes = {name: signals.DEFAULTS[name].document() for name in names}
    recipes["taste"] |= {"level": 0.25}
    return {
        "recipes": recipes, "weights": {"taste": 0.8, "popularity": 0.0},
        "begun_weights": {"taste": 1.0, "popularity": 0.1}, "value": 0.5, "begun": 0.4,
        "aside": 0.4, "begun_aside": 0.3, "gain": [0.05, 0.15], "users_aside": 24, "trials": 3,
        "pruned": 1, "earlier": 0, "seconds": 61.0,
        "history": [[0, 0.4, 0.4], [1, 0.5, 0.5]], "metric": "ndcg@10", "protocol": "temporal",
        "rules": protocol.named("temporal").key(), "data": stored.content_key(study),
        "signals": list(names), "encoder": "fake", **changes,
    }  # fmt: skip


def write(study, **changes):
    document = found(study, **changes)
    (study.folder / LAST).write_text(json.dumps(document))
    return document


def test_nothing_found_is_said_with_the_way_on(built_study):
    """The form, the command, and no figures; nothing was saved yet either."""
    at = open_page(PAGE, study="tiny")
    assert "Nothing was searched yet" in said(at) and "llmrec search tiny" in said(at)
    assert "None yet" in said(at) and not at.metric and not at.get("plotly_chart")


def test_a_find_stands_beside_the_defaults(built_study):
    """Where it was chosen, and where nothing was; what changed of each signal."""
    write(built_study)
    at = open_page(PAGE, study="tiny")
    assert {m.label: m.value for m in at.metric} == {
        "Defaults": "0.4000", "Best found": "0.5000", "Defaults, kept aside": "0.3000",
        "Best, kept aside": "0.4000",
    }  # fmt: skip
    assert at.metric[3].delta == "+0.1000" and "beyond luck" in said(at)
    rows = tables(at)[0].set_index("Signal")
    assert rows.loc["Taste", "Settings"] == "level 0.25" and rows.loc["Taste", "By default"] == 1.0
    assert rows.loc["Popularity", "Settings"] == "no weight: left out"
    assert at.get("plotly_chart")


@pytest.mark.parametrize(
    ("gain", "words"),
    [([0.01, 0.2], "better than the defaults, beyond luck"),
     ([-0.01, 0.2], "not to be told apart"), ([-0.2, -0.01], "worse than the defaults")],
)  # fmt: skip
def test_a_verdict_follows_the_people_kept_aside(built_study, gain, words):
    """However good the best trial was on the folds that it was chosen on."""
    assert words in search_view.verdict(found(built_study, gain=gain))


def test_a_find_of_earlier_data_says_so(built_study):
    """It is shown, for it was true of what was there."""
    write(built_study, data="another import")
    assert "imported anew since" in said(open_page(PAGE, study="tiny"))


def test_a_recipe_is_saved_under_any_name_and_never_lost(built_study):
    """Shown in no markup; the same name again means the newer find, and that is said before."""
    write(built_study)
    at = open_page(PAGE, study="tiny")
    assert at.button(key="search_save").disabled
    at = sound(at.text_input(key="search_name").set_value(HOSTILE).run())
    at = sound(at.button(key="search_save").click().run())
    assert load_saved(built_study, HOSTILE).weights == {"taste": 0.8}
    assert "is saved" in at.success[0].value and "<script>" not in at.success[0].value
    listed = next(t for t in tables(at) if "Name" in t.columns)
    assert listed["Name"][0].startswith("'=1+1")
    assert "<script>" not in at.selectbox(key="saved_recipe").options[0]
    assert "There is a recipe of this name" in said(at)
    assert at.text_input(key="search_name").value == HOSTILE


def test_a_find_that_is_not_the_one_shown_is_not_saved(built_study):
    """Another search ended between look and click."""
    shown = write(built_study)
    at = open_page(PAGE, study="tiny")
    at = at.text_input(key="search_name").set_value("mine").run()
    assert digest(write(built_study, value=0.6)) != digest(shown)
    at.button(key="search_save").click().run()
    assert not at.exception and "Another search has ended" in at.error[0].value
    assert built_study.journal.document_names(Kept.RECIPE) == []


def test_a_recipe_goes_on_to_the_evaluation_and_to_the_build(
    built_study, monkeypatch: pytest.MonkeyPatch
):
    """It is chosen there, and the commands get it by name as one word."""
    save_found(built_study, HOSTILE, found(built_study))
    begun = []
    monkeypatch.setattr(evaluation_job, "start", lambda study, more: begun.append(more))
    monkeypatch.setattr(jobs, "_command", lambda *given: begun.append(given[2]) or ["true"])
    at = open_page(PAGE, study="tiny")
    at = sound(at.button(key="recipe_measure").click().run())
    assert at.selectbox(key=evaluation_job.RECIPE).value == HOSTILE
    at.button(key="evaluate_start").click().run()
    assert f"--recipe={HOSTILE}" in begun.pop()
    at = open_page(PAGE, study="tiny")
    at = sound(at.button(key="recipe_build").click().run())
    assert at.selectbox(key="build_recipe_tiny").value == HOSTILE
    at.button(key="build_start").click().run()
    assert f"--recipe={HOSTILE}" in begun.pop()
    at = at.switch_page("pages/study/data.py").run()
    at.selectbox(key="build_recipe_tiny").set_value("")
    at.button(key="build_start").click().run()
    assert "--recipe=" in begun.pop()


def test_a_recipe_of_another_version_does_not_hide_the_others(built_study):
    """Its name stays, with the reason why it cannot be read."""
    save_found(built_study, "good", found(built_study))
    document = load_saved(built_study, "good").document()
    document["recipes"]["taste"]["colour"] = "red"
    built_study.journal.save_document(Kept.RECIPE, "odd", json.dumps(document))
    at = open_page(PAGE, study="tiny")
    listed = next(t for t in tables(at) if "Name" in t.columns).set_index("Name")
    assert listed.loc["good", "Trials"] == 3 and "colour" in listed.loc["odd", "Weights"]


def test_searching_is_a_child_with_progress_that_can_be_cancelled(
    built_study, monkeypatch: pytest.MonkeyPatch
):
    """The command gets protocol, signals and minutes as they stand there; one at a time."""
    begun = []
    waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(
        search_job, "_command", lambda name, more: begun.append((name, more)) or waiting
    )
    at = open_page(PAGE, study="tiny")
    at.selectbox(key="search_protocol").set_value("random")
    at.multiselect(key="search_signals").set_value(["popularity", "taste"])
    at.number_input(key="search_minutes").set_value(2.5)
    try:
        at = sound(at.button(key="search_start").click().run())
        assert begun == [
            ("tiny", ["--protocol=random", "--signals=taste,popularity", "--minutes=2.5"])
        ]
        assert search_job.job(built_study).running and at.get("progress")
        assert at.button(key="search_start").disabled
        at.button(key="search_cancel").click().run()
        search_job.job(built_study).end()
        assert not at.run().button(key="search_start").disabled
    finally:
        search_job.job(built_study).end()


def test_the_reason_of_a_failure_is_shown(built_study, monkeypatch: pytest.MonkeyPatch):
    """What the command says last stands on the page."""
    code = "import sys; print('llmrec: The protocol needs times.', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(search_job, "_command", lambda *_: [sys.executable, "-c", code])
    search_job.start(built_study, [])
    while search_job.job(built_study).running:
        pass
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_file(open_page.__globals__["APP"], default_timeout=60)
    at.run().switch_page(PAGE).run()
    words = "The search failed: The protocol needs times."
    assert not at.exception and at.error[0].value.replace("\\", "") == words
