"""Likes on screen: the section of an evaluation, and the column beside a list."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import FakeEncoder
from streamlit.testing.v1 import AppTest

from llmrec_core.build import build
from llmrec_core.evaluate.liking import MEANS, MODEL, RATE, Pairs, _document
from llmrec_core.made import BuildRecipe
from llmrec_core.recommender import Recommender
from llmrec_core.ui.ranking import CHANCE
from tests.pages.recommending import open_page, tables


def _shown(document):
    """An app of nothing but the section."""
    import streamlit as st

    from llmrec_core.ui import liking_view

    liking_view.draw(None, st.session_state["document"])


def _at(document):
    at = AppTest.from_function(_shown, args=(None,), default_timeout=30)
    at.session_state["document"] = document
    return at.run()


@pytest.fixture
def document():
    """A made evaluation: forty pairs of four users, likes told apart by the model alone."""
    rng = np.random.default_rng(0)
    like = rng.random(40) > 0.5
    pairs = Pairs(np.repeat(np.arange(4), 10), np.tile(np.arange(10), 4), like)
    said = {MODEL: np.where(like, 0.8, 0.2), MEANS: rng.random(40), RATE: np.full(40, 0.5)}
    return {"liking": {"like": "a level of at least 0.75", **_document(pairs, said)}}


def test_the_section_shows_models_curve_and_report(document):
    """AUC of the model beside that of means alone, a picture, and shares at one half."""
    at = _at(document)
    assert not at.exception
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["AUC"] == "1.0000" and figures["Calibration error"] == "0.2000"
    models, report = (table.value for table in at.dataframe)
    assert list(models["Model"]) == [MODEL, MEANS, RATE]
    assert list(report["Recall"]) == [1, 1]
    assert at.get("plotly_chart")


def test_without_the_measurement_nothing_is_shown():
    """An evaluation that did not ask for likes has no such section."""
    at = _at({})
    assert not at.exception and not at.markdown and not at.metric


def test_a_build_with_the_signal_says_how_likely_a_like_is(built_study):
    """The column holds the signal's own probabilities, in per cent; a build without has none."""
    page = "pages/recommend/for_one_user.py"
    without = open_page(page, study="tiny", user="u03")
    assert not any(CHANCE in table.columns for table in tables(without))
    build(built_study, BuildRecipe(signals="popularity,liking"), encoder=FakeEncoder())
    with_it = open_page(page, study="tiny", user="u03")
    frame: pd.DataFrame = next(table for table in tables(with_it) if CHANCE in table.columns)
    recommender = Recommender(built_study)
    chance = recommender.signals["liking"].probability(recommender.profile("u03"))[0]
    titles = [recommender.title(i) for i in range(len(recommender.titles))]
    expected = [100 * chance[titles.index(title)] for title in frame["Title"]]
    assert frame[CHANCE].tolist() == pytest.approx(expected, abs=1e-3)
