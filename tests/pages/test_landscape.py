"""The weight landscape's page: empty, measured, a click taken and saved, damaged."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from llmrec_core import landscape, progress
from llmrec_core.landscape import LandscapeRecipe, Scores, stored
from llmrec_core.landscape.recipe import STAGE
from llmrec_core.recommender import Recommender
from llmrec_core.ui import landscape_job, landscape_point, landscape_view
from tests.pages.recommending import APP, open_page, said, sound, tables

PAGE = "pages/consequences/landscape.py"
HOSTILE = "=1+1 <script>**x**"


def keep(recommender, *, users=16, asked=500, counts=None, **card):
    """A landscape as the command keeps it, of scores drawn at random: taste knows, popularity not.
    """
    rng = np.random.default_rng(3)
    names, items = recommender.names, recommender.behaviour.n_items
    values = rng.standard_normal((users, len(names), items)).astype(np.float32)
    held = rng.integers(0, items, users)
    values[np.arange(users), names.index("taste"), held] += 3
    scores = Scores(
        names, values, np.zeros((2, 0), np.int32), np.array([np.arange(users), held], np.int32),
        np.arange(items, 0, -1) if counts is None else counts, np.arange(items, dtype=np.int32),
        np.arange(users).astype(str),
    )
    recipe = LandscapeRecipe(users=asked)
    key = landscape.key_of(recommender, recipe)
    arrays = {name: getattr(scores, name) for name in stored._ARRAYS}
    document = {
        "recipe": recipe.document(), "of": stored.inputs_of(recommender), "users": users,
        "rows": {"fitted": 200, "held_out": 50, "tested": 24}, "seconds": 1.5, **card,
    }  # fmt: skip
    recommender.study.artefacts.save_arrays(
        STAGE, key, {**arrays, "names": np.array(names)}, document
    )
    return scores, key


@pytest.fixture
def opened(built_study):
    st.cache_resource.clear()
    return Recommender(built_study)


def charts(at):
    """Names of the traces of each figure, and the numbers that clicks give."""
    figures = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    return [[trace.get("name", "") for trace in figure["data"]] for figure in figures]


def test_without_a_landscape_the_page_says_how_to_get_one(opened, monkeypatch):
    """The command; a click starts it with the users that are chosen, and a second one waits."""
    at = open_page(PAGE, study="tiny")
    assert "Nothing is measured" in said(at) and "llmrec landscape tiny" in said(at)
    assert not at.get("plotly_chart") and not at.button(key="landscape_start").disabled
    script = "import time; time.sleep(60)"
    monkeypatch.setattr(
        landscape_job, "_command",
        lambda name, more: asked.append((name, more)) or [sys.executable, "-c", script],
    )
    asked = []
    at = sound(at.selectbox(key="landscape_users_tiny").set_value(200).run())
    at = at.button(key="landscape_start").click().run()
    assert asked == [("tiny", ["--users=200"])] and not at.exception
    assert at.button(key="landscape_start").disabled and at.button(key="landscape_cancel")
    landscape_job.job(opened.study).end()
    report = progress.Reporter(opened.study.folder / stored.PROGRESS, 3)
    report.end(progress.FAILED, "Too few users have rows enough.")
    at = at.run()
    assert "Too few users" in at.error[0].value


def test_what_the_browser_sends_is_no_number_of_users_but_one_that_is_offered(opened, monkeypatch):
    """Anything else is the usual number."""
    asked = []
    monkeypatch.setattr(landscape_job, "_command", lambda name, more: asked.append(more) or ["x"])
    monkeypatch.setattr(landscape_job.child.Job, "start", lambda *given: None)
    for given in (1000, 7, "500; rm", None):
        landscape_job.start(opened.study, given)
    assert asked == [["--users=1000"], *[["--users=500"]] * 3]


def test_a_measured_landscape_is_drawn_taken_and_saved(opened):
    """Plane and front; the best is looked at first; its weights go to the sliders and a name."""
    scores, _ = keep(opened)
    fitted = {name: round(float(w), 5) for name, w in opened.default_weights.items()}
    at = open_page(PAGE, study="tiny")
    plane, trade = charts(at)
    assert {"looked at", "sliders now"} <= set(plane) & set(trade) and "Pareto front" in trade
    axes = landscape.largest(fitted)
    made = landscape.plane(scores, axes, fitted, 15, opened.recipe.n)
    best = made.weights(made.best)
    cards = {metric.label: metric for metric in at.metric}
    assert cards["NDCG@10"].value == f"{made.points.mean[made.best]:.4f}"
    assert cards["Tail share"].value == f"{100 * made.points.tail_share[made.best]:.1f} %"
    now = landscape.measured(scores, landscape.rows_of(scores.names, [fitted]), 10)
    gap = made.points.ndcg_gap(made.best, now)
    assert cards["NDCG@10"].delta == f"{gap.mean:+.4f}"
    assert f"{int(made.as_good.sum()):,} weighting" in said(at)
    assert "16 of 24" in said(at) and "seed 42" in said(at)
    assert at.button(key="landscape_start").disabled  # it is what is shown

    at = sound(at.text_input(key="landscape_name").set_value(HOSTILE).run())
    at = sound(at.button(key="landscape_save").click().run())
    assert opened.study.journal.weights(HOSTILE) == pytest.approx(landscape.within(best))
    assert "<script>" not in at.success[0].value and "<script>" not in "".join(charts(at)[1])
    assert "it will mean these" in said(at)

    at = sound(at.button(key="landscape_take").click().run())
    for name, weight in landscape.within(best).items():
        assert at.session_state[f"weight_tiny_{name}"] == pytest.approx(weight)
        assert at.slider(key=f"weight_tiny_{name}").value == pytest.approx(weight)
    shown = tables(at)[-1]
    assert (shown["Change"].abs() < 0.006).all()
    at = sound(at.button(key="landscape_tail").click().run())
    assert "as good" in said(at)


def test_where_all_items_are_as_popular_nothing_is_said_of_a_tail(opened):
    """No «nan» anywhere: no trade picture, no way to most tail, a card that says why."""
    keep(opened, counts=np.full(opened.behaviour.n_items, 3))
    at = open_page(PAGE, study="tiny")
    at.session_state["landscape_colour"] = "Tail share"
    at = sound(at.run())
    assert len(charts(at)) == 1 and "no long tail" in said(at) and "nan" not in said(at)
    assert "NDCG@10 over the weights" in said(at)
    cards = {metric.label: metric for metric in at.metric}
    assert cards["Tail share"].value == "not defined" and not cards["Tail share"].delta
    assert "nan" not in "".join(f"{m.value}{m.delta}" for m in at.metric)
    assert "landscape_best" in (keys := [button.key for button in at.button])
    assert "landscape_tail" not in keys


def test_a_square_and_a_click_on_it(opened):
    """Two axes from 0 to 3; what was clicked is looked at on any plane, until another is."""
    scores, _ = keep(opened)
    at = open_page(PAGE, study="tiny")
    at.session_state["landscape_shape"] = landscape.Shape.SQUARE
    at.session_state["landscape_colour"] = "Tail share"
    at = sound(at.run())
    assert len(at.multiselect(key="landscape_square_tiny").value) == 2
    assert "Tail share (%) over the weights" in said(at)
    clicked = tuple((name, 1.0 if name == "taste" else 0.0) for name in opened.names)
    at.session_state["landscape_chosen:tiny"] = clicked
    at = sound(at.run())
    alone = landscape.measured(scores, landscape.rows_of(scores.names, [dict(clicked)]), 10)
    assert at.metric[0].value == f"{alone.mean[0]:.4f}"
    assert "The point that you clicked" in said(at)
    at.session_state["landscape_chosen:tiny"] = (("gone", 1.0),)  # of a build with other signals
    at = sound(at.multiselect(key="landscape_square_tiny").set_value(["taste"]).run())
    assert "Choose two signals" in said(at) and not at.get("plotly_chart")
    at.multiselect(key="landscape_square_tiny").set_value(["taste", "popularity"])
    for slider in at.slider:
        slider.set_value(0.0)
    assert "All weights are 0" in said(at.run())


def test_a_click_is_kept_as_the_weights_of_its_point(opened, monkeypatch):
    """A point of the plane, a mark with a name, and nothing for a number that is neither."""
    scores, _ = keep(opened)
    plane = landscape.plane(scores, ("taste", "popularity"), opened.default_weights, 2)
    now = tuple((name, 0.5) for name in opened.names)
    points = landscape.measured(scores, landscape.rows_of(scores.names, [dict(now)]))
    shown = landscape_view.Shown(plane, {"sliders now": now}, points, now, False, points)
    kept = []
    monkeypatch.setattr(landscape_point, "look_at", lambda _, weights: kept.append(weights))

    def click(*numbers):
        points = [{"customdata": number} for number in numbers]
        monkeypatch.setattr(
            landscape_view.st, "session_state", {"chart": {"selection": {"points": points}}}
        )
        landscape_view._take(opened, "chart", shown)

    click(4)
    click([9])
    click(None)
    click(10)
    click()
    assert kept == [tuple(plane.weights(4).items()), now]


def test_a_damaged_landscape_is_said_and_can_be_measured_again(opened):
    """One sentence in place of the pictures; the button is there."""
    keep(opened)
    data = next((opened.study.artefacts.folder / STAGE).glob("*.npz"))
    data.write_bytes(data.read_bytes()[:-50])
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["study"] = "tiny"
    at = at.run().switch_page(PAGE).run()
    assert "damaged" in at.error[0].value and not at.get("plotly_chart")
    assert not at.button(key="landscape_start").disabled
