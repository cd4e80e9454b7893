"""The landscape's pictures: every point says its number, marks lie where they belong."""

from __future__ import annotations

import numpy as np
import pytest

from llmrec_core.charts.landscape_figures import (
    Mark,
    Values,
    square_figure,
    trade_figure,
    triangle_figure,
)

NAMES = ("Taste", "<b>Popularity</b>", "Sequence")
NDCG = np.array([0.1, 0.3, np.nan, 0.2])
TAIL = np.array([0.5, 0.1, np.nan, 0.4])
GOOD = np.array([False, True, False, True])
PLACES = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]])
MARKS = [
    Mark("looked at", -1, 0.3, 0.1, (0.0, 1.0, 0.0)), Mark("elsewhere", 5, 0.15, 0.3, None),
    Mark("<script>%{x}", 4, 0.2, 0.4, (0.5, 0.5, 0.0), 2),
]  # fmt: skip


def numbers(figure):
    """Every number that a click can give, by trace."""
    return [list(trace.customdata) if trace.customdata is not None else [] for trace in figure.data]


@pytest.mark.parametrize("draw", [triangle_figure, square_figure])
def test_points_of_a_plane_say_their_number(draw):
    """Unknown ones are left out, those as good come again as outlines, the ring takes no click."""
    width = 3 if draw is triangle_figure else 2
    marks = [Mark(m.name, m.number, m.ndcg, m.tail_share, m.place and m.place[:width], m.symbol)
             for m in MARKS]  # fmt: skip
    figure = draw(PLACES[:, :width], NAMES[:width], Values(NDCG, "NDCG@10"), GOOD, marks)
    assert numbers(figure) == [[0, 1, 3], [1, 3], [], [4]]
    assert list(figure.data[0].marker.color) == [0.1, 0.3, 0.2]
    assert "<b>" not in figure.to_json() and "<script>" not in figure.to_json()
    if draw is triangle_figure:
        assert list(figure.data[0].b) == [0, 1, 0.5] and figure.layout.ternary.sum == 1
        assert list(figure.data[3].a) == [0.5]
    else:
        assert list(figure.data[0].y) == [0, 1, 0.5] and list(figure.data[3].x) == [0.5]


def test_the_front_goes_through_its_points_in_order():
    """Tail share in per cent across; marks lie at their figures, wherever their plane is."""
    front = np.array([True, True, False, True])
    figure = trade_figure(NDCG, TAIL, front, GOOD, MARKS, ("tail", "ndcg"))
    line = next(trace for trace in figure.data if trace.name == "Pareto front")
    assert list(line.x) == [10, 40, 50] and list(line.customdata) == [1, 3, 0]
    assert sorted(sum(numbers(figure)[:2], [])) == [0, 1, 3]
    assert {(t.x[0], t.y[0]) for t in figure.data[3:]} == {(10, 0.3), (30, 0.15), (40, 0.2)}
