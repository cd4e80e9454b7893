"""The heat map of words: sums beside the cells, and words that stay words."""

import numpy as np

from llmrec_core.charts.word_figure import word_figure
from llmrec_core.explain import Word, WordHeat, WordKind


def _heat():
    rows = tuple(Word(name, WordKind.WORD, "", k) for k, name in enumerate(("no", "<b>war</b>")))
    columns = tuple(
        Word(name, WordKind.WORD, field, 0)
        for name, field in (("%{x}", "about"), ("war", "plot"), ("war", "plot"))
    )
    return WordHeat(rows, columns, np.array([[1.0, -4, 0], [0.5, 2, 0.25]]), True)


def test_bars_are_the_sums_of_the_cells():
    """Rows on the right, columns on top, the cells as they are, colours even about 0."""
    figure = word_figure(_heat())
    cells, top, right = figure.data
    assert np.asarray(cells.z).tolist() == _heat().cells.tolist()
    assert list(top.y) == [1.5, -2, 0.25] and list(right.x) == [-3, 2.75]
    axis = figure.layout.coloraxis
    assert (axis.cmin, axis.cmax) == (-4, 4) and axis.colorscale is None
    assert axis.showscale and axis.colorbar.title.text == "points of a cell"
    assert not figure.layout.coloraxis2.showscale


def test_other_words_take_no_colour_from_single_ones():
    """The colours reach to the largest single word, however much the others sum to."""
    others = Word("9 other words", WordKind.OTHERS, "", -1)
    rows = (*_heat().rows, others)
    heat = WordHeat(rows, _heat().columns, np.vstack([_heat().cells, [90.0, 90, 90]]), True)
    assert word_figure(heat).layout.coloraxis.cmax == 4


def test_words_are_no_markup_and_may_repeat():
    """Positions, not names, are the places; nothing that Plotly would obey is left."""
    figure = word_figure(_heat())
    assert list(figure.data[0].x) == [0, 1, 2]
    text = figure.to_json()
    assert "<b>" not in text and "&lt;b&gt;war" in text and '"%{x}"' not in text


def test_texts_that_stand_side_by_side_are_named_and_parted():
    """One line between the texts, and above each its name as people say it."""
    figure = word_figure(_heat())
    assert [a.text for a in figure.layout.annotations] == [
        "Item's title and attributes", "Item's plot", ""
    ]
    assert len(figure.layout.shapes) == 1 and figure.layout.shapes[0].x0 == 0.5
