"""The pictures of where somebody stands along concepts."""

import numpy as np
import pytest

from llmrec_core.charts.concept_figures import bar_figure, radar_figure

PLACES = {"this user": np.array([0.5, -0.2, 0.1]), "mean <b>user</b>": np.array([0.1, 0.0, 0.1])}
PHRASES = ["war films", "%{x}", "war films"]


@pytest.mark.parametrize("draw", [bar_figure, radar_figure])
def test_each_has_a_trace_and_no_markup(draw):
    """A trace a name, with all values; names and phrases are text, whatever they hold."""
    figure = draw(PHRASES, PLACES)
    assert len(figure.data) == 2
    assert figure.data[1].name == "mean &lt;b&gt;user&lt;/b&gt;"
    assert all("%{" not in text for text in figure.data[0].customdata)


def test_bars_are_rows_by_position():
    """Two phrases of one name keep a row each, the first on top."""
    figure = bar_figure(PHRASES, PLACES)
    assert list(figure.data[0].x) == [0.5, -0.2, 0.1] and list(figure.data[0].y) == [0, 1, 2]
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.yaxis.ticktext[0] == figure.layout.yaxis.ticktext[2] == "war films"


def test_the_radar_is_closed():
    """The line ends where it began; angles share the circle."""
    figure = radar_figure(PHRASES, PLACES)
    assert list(figure.data[0].r) == [0.5, -0.2, 0.1, 0.5]
    assert list(figure.layout.polar.angularaxis.tickvals) == [0, 120, 240]
