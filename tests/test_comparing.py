"""Recipes side by side: the front, what may be compared, and figures in words."""

import numpy as np
import pandas as pd
import pytest

from llmrec_core import protocol, signals, tables
from llmrec_core.charts.measure_figures import dots_figure, scatter_figure
from llmrec_core.evaluate import comparing, words
from llmrec_core.evaluate.stored import Kept

NAN = float("nan")


def test_the_front_is_what_no_other_point_beats():
    """(1, 1) beats (0, 1) and (1, 0); (0, 2) is worse in one and better in the other."""
    x, y = np.array([1.0, 0, 1, 0, NAN, 1]), np.array([1.0, 1, 0, 2, 9, 1])
    metrics = ("coverage@10", "ndcg@10")
    assert comparing.front(x, y, metrics).tolist() == [True, False, False, True, False, True]


def test_a_metric_that_is_better_when_smaller_turns_the_front_round():
    """By the Gini index the evenly shown recipe wins."""
    x, y = np.array([0.2, 0.9]), np.array([0.5, 0.5])
    assert comparing.front(x, y, ("gini", "ndcg@10")).tolist() == [True, False]
    assert comparing.front(x, y, ("coverage@10", "ndcg@10")).tolist() == [False, True]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({}, ""), ({"encoder": "x", "signals": ("taste",)}, ""), ({"protocol": "random"}, "random"),
     ({"data": "d2"}, "imported anew"), ({"split": "s2"}, "other rows"),
     ({"users": "u2"}, "other users"), ({"problem": "It is damaged."}, "cannot be read")],
)  # fmt: skip
def test_only_like_is_compared_with_like(change, reason):
    """The encoder and the signals may differ; what is held out, and of whom, may not."""
    base = {"protocol": "temporal", "data": "d", "split": "s", "users": "u"}
    said = comparing.apart(Kept("a", **base), Kept("b", **{**base, **change}))
    assert (reason in said) if reason else said == ""


def test_every_signal_has_a_kind_and_raw_text_is_its_own():
    """What is learned and what is not are never one colour."""
    kinds = {name: comparing.nature(name) for name in signals.NAMES}
    assert kinds["taste"] == kinds["description"] == comparing.MAPPED
    assert comparing.nature("match") == comparing.RAW != comparing.nature("taste, raw")
    assert comparing.nature("blend, steerable") == comparing.BLEND
    assert comparing.nature("description, other words") == comparing.MAPPED


def test_settings_in_words_leave_out_what_weighs_nothing():
    """Weights of 0 are no part of a blend; a setting of 0 is one."""
    weights = {"weights": {"taste": 0.5, "sequence": 0.0, "popularity": 1.0}}
    assert comparing.settings_words(weights) == "taste 0.5, popularity 1"
    recipe = signals.DEFAULTS["collaborative"].document()
    told = comparing.settings_words(recipe)
    assert "stage" not in told and "recency 0" in told


def test_users_without_a_figure_are_served_neither_better_nor_worse():
    """The largest difference first, ties by id."""
    class Found:
        user_ids = np.array(["d", "c", "b", "a"])
        history, mainstream = np.arange(4), np.zeros(4)

    one, other = np.array([1.0, 1.0, 0.5, NAN]), np.array([0.5, 0.5, 0.5, 0.0])
    frame = comparing.served(Found, one, other)
    assert frame["user_id"].tolist() == ["c", "d"] and frame["rows"].tolist() == [1, 0]


def test_a_users_missing_attribute_is_no_value():
    """Nobody is said to share an empty cell; numbers are values as they are written."""
    frame = pd.DataFrame({tables.USER: ["a", "b"], "job": ["", "cook"], "age": [30, 41]})
    listed = comparing.listed(tables.Users(frame, ("job", "age")))
    assert listed["job"].tolist() == [[], ["cook"]] and listed["age"].tolist() == [["30"], ["41"]]


def test_metrics_have_names_meanings_and_an_order():
    """A metric that nobody described is shown by its own name, last."""
    assert words.title("ndcg@10") == "NDCG@10" and words.title("gini") == "Gini index"
    assert words.title("my_own@5") == "My own@5" and words.measure("my_own@5").better == 0
    assert words.in_order(["my_own", "gini", "ndcg@10"]) == ["ndcg@10", "gini", "my_own"]


@pytest.mark.parametrize("name", list(protocol.PROTOCOLS))
def test_the_line_under_a_figure_says_what_was_held_out(name):
    """A seed is named where rows are drawn, and not where times decide."""
    chosen = protocol.named(name)
    data = {"test_users": 9, "held_out_rows": 20, "training_rows": 80, "items": 1000}
    line = words.in_one_line({"protocol": chosen.card(), "data": data, "encoder": "e"})
    assert f"Protocol {name}: {chosen.about}" in line and "1,000 items" in line
    by_time = ("temporal", "leave-last-out", "global-time")
    assert (f"seed {chosen.split.seed}" in line) == (name not in by_time)
    full = dict(words.in_full({"protocol": chosen.card()}))
    assert "candidates" in full["Candidates"] or "items" in full["Candidates"]


def test_an_interval_that_is_undefined_is_drawn_as_none():
    """A dot without a line, and no figure that Plotly refuses; data stay text."""
    bounds = np.array([[0.1, 0.3], [NAN, NAN]])
    figure = dots_figure(["<b>x", "y"], ["a", "b"], np.array([0.2, 0.4]), bounds, "NDCG@10")
    first, second = figure.data
    assert first.error_x.array[0] == pytest.approx(0.1) and second.error_x.array[0] == 0
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;x"


def test_the_front_is_a_line_from_left_to_right():
    """Points on it carry their names, the others do not; undefined ones are not drawn."""
    x, y = np.array([3.0, 1.0, 2.0, NAN]), np.array([1.0, 3.0, 0.0, 1.0])
    on = np.array([True, True, False, False])
    line, dots = scatter_figure(list("abcd"), ["k"] * 4, x, y, on, ("x", "y")).data
    assert list(line.x) == [1.0, 3.0] and list(dots.text) == ["a", "b", ""]
