"""The study's figures show the numbers they are given."""

from __future__ import annotations

import numpy as np

from llmrec_core.charts import study_figures


def test_popularity_starts_with_the_most_popular_and_ends_with_the_last() -> None:
    """Whatever the order given, the curve falls; items without rows are not drawn."""
    curve = study_figures.popularity_figure(np.array([0, 3, 9, 1])).data[0]
    assert list(curve.y) == [9, 3, 1] and list(curve.x) == [1, 2, 3]


def test_a_large_catalogue_is_thinned_but_keeps_its_ends() -> None:
    """A hundred thousand items are drawn with few points, the first and the last among them."""
    curve = study_figures.popularity_figure(np.arange(1, 100_001)).data[0]
    assert len(curve.x) < 1000 and curve.y[0] == 100_000 and curve.y[-1] == 1


def test_nothing_at_all_can_be_drawn() -> None:
    """No item, and items without rows, give an empty curve."""
    for counts in (np.zeros(0, int), np.zeros(3, int)):
        assert len(study_figures.popularity_figure(counts).data[0].x) == 0


def test_signal_names_are_text() -> None:
    """A name is escaped: Plotly would obey markup in it."""
    bars = study_figures.signals_figure({"<b>x</b>": 0.25, "blend": 0.5}, {"<b>x</b>": 1.0}).data[0]
    assert bars.y[0] == "&lt;b&gt;x&lt;/b&gt;" and list(bars.x) == [0.25, 0.5]
    assert bars.customdata[0] == "weight 1"
