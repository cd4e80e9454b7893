"""The picture of probabilities shows what was said, what happened, and how often."""

from llmrec_core.charts.liking_figures import reliability_figure

STEPS = [
    {"from": 0.2, "to": 0.3, "pairs": 40, "said": 0.25, "happened": 0.5, "interval": [0.35, 0.65]},
    {"from": 0.9, "to": 1.0, "pairs": 5, "said": 0.95, "happened": 1.0, "interval": [0.57, 1.0]},
]


def test_points_intervals_and_counts_are_those_of_the_steps():
    """In per cent: said to the right, happened upwards, reaches to both ends of the interval."""
    line, one, other, bars = reliability_figure({"<b>P</b>": STEPS, "means": STEPS[:1]}).data
    assert list(line.x) == list(line.y) == [0, 100]
    assert list(one.x) == [25, 95] and list(one.y) == [50, 100]
    assert [round(x) for x in one.error_y.array] == [15, 0]
    assert [round(x) for x in one.error_y.arrayminus] == [15, 43]
    assert "<b>" not in one.name and list(other.y) == [50]
    assert list(bars.y) == [40, 5]


def test_nothing_at_all_can_be_drawn():
    """Models without a step give empty curves."""
    assert len(reliability_figure({}).data) == 2
