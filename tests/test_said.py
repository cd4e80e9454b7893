"""Where a text points on the map, and the small figure with its arrow."""

from __future__ import annotations

import numpy as np

from llmrec_core.charts.arrow_figure import arrow_figure
from llmrec_core.project.said import Usual, place_said

# Forty items left, forty right; texts speak for one side or the other.
XY = np.concatenate([np.full((40, 2), -5.0), np.full((40, 2), 5.0)])
XY[:, 1] = np.tile(np.linspace(-1, 1, 40), 2)
LEFT = np.concatenate([np.linspace(2, 1, 40), np.zeros(40)])
RIGHT = LEFT[::-1].copy()
OTHERS = np.random.default_rng(0).random((30, 80))  # as many texts that prefer no side
USUAL = Usual.of(OTHERS)


def test_a_text_points_to_what_it_speaks_for():
    """Left or right, among the items' places."""
    left, right = place_said(np.stack([LEFT, RIGHT]), USUAL, XY)
    assert left[0] < -4 and right[0] > 4 and abs(left[1]) <= 1 >= abs(right[1])


def test_what_all_texts_say_moves_nobody():
    """The same praise of some items in every text leaves each text where it points."""
    popular = np.where(np.arange(80) < 20, 50.0, 0.0)
    usual = Usual.of(OTHERS + popular)
    with_it = place_said(np.stack([LEFT, RIGHT]) + popular, usual, XY)
    np.testing.assert_allclose(with_it, place_said(np.stack([LEFT, RIGHT]), USUAL, XY), atol=1e-4)


def test_a_text_that_says_nothing_points_nowhere():
    """Equal scores for all items: nan, not some place."""
    assert np.isnan(place_said(np.zeros((1, 80)), USUAL, XY)).all()


def test_items_without_a_place_pull_nobody():
    """The best item has no place; the text is still placed by the others."""
    xy = XY.copy()
    xy[0] = np.nan
    assert np.isfinite(place_said(LEFT[None], USUAL, xy)).all()


def test_a_catalogue_of_three():
    """Fewer items than are wanted."""
    scores = np.array([[1.0, 0.5, 0.0]])
    place = place_said(scores, Usual.of(np.array([[0.0, 0.5, 1.0], [1.0, 0.5, 0.0]])), XY[:3])
    assert np.isfinite(place).all()


def test_the_arrow_goes_from_old_to_new_and_both_are_in_the_picture():
    """Also when the arrow is much shorter than the map, and with a star far off."""
    old, new, user = np.array([0.0, 0.0]), np.array([0.2, 0.1]), np.array([-4.0, 0.0])
    figure = arrow_figure(XY, [f"Item {i}" for i in range(80)], old, new, user=user)
    (arrow,) = figure.layout.annotations
    assert (arrow.ax, arrow.ay, arrow.x, arrow.y) == (0.0, 0.0, 0.2, 0.1)
    low, high = figure.layout.xaxis.range
    assert low < -4 and high > 0.2
    assert [trace.type for trace in figure.data] == ["scatter"] * 4


def test_no_move_is_no_arrow():
    """Both texts point to the same place: two marks, no arrow."""
    here = np.array([5.0, 0.0])
    figure = arrow_figure(XY, [""] * 80, here, here)
    assert len(figure.layout.annotations) == 0


def test_a_name_is_left_out_where_it_would_lie_on_a_mark():
    """The group's middle is where the text points: its name would hide the arrow."""
    here, there = np.array([-5.0, 0.0]), np.array([-4.8, 0.1])
    figure = arrow_figure(XY, [""] * 80, here, there, group=np.zeros(80, int), names=["Left"])
    assert len(figure.layout.annotations) == 1  # the arrow


def test_titles_and_group_names_are_text():
    """What Plotly would read as markup is escaped, in labels and in hover texts."""
    here, there = np.array([-5.0, -1.0]), np.array([-4.8, -0.9])
    figure = arrow_figure(
        XY, ["<b>x</b>"] * 80, here, there, group=np.zeros(80, int), names=["<a href=x>y</a>"]
    )
    assert set(figure.data[0].text) == {"&lt;b&gt;x&lt;/b&gt;"}
    assert figure.layout.annotations[-1].text == "&lt;a href=x&gt;y&lt;/a&gt;"
