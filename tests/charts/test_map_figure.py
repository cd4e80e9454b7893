"""The map's figure: what travels to the browser, and that hostile titles stay text."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from llmrec_core.charts.map_colours import OTHER, Colouring, by_attribute, by_cluster, by_count
from llmrec_core.charts.map_figure import (
    MOST_HOVERED,
    Mark,
    MarkKind,
    map_figure,
    picked_rows,
)
from llmrec_core.charts.map_thin import parts_of, thin
from llmrec_core.charts.static_map import static_map
from llmrec_core.errors import InputError

XY = np.array([[0, 0], [1, 0], [0, 1], [5, 5]], np.float32)
TITLES = ["Ant", "Bee", "Cat", "<img src=x onerror=alert(1)>"]
GENRES = [["a"], ["a"], ["b"], []]


def test_one_trace_for_each_category_with_rows_as_int32() -> None:
    """Categories are traces without a colour of their own: the theme gives it."""
    figure = map_figure(XY, TITLES, by_attribute("Genre", GENRES))
    assert [trace.name for trace in figure.data] == ["a", "b", "None given"]
    assert all(trace.marker.color is None for trace in figure.data)
    assert np.asarray(figure.data[0].customdata).dtype == np.int32
    assert np.asarray(figure.data[0].x).dtype == np.float32


def test_titles_are_escaped() -> None:
    """A title with markup reaches Plotly as text, on points, in legends and on marks."""
    marks = [Mark(MarkKind.FOUND, "<b>x</b>", XY[3:], TITLES[3:], [3])]
    genres = [["<a href='//x'>y</a>"]] * 4
    text = map_figure(XY, TITLES, by_attribute("<i>g</i>", genres), marks=marks).to_json()
    assert not any(tag in json.dumps(json.loads(text), ensure_ascii=False)
                   for tag in ("<img", "<b>", "<a href", "<i>"))  # fmt: skip


def test_above_the_budget_no_titles_travel() -> None:
    """A large map carries no text per point; details come on click."""
    n = MOST_HOVERED + 1
    xy = np.zeros((n, 2), np.float32)
    figure = map_figure(xy, ["title"] * n, Colouring("All", np.zeros(n, np.int8), ("All",)))
    assert figure.data[0].text is None and figure.data[0].hoverinfo == "none"


def test_a_selection_gives_rows_back() -> None:
    """Item and user points of a lasso become row numbers, each once; strange points are ignored."""
    users = np.array([[0, 0], [np.nan, np.nan], [2, 2]], np.float32)
    figure = map_figure(XY, TITLES, by_attribute("Genre", GENRES), user_xy=users)
    points = [
        {"curve_number": 0, "customdata": 2}, {"curve_number": 1, "customdata": [1]},
        {"curve_number": 1, "customdata": [1]}, {"curve_number": 99, "customdata": 0}, {},
    ]  # fmt: skip
    assert picked_rows(figure, points) == ([1], [2])
    assert list(figure.data[0].customdata) == [0, 2]  # the user who is nowhere is not drawn


def test_a_scale_is_one_trace_of_int8_codes() -> None:
    """Popularity is a colour scale from 0 to 100 with ticks in counts."""
    colouring = by_count("Popularity", np.array([0, 9, 99, 999]))
    figure = map_figure(XY, TITLES, colouring)
    assert len(figure.data) == 1 and np.asarray(figure.data[0].marker.color).dtype == np.int8
    assert colouring.codes.tolist() == [0, 33, 67, 100]
    assert colouring.ticks[:2] == ((0, "0"), (round(100 * np.log(2) / np.log(1000)), "1"))


def test_the_rarest_of_the_shown_values_colours_a_point() -> None:
    """Of Drama and Western it is Western; beyond the most frequent it is «Other»."""
    values = [["drama"], ["drama"], ["drama", "western"], ["western"], ["odd"]]
    colouring = by_attribute("Genre", values, most=2)
    assert [colouring.names[c] for c in colouring.codes] == [
        "drama", "drama", "western", "western", OTHER,
    ]  # fmt: skip


def test_equal_cluster_labels_are_told_apart() -> None:
    """Two groups of the same name get their numbers."""
    colouring = by_cluster("Group", np.array([0, 1, 2]), ["a", "b", "a"])
    assert colouring.names == ("a (1)", "b", "a (3)")


def test_a_code_without_a_name_is_refused() -> None:
    """The error has both numbers."""
    with pytest.raises(InputError, match="code 3 and only 2"):
        Colouring("x", np.array([0, 3], np.int8), ("a", "b"))


def test_thinning_keeps_sparse_regions() -> None:
    """A lone point far from a crowd survives, and the figure says what was left out."""
    crowd = np.random.default_rng(0).normal(0, 0.01, (5000, 2))
    xy = np.concatenate([crowd, [[9.0, 9.0]], [[np.nan, 0]]]).astype(np.float32)
    rows = thin(xy, 500)
    assert 5000 in rows and 5001 not in rows and len(rows) == 500
    figure = map_figure(xy, [], Colouring("x", np.zeros(5002, np.int8), ("x",)), most=500)
    assert f"{len(rows):,} of 5,001 items" in figure.layout.title.text


def test_head_middle_and_tail_are_those_of_exposure() -> None:
    """Of ten items with 80 of 100 interactions the first is the head; the last 8 are the tail."""
    counts = np.array([80, 12, 1, 1, 1, 1, 1, 1, 1, 1])
    assert parts_of(counts).tolist() == [0, 1, *[2] * 8]
    assert parts_of(np.ones(5)).tolist() == [1] * 5


def test_a_sample_keeps_the_shares_of_head_middle_and_tail() -> None:
    """10 famous, 190 known and 800 rare points of 1,000, 100 shown: at least 5 famous ones."""
    counts = np.repeat([1000, 200, 1], [10, 190, 800])
    assert np.bincount(parts_of(counts)).tolist() == [10, 190, 800]
    xy = np.random.default_rng(1).standard_normal((1000, 2)).astype(np.float32)
    rows = thin(xy, 100, strata=counts)
    shown = np.bincount(parts_of(counts)[rows])
    assert len(rows) == 100 and shown[0] == 5 and 17 <= shown[1] <= 20 and 75 <= shown[2] <= 78
    np.testing.assert_array_equal(rows, thin(xy, 100, strata=counts))
    one = Colouring("x", np.zeros(1000, np.int8), ("x",))
    figure = map_figure(xy, [], one, user_xy=xy, most=100, counts=counts, lengths=counts)
    users, items = figure.layout.title.text.split("<br>")
    assert items == (
        f"100 of 1,000 items shown: 5 of the head, {shown[1]} of the middle, {shown[2]} of the tail"
    )
    assert users.startswith("100 of 1,000 users shown: 5 with the longest histories, ")


def test_a_move_is_an_arrow_from_old_to_new() -> None:
    """The head lies at the new position, in the map's own coordinates."""
    figure = map_figure(XY, TITLES, by_attribute("Genre", GENRES), moves=[(XY[0], XY[3])])
    arrow = figure.layout.annotations[0]
    assert (arrow.ax, arrow.ay, arrow.x, arrow.y) == (0, 0, 5, 5) and arrow.axref == "x"


