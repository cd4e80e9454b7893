"""Cold start in pictures: what was measured stands where it belongs, and names are text."""

import math

import numpy as np

from llmrec_core.charts.cold_figures import cold_figure, new_items_figure
from llmrec_core.charts.search_figures import history_figure

KNOWN = ["0", "1", "10", "one typed sentence"]
ROWS = [
    {"recipe": "<b>taste</b>", "values": [0.1, 0.2, 0.3, 0.25],
     "intervals": [[0.05, 0.15], [0.15, 0.25], [0.25, 0.35], [0.2, 0.3]]},
    {"recipe": "popularity", "values": [math.nan, 0.2, 0.2, 0.2],
     "intervals": [[math.nan] * 2] * 4},
]  # fmt: skip


def test_a_typed_sentence_stands_apart_from_the_line():
    """The line ends at the last number of interactions: a gap, then a point of its own."""
    line, other = cold_figure(KNOWN, ROWS, "NDCG@10", ["popularity"]).data
    assert list(line.x) == ["0", "1", "10", "one typed sentence", "one typed sentence"]
    assert list(line.y) == [0.1, 0.2, 0.3, None, 0.25] and not line.connectgaps
    assert list(line.customdata[2]) == ["10 known", 0.25, 0.35]
    assert line.customdata[4][0] == "one typed sentence"
    assert line.visible == "legendonly" and other.visible is True
    assert other.y[0] is None and "<b>" not in line.name + line.hovertemplate


def test_categories_keep_their_order():
    """Whichever recipe is drawn first, 10 does not come before 3."""
    layout = cold_figure(KNOWN, ROWS, "NDCG@10", []).layout
    assert list(layout.xaxis.categoryarray) == KNOWN and layout.xaxis.type == "category"


def test_new_items_are_held_against_chance():
    """Bars with their interval; how many times chance stands beside, chance is a line."""
    rows = [{"recipe": "taste", "value": 0.4, "interval": [0.3, 0.6]},
            {"recipe": "random", "value": 0.1, "interval": [0.1, 0.1]}]  # fmt: skip
    figure = new_items_figure(rows, 0.1, "NDCG@10")
    (bars,) = figure.data
    assert list(bars.x) == [0.4, 0.1]
    assert list(bars.y) == ["taste, 4.0 × chance", "random, 1.0 × chance"]
    np.testing.assert_allclose(bars.error_x.array, [0.2, 0])
    np.testing.assert_allclose(bars.error_x.arrayminus, [0.1, 0])
    assert figure.layout.shapes[0].x0 == 0.1
    assert not new_items_figure(rows, math.nan, "NDCG@10").layout.shapes


def test_a_search_shows_trials_the_best_so_far_and_the_defaults():
    """Trials are counted from 1; the steps never fall."""
    history = [(0, 0.4, 0.4), (2, 0.3, 0.4), (3, 0.5, 0.5)]
    figure = history_figure(history, 0.35, "<b>NDCG</b>")
    dots, steps = figure.data
    assert list(dots.x) == [1, 3, 4] and list(dots.y) == [0.4, 0.3, 0.5]
    assert list(steps.y) == [0.4, 0.4, 0.5] and steps.line.shape == "hv"
    assert figure.layout.shapes[0].y0 == 0.35 and "<b>" not in figure.layout.yaxis.title.text
