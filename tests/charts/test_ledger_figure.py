"""The waterfall of a ledger: its steps lead to the score, whatever is folded or hostile."""

import math

import pytest

from llmrec_core.charts.labels import label
from llmrec_core.charts.ledger_figure import ledger_figure
from llmrec_core.errors import InputError

PARTS = [("popularity", -0.35), ("collaborative", 1.2), ("description", 0.6)]


def test_steps_fall_in_size_and_end_in_their_sum():
    """The largest part first, the score last and as a total."""
    bar = ledger_figure(PARTS).data[0]
    assert list(bar.customdata) == ["collaborative", "description", "popularity", "score"]
    assert list(bar.x) == [1.2, 0.6, -0.35, pytest.approx(1.45)]
    assert list(bar.measure) == ["relative"] * 3 + ["total"]


def test_small_parts_fold_into_one_step_that_keeps_the_sum():
    """At most `most` steps, and none of the score is lost."""
    parts = [(f"word {i}", (-1) ** i / (i + 1)) for i in range(40)]
    bar = ledger_figure(parts, most=5).data[0]
    assert len(bar.x) == 6 and bar.customdata[4] == "36 smaller parts"
    assert sum(bar.x[:-1]) == pytest.approx(math.fsum(v for _, v in parts))
    assert bar.x[-1] == pytest.approx(math.fsum(v for _, v in parts))


def test_equal_labels_stay_two_steps():
    """Rows are positions: two sentences with one text do not fall on one bar."""
    figure = ledger_figure([("again", 1.0), ("again", 0.5)])
    assert list(figure.data[0].y) == [0, 1, 2]
    assert list(figure.layout.yaxis.ticktext) == ["again", "again", "score"]


def test_labels_are_inert_and_short():
    """Markup is escaped, a long line is cut before escaping, line ends are spaces."""
    assert label("<a href='x'>&</a>") == "&lt;a href='x'&gt;&amp;&lt;/a&gt;"
    assert label("a\nb") == "a b"
    assert label("&" * 60, most=4) == "&amp;&amp;&amp;…"
    figure = ledger_figure([("<b>bold</b>", 1.0)])
    assert "<b>" not in figure.to_json().replace("\\u003c", "<")


def test_no_parts_give_a_score_of_nothing():
    """An empty ledger sums to 0."""
    assert list(ledger_figure([]).data[0].x) == [0]


def test_a_part_that_is_no_number_is_refused_by_name():
    """A nan would silently end the waterfall."""
    with pytest.raises(InputError, match="'taste' of the ledger is nan"):
        ledger_figure([("taste", float("nan"))])


def test_a_ledger_of_one_step_is_refused():
    """One step cannot both show a part and the rest."""
    with pytest.raises(InputError, match="allow 2 or more"):
        ledger_figure(PARTS, most=1)


def test_the_axis_has_a_unit_and_the_figure_no_colours():
    """The theme decides on colours."""
    figure = ledger_figure(PARTS, unit="standard deviations")
    assert figure.layout.xaxis.title.text == "standard deviations"
    assert "color" not in str(figure.data[0].to_plotly_json())