def test_axes_have_one_scale_and_no_numbers() -> None:
    """Distances mean the same in both directions; positions mean nothing by themselves."""
    layout = map_figure(XY, TITLES, by_attribute("Genre", GENRES)).layout
    assert layout.yaxis.scaleanchor == "x" and layout.xaxis.showticklabels is False


@pytest.mark.parametrize("dark", [False, True])
def test_the_static_picture_shows_every_category(dark: bool) -> None:
    """The PNG has the size asked for and the colour of each trace somewhere."""
    from PIL import Image

    marks = [Mark(MarkKind.USER, "User 7", XY[3:], ["User 7"])]
    figure = map_figure(XY, TITLES, by_attribute("Genre", GENRES), user_xy=XY, marks=marks)
    image = Image.open(io.BytesIO(static_map(figure, width=640, height=400, dark=dark)))
    assert image.size == (640, 400)
    colours = {colour[1][:3] for colour in image.getcolors(1 << 20)}
    assert {(0, 104, 201), (131, 201, 255), (255, 75, 75)} <= colours


def test_the_static_picture_has_the_arrow() -> None:
    """Red pixels on the way from the old to the new place, and none without an arrow."""
    from PIL import Image

    xy = np.array([[0.0, 0.0], [10.0, 0.0]])
    blue = Colouring("x", np.zeros(2, np.int8), ("a",))
    move = [(np.array([2.0, 0.0]), np.array([8.0, 0.0]))]

    def red(moves: list[tuple[np.ndarray, np.ndarray]]) -> int:
        figure = map_figure(xy, ["", ""], blue, moves=moves)
        pixels = np.asarray(Image.open(io.BytesIO(static_map(figure, width=640, height=400))))
        return int((pixels[:, :, :3] == (0xFF, 0x4B, 0x4B)).all(axis=2).sum())

    assert red(move) > 300 and red([]) == 0


def test_the_static_picture_of_a_scale_and_of_nothing() -> None:
    """A colour scale and an empty map are pictures too."""
    scale = map_figure(XY, TITLES, by_count("Popularity", np.arange(4)))
    empty = map_figure(XY[:0], [], by_count("Popularity", np.zeros(0, int)))
    assert all(static_map(figure).startswith(b"\x89PNG") for figure in (scale, empty))
