"""Audit: figures of all descriptions, the worst by name, texts that are alike, wordings."""

from __future__ import annotations

from dataclasses import replace

from llmrec_core.audit import audit_study
from llmrec_core.describe import Sentence
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import audit_view
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/explore/audit.py"


def _lie(study: Study, user: str, text: str) -> None:
    """A sentence that the evidence contradicts, saved as a person's edit."""
    recommender = Recommender(study)
    old = recommender.description(user)
    lie = Sentence(text, "typed", 1, author="person")
    study.journal.save_description(replace(old, sentences=(*old.sentences, lie)))


def _metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def test_the_template_is_faithful(built_study):
    """Of the machine's own texts no sentence is bad, and every figure has its meaning."""
    at = open_page(PAGE, study="tiny", user="u04")
    cards = _metrics(at)
    assert cards["Faithful"] == "100.0 %"
    assert cards["Contradicted"] == cards["Unsupported"] == cards["Refusals"] == "0"
    assert all(metric.help for metric in at.metric)
    assert "24 texts by template" in said(at)


def test_a_lie_is_found_and_named(built_study):
    """A contradicted sentence puts its user first, with the problem and a link to the text."""
    _lie(built_study, "u04", "Hates Star 2 and loves Heart 1.")
    at = open_page(PAGE, study="tiny", user="u04")
    assert _metrics(at)["Contradicted"] == "1"
    at = sound(at.toggle(key="audit_only").set_value(True).run())
    table = tables(at)[0]
    assert table["User"].tolist() == ["descriptions?study=tiny&user=u04"]
    assert "was disliked, but it was liked" in table["First problem"].iloc[0]


def test_without_a_problem_the_short_table_says_so(built_study):
    """Only users with a problem, where there is none: a sentence instead of an empty table."""
    at = open_page(PAGE, study="tiny", user="u04")
    at = sound(at.toggle(key="audit_only").set_value(True).run())
    assert not tables(at)
    assert "No user has a problem." in [note.value for note in at.success]


def test_two_texts_stand_side_by_side(built_study):
    """Users with one text between them are a pair; both texts are shown."""
    text = "Enjoys one very particular thing and nothing else in this whole wide world."
    for user in ("u04", "u06"):
        recommender = Recommender(built_study)
        one = replace(recommender.description(user), sentences=(Sentence(text, "typed"),))
        built_study.journal.save_description(one)
    at = open_page(PAGE, study="tiny", user="u04")
    assert at.selectbox(key="audit_pair").options[0] == "u04 and u06, 100%"
    assert said(at).count("Enjoys one very particular thing") == 2


def test_the_wordings_are_written_on_request(built_study):
    """Nothing is written before the button; then there are six texts and their mean cosine."""
    at = open_page(PAGE, study="tiny", user="u04")
    assert "Between wordings" not in _metrics(at)
    at = sound(at.button(key="audit_write").click().run())
    assert -1 <= float(_metrics(at)["Between wordings"]) <= 1
    assert at.get("plotly_chart")


def test_cells_are_no_formulas(built_study):
    """A problem that begins like a formula is made inert in the table."""
    _lie(built_study, "u04", "Loved “=1+1()”.")
    report = audit_study(Recommender(built_study))
    row = audit_view.rows(report, "tiny", only=True).iloc[0]
    assert row["First problem"].startswith("names «=1+1()»")
