"""The second map's layout: what the command is asked for, and what a pick points out."""

import pytest
import streamlit as st

from llmrec_core.atlas import Atlas
from llmrec_core.cli import _parser
from llmrec_core.project.spaces import MapRecipe
from llmrec_core.ui import map_picks, map_second


def test_the_command_lays_out_the_map_that_is_shown():
    """All settings of the recipe go to `llmrec map`, which reads them back as they were."""
    recipe = MapRecipe(of="collaborative", neighbours=30, min_dist=0.25, seed=7)
    options = _parser().parse_args(["map", "demo", *map_second.arguments(recipe)])
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
