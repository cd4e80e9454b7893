"""Two maps read together: what is lit, the shared legend, the names of groups, a small map."""

import numpy as np

from llmrec_core.charts import map_colours
from llmrec_core.charts.map_figure import Mark, MarkKind, map_figure
from llmrec_core.charts.map_names import group_notes
from llmrec_core.charts.map_pair import legend_of, light, without_legend
from llmrec_core.charts.small_map import small_map

XY = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
NOWHERE = np.full(2, np.nan, np.float32)


def _figure(colouring=None):
    colouring = colouring or map_colours.by_attribute("Kind", [["a"], ["a"], ["b"], ["b"]])
    mark = Mark(MarkKind.LIST, "Top 1", XY[:1], ["Zero"], [0])
    people = {"user_xy": XY[:2], "user_ids": ["u", "v"]}
    return map_figure(XY, list("wxyz"), colouring, marks=[mark], **people)


def test_what_is_picked_elsewhere_is_lit_in_every_trace():
    """Item 1 is the second of «a», user 0 the first of the users; «b» has none; the mark stays."""
    drawn = {trace.name: trace for trace in light(_figure(), [1], [0]).data}
    assert {name: trace.selectedpoints for name, trace in drawn.items()} == {
        "Users": (0,), "a": (1,), "b": (), "Top 1": None,
    }


def test_one_legend_has_the_names_and_colours_of_both_maps():
    """The same traces in the same order, so that the theme colours them alike; no WebGL."""
    drawn = _figure()
    legend = legend_of(drawn)
    assert [trace.name for trace in legend.data] == [trace.name for trace in drawn.data]
    assert {trace.type for trace in legend.data} == {"scatter"}
    assert legend.data[0].marker.color == drawn.data[0].marker.color
    assert without_legend(drawn).layout.showlegend is False


def test_a_colour_scale_moves_to_the_legend():
    """Drawn once, lying flat; its ticks stay."""
    drawn = _figure(map_colours.by_count("Count", np.array([0, 9, 99, 999])))
    legend = legend_of(drawn)
    (scale,) = [trace.marker for trace in legend.data if trace.marker.showscale]
    assert scale.colorbar.orientation == "h" and "1,000" not in scale.colorbar.ticktext
    assert not any(trace.marker.showscale for trace in without_legend(drawn).data)


def test_names_lie_on_their_groups_and_not_on_each_other():
    """Two groups at one place: the second name moves a line, or is left out where it may not."""
    xy = np.zeros((4, 2))
    group = np.array([0, 0, 0, 1])
    here = {"xy": xy, "group": group, "names": ["<b>One", "Two"], "size": np.array([10.0, 10.0])}
    assert [note["text"] for note in group_notes(**here)] == ["&lt;b&gt;One"]
    one, two = group_notes(**here, lines=(0, 1), apart=np.array([0.4, 0.1]))
    assert (one["y"], two["y"]) == (0.0, 1.0)


def test_a_person_of_whom_nothing_is_known_has_no_star():
    """Diamonds and rings are there all the same; an item without a place is left out."""
    places = np.vstack([XY, NOWHERE])
    drawn = small_map(places, list("vwxyz"), NOWHERE, listed=[0, 4], named=[1])
    marks = {trace.name: len(trace.x) for trace in drawn.data}
    assert marks == {"Items": 4, "Named": 1, "The list": 1}
    star = small_map(places, list("vwxyz"), XY[1]).data[-1]
    assert (star.name, star.x[0], star.y[0]) == ("This person", 1.0, 0.0)
