"""Why not another, in words: rank, points, ties, and weights that a slider does not hold."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from llmrec_core.charts.why_not_figure import difference_figure
from llmrec_core.explain.why_not import Change, Part, WhyNot
from llmrec_core.ui.text import JOINER
from llmrec_core.ui.why_not_frames import changes_frame, nearest, standing

TITLES = SimpleNamespace(title=lambda item: f"*Item* {item}")
OUTSIDE = WhyNot(7, 10, 37, 1523, 4, 10, parts=(Part("taste", 1.0, 0.5, 0.92),))
CHANGE = Change("taste", 0.5, 0.7311, 0.74, 10, 0.75, 9)


@pytest.mark.parametrize(("found", "words"), [
    (OUTSIDE, r"Rank 37 of 1,523. 0.42 points short of «\*Item\* 4» at place 10."),
    (replace(OUTSIDE, parts=(Part("taste", 1.0, 0.5, 0.501),)),
     r"Rank 37 of 1,523. Less than 0.01 points short of «\*Item\* 4» at place 10."),
    (replace(OUTSIDE, rank=3, rival_rank=11, parts=(Part("taste", 1.0, 0.5, 0.25),)),
     r"Rank 3 of 1,523. In the list of 10: 0.25 points ahead of «\*Item\* 4» at place 11."),
    (replace(OUTSIDE, tied=True, rank=11),
     r"Rank 11 of 1,523. As many points as «\*Item\* 4» at place 10: the ids decide a tie."),
    (WhyNot(7, 100, 3, 50), "Rank 3 of 50. A list of 100 has room for every candidate."),
    (WhyNot(7, 10, None, 50), ""),
])  # fmt: skip
def test_where_an_item_stands(found, words):
    """One sentence or two; a title is text and no markup."""
    assert standing(TITLES, found).replace(JOINER, "") == words


def test_what_a_weight_does_and_why_no_slider_holds_it():
    """Up or down with the border; below 0, beyond the end or between two positions."""
    assert nearest(CHANGE, inside=False) == (
        "**Taste** alone, from 0.5 up to 0.75, brings it in, at rank 9 (the exact border is "
        "0.7311)."
    )
    down = replace(CHANGE, edge=0.1, slider=0.1)
    assert "down to 0.10, takes it out of the list" in nearest(down, inside=True)
    none = replace(CHANGE, slider=None, slider_rank=None)
    others = [none, replace(none, weight=4.2, edge=4.2), replace(none, weight=-0.3, edge=-0.3)]
    ends = ("between two positions of the slider.", "the end of the slider.", "goes below 0.")
    assert [nearest(x, inside=False).endswith(end) for x, end in zip(others, ends, strict=True)] \
        == [True] * 3
    frame = changes_frame([CHANGE, *others])
    assert frame["Put it to"].tolist() == [
        "0.75", "0.74 (between steps)", "4.2 (beyond)", "\u22120.3 (below 0)"
    ]
    assert frame["Rank"].tolist() == [9, 10, 10, 10]


def test_the_steps_of_a_difference_lead_to_its_sum_and_have_room_on_both_sides():
    """-3, then +1: the axis begins left of -3, where the number of that bar stands."""
    figure = difference_figure([("Taste", 1.0), ("Sequence", -3.0)])
    assert list(figure.data[0].x) == [-3.0, 1.0, -2.0]
    low, high = figure.layout.xaxis.range
    assert low < -3.3 and high > 0.3
