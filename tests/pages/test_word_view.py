"""«Why this item» on its page: a picked line opens to its words, or says why it has none."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from llmrec_core.recommender import Recommender
from llmrec_core.signals import SIGNALS
from llmrec_core.texts import LazyEncoder
from llmrec_core.ui.ledger import table_key
from tests.pages.recommending import open_page, said, sound, tables, weigh

PAGE = "pages/recommend/for_one_user.py"


@pytest.fixture
def page(built_study, monkeypatch):
    """The page of u03."""
    return open_page(PAGE, study="tiny", user="u03")


def _pick(at: AppTest, recommender: Recommender, signal: str, row: int) -> AppTest:
    """Weigh one signal alone, open it in the first item's ledger, pick a row of its table."""
    profile, at = recommender.profile("u03"), weigh(at, **{signal: 1.0})
    block, weights = recommender.block(profile), recommender.weights({signal: 1.0})
    item = recommender.ranked(block, weights, 1).items[0].item
    entries = recommender.explain(profile, block, weights, item)
    at.session_state[f"ledger_{signal}_open"] = True
    at.session_state[table_key(entries[0], f"ledger_{signal}")] = {"selection": {"rows": [row]}}
    return sound(at.run())


def test_a_sentence_opens_to_its_words(page, built_study):
    """The picture is there, the sum is that of the line, and the pairs are words of both sides;
    what all texts share may stand apart."""
    recommender = Recommender(built_study)
    at = _pick(page, recommender, "description", 0)
    assert len(at.get("plotly_chart")) == 2
    told = said(at)
    assert "exact" in told and "differ by" in told
    drawn = at.get("plotly_chart")[1].proto.spec
    cells = next(trace for trace in json.loads(drawn)["data"] if trace["type"] == "heatmap")
    rows, columns = len(cells["y"]), len(cells["x"])
    assert f"{rows} rows by {columns} columns, adds up to" in told  # what is drawn is what is told
    pairs = next(t for t in tables(at) if "User's word" in t.columns)
    sentence = recommender.profile("u03").sentence_text
    assert all(any(word in text for text in sentence) for word in pairs["User's word"])
    assert set(pairs["In the item's"]) <= {"title and attributes", "plot"}
    before = pairs["Points"].tolist()
    apart = next(t for t in at.toggle if str(t.key).endswith("_apart"))
    at = sound(apart.set_value(True).run())
    after = next(t for t in tables(at) if "User's word" in t.columns)["Points"].tolist()
    assert before != after


def test_words_stay_open_while_a_slider_moves(page, built_study):
    """Twice the weight, twice the points of every pair: the same line is still open."""
    at = _pick(page, Recommender(built_study), "description", 0)
    before = next(t for t in tables(at) if "User's word" in t.columns)
    at = weigh(at, description=2.0)
    after = next(t for t in tables(at) if "User's word" in t.columns)
    assert after["User's word"].tolist() == before["User's word"].tolist()
    assert after["Points"].tolist() == pytest.approx((2 * before["Points"]).tolist())


def test_another_pooling_is_called_not_exact(page, built_study, monkeypatch):
    """Words that were found by leaving words out are never shown as exact."""
    monkeypatch.setattr(type(LazyEncoder.model), "exact_words", False)
    told = said(_pick(page, Recommender(built_study), "description", 0))
    assert "not exact" in told and "is exact" not in told


def test_a_signal_without_texts_says_so(page, built_study):
    """Past items of the collaborative signal have titles and no words; and of a signal that reads
    texts as vectors nobody says that it reads none."""
    told = said(_pick(page, Recommender(built_study), "collaborative", 0))
    assert f"Collaborative {SIGNALS['collaborative'].unopened}." in told
    for name in ("collaborative", "sequence", "neural", "liking"):
        assert "no texts" not in SIGNALS[name].unopened
    assert "no texts" in SIGNALS["popularity"].unopened
