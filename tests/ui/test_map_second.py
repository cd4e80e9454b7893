"""The second map's layout: what the command is asked for, and what a pick points out."""

import numpy as np
import plotly.graph_objects as go
import pytest
import streamlit as st

from llmrec_core.atlas import Atlas
from llmrec_core.charts.map_figure import ITEMS
from llmrec_core.cli import _parser
from llmrec_core.project.spaces import MapRecipe
from llmrec_core.ui import map_naming, map_picks


def test_the_command_lays_out_the_map_that_is_shown():
    """All settings of the recipe go to `llmrec map`, which reads them back as they were."""
    recipe = MapRecipe(of="collaborative", neighbours=30, min_dist=0.25, seed=7)
    options = _parser().parse_args(["map", "demo", *map_naming.arguments(recipe)])
    read = {name: getattr(options, name) for name in ("of", "neighbours", "min_dist", "seed")}
    assert MapRecipe(**read) == recipe


@pytest.mark.parametrize(("chart", "found"), [(map_picks.FIRST, []), (map_picks.SECOND, [3])])
def test_a_pick_is_pointed_out_in_the_other_map(monkeypatch, chart, found):
    """Where it was picked the browser shows it itself."""
    state = {map_picks.PICKED: ("key", [3], []), map_picks.SOURCE: map_picks.FIRST}
    monkeypatch.setattr(st, "session_state", state)
    world = Atlas("UMAP", "key", *[None] * 8, ())
    assert map_picks.ringed(world, chart) == (found, [])
    map_picks.pick(world, [5])
    assert map_picks.ringed(world, chart) == ([5], [])


def test_picks_in_one_map_and_then_in_the_other_stay_visible_in_both(monkeypatch):
    """A figure that was lit for an earlier pick is drawn anew: it shows the new one by itself."""
    monkeypatch.setattr(st, "session_state", {})
    world = Atlas("UMAP", "key", *[None] * 8, ())
    drawn = go.Figure(go.Scattergl(x=[0] * 4, y=[0] * 4, customdata=np.arange(4), meta=ITEMS))
    both = (map_picks.FIRST, map_picks.SECOND)

    def box(chart, *rows):
        points = [{"curve_number": 0, "customdata": row} for row in rows]
        st.session_state[chart] = {"selection": {"points": points}}
        map_picks.take(world, drawn, chart)
        return [map_picks.ringed(world, one)[0] for one in both]

    assert box(map_picks.FIRST, 1) == [[], [1]]  # the browser shows it in the first
    assert box(map_picks.FIRST, 2) == [[], [2]]
    assert box(map_picks.SECOND, 3) == [[3], [3]]
    assert box(map_picks.FIRST, 0, 1) == [[0, 1], [0, 1]]
    assert box(map_picks.FIRST) == [[], []]  # a double click lets all go
    assert box(map_picks.SECOND, 2) == [[2], []]
