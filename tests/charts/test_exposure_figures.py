"""Exposure figures hold the report's numbers, in per cent, without colours or live markup."""

import json

import numpy as np
import pytest

from llmrec_core.charts.exposure_figures import change_figure, decile_figure, lorenz_figure
from llmrec_core.errors import InputError
from llmrec_core.exposure import compare, exposure_report

COUNTS = np.array([90, 50, 40, 30, 20, 10, 8, 6, 4, 2])
NOW = exposure_report(np.array([[0, 1], [0, 2], [0, 9]]), COUNTS)
OTHER = exposure_report(np.array([[0, 1], [3, 2], [4, 9]]), COUNTS)
EMPTY = exposure_report(np.zeros((0, 2), np.int32), COUNTS)
TITLES = [f"Film {i}" for i in range(9)] + ["<a href='x'>Film 9</a>"]


def every_figure():
    """The three figures of one comparison."""
    names = ("<b>mine</b>", "other")
    change = change_figure(compare(NOW, OTHER), TITLES)
    return [lorenz_figure(NOW, OTHER, names=names), decile_figure(NOW, OTHER, names=names), change]


def test_the_lorenz_figure_draws_both_settings_the_past_and_equality():
    """Four curves from (0, 0) to (100, 100); the names carry the Gini index."""
    figure = lorenz_figure(NOW, OTHER)
    assert len(figure.data) == 4
    for curve in figure.data:
        assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 100, 100)
    assert figure.data[0].name == f"now, Gini {NOW.gini:.3f}"
    assert figure.data[3].x == figure.data[3].y


def test_the_decile_figure_is_the_decile_table_in_per_cent():
    """Bars are exposure, points are interactions."""
    bars, others, points = decile_figure(NOW, OTHER).data
    np.testing.assert_allclose(bars.y, 100 * NOW.deciles["exposure_share"])
    np.testing.assert_allclose(others.y, 100 * OTHER.deciles["exposure_share"])
    np.testing.assert_allclose(points.y, 100 * COUNTS / COUNTS.sum())


def test_without_another_setting_only_now_is_drawn():
    """One curve or bar group, beside the past."""
    assert [t.name for t in decile_figure(NOW).data] == ["now", "training interactions"]
    assert len(lorenz_figure(NOW).data) == 3


def test_the_change_figure_shows_the_largest_gains_and_losses():
    """`most` of each, gains first, by title."""
    figure = change_figure(compare(NOW, OTHER), TITLES, most=1)
    assert list(figure.data[0].x) == [1, -2]
    assert list(figure.layout.yaxis.ticktext) == ["Film 3", "Film 0"]


def test_axes_say_what_they_count():
    """Titles with units on every axis that carries numbers."""
    lorenz, decile, change = every_figure()
    for axis in (lorenz.layout.xaxis, lorenz.layout.yaxis, decile.layout.yaxis):
        assert "(%)" in axis.title.text
    assert "times shown" in change.layout.xaxis.title.text


def test_figures_bring_no_colours_and_no_live_markup():
    """The theme decides on colours; names and titles from data are inert."""
    for figure in every_figure():
        traces = json.dumps([t.to_plotly_json() for t in figure.data], default=str)
        text = traces + json.dumps(figure.layout.yaxis.to_plotly_json(), default=str)
        assert "color" not in traces
        assert "<b>" not in text and "<a " not in text


def test_nothing_shown_is_said_and_not_drawn_as_zero():
    """A note in words; the bars are undefined, not 0."""
    figure = decile_figure(EMPTY)
    assert "no item" in figure.layout.annotations[0].text
    assert np.isnan(figure.data[0].y).all()
    assert "undefined" in lorenz_figure(EMPTY).data[0].name


def test_no_change_is_said():
    """Equal settings: a sentence instead of an empty picture."""
    figure = change_figure(compare(NOW, NOW), TITLES)
    assert "more or less often" in figure.layout.annotations[0].text


def test_missing_titles_are_refused():
    """Both numbers are in the error."""
    with pytest.raises(InputError, match="Item 4 changed but there are 2 titles"):
        change_figure(compare(NOW, OTHER), TITLES[:2])
