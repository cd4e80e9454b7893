"""A second map beside the first: another space, or other settings; laid out as a child process."""

from __future__ import annotations

import os
import time

import streamlit as st

from llmrec_core.atlas import LOCK, PCA, PHASES, PROGRESS, Atlas, offered, spaces_ready
from llmrec_core.atlas.spaces import is_builds_own
from llmrec_core.charts import map_pair
from llmrec_core.errors import StudioError
from llmrec_core.project.spaces import MapRecipe, Space
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import (
    cached_map,
    child,
    job_panel,
    map_naming,
    map_picks,
    map_view,
    map_words,
    map_zoom,
    state,
)
from llmrec_core.ui.text import plain

LAYOUT = child.Work(
    name="map", progress=PROGRESS, lock=LOCK, log="map.log", stages=len(PHASES),
    busy="has a map laid out", title="The layout", done="has its map",
    kept="Nothing of this layout is kept; maps that are finished stay.",
)
NAMES = {
    Space.TEXT: "What texts say", Space.TASTE: "Taste", Space.COLLABORATIVE: "Who takes them",
}
SECOND = "map_second"
_NEIGHBOURS, _MIN_DIST, _SEED = "map_neighbours", "map_min_dist", "map_seed"
_TOLD_SECONDS = 120.0


def job(study: Study) -> child.Job:
    """The layout of a map of `study` that is under way, or the last one."""
    return child.Job(study, LAYOUT)


def choose(recommender: Recommender) -> MapRecipe | None:
    """The choice of a second map and its settings; None where one map is enough."""
    spaces = ["", *(of.value for of in offered(recommender))]
    if st.session_state.get(SECOND, "") not in spaces:  # that of another study
        del st.session_state[SECOND]
    of = st.selectbox(
        "Second map", spaces, key=SECOND, width=170, persist_state="session",
        format_func=lambda name: NAMES[Space(name)] if name else "None",
        help="The same items and users by another nearness: what their texts say (with settings of "
        "your own), what liking one says of another, or who takes them. What is picked in one map "
        "is ringed in the other.",
    )
    if not of:
        return None
    with st.popover("Layout", icon=":material/scatter_plot:", key="map_layout"):
        return _settings(recommender, str(of))


def _settings(recommender: Recommender, of: str) -> MapRecipe:
    """The settings of the second map's layout, and the button that asks for it."""
    neighbours = st.slider(
        "Neighbours", 5, 100, 15, key=_NEIGHBOURS, persist_state="session",
        help="Nearest items that hold an item: few show small groups, many the large picture.",
    )
    min_dist = st.slider(
        "Least distance", 0.0, 1.0, 0.1, 0.05, key=_MIN_DIST, persist_state="session",
        help="How close points may lie, in map units: 0 gives dense knots, 1 an even cloud.",
    )
    seed = st.number_input(
        "Seed", 0, 2**31 - 1, 42, key=_SEED, persist_state="session",
        help="Equal seeds and settings give the same map; another seed turns and shifts it.",
    )
    kept = [one for one in spaces_ready(recommender.study, recommender) if one.of == of]
    if kept:
        st.caption("Laid out so far: " + "; ".join(map(in_words, kept)) + ".")
    return MapRecipe(
        of=of, neighbours=int(neighbours), min_dist=round(float(min_dist), 2), seed=int(seed or 0)
    )


def in_words(recipe: MapRecipe) -> str:
    """«15 neighbours, least distance 0.1, seed 42»."""
    return (
        f"{recipe.neighbours} neighbours, least distance {recipe.min_dist:g}, seed {recipe.seed}"
    )


def draw_maps(
    asked: map_view.Asked, recommender: Recommender, recipe: MapRecipe
) -> bool | None:
    """The first and the second map side by side; whether they are live, None without a second."""
    try:
        second = cached_map.space(recommender, recipe)
    except StudioError as error:
        st.warning(plain(error), icon=":material/scatter_plot:")
        return None
    maps = {map_picks.FIRST: asked.atlas, map_picks.SECOND: second}
    live = False
    figures = {
        chart: map_view.figure(asked, atlas, chart, height=map_view.HEIGHT_OF_TWO)
        for chart, atlas in maps.items()
    }
    # Both are coloured alike: one legend below them leaves the maps their height.
    legend = map_pair.legend_of(figures[map_picks.FIRST])
    columns = dict(zip(maps, st.columns(2, gap="small"), strict=True))
    for chart, atlas in maps.items():
        drawn = map_pair.without_legend(figures[chart])
        with columns[chart]:
            st.markdown(f"**{NAMES[Space(atlas.of)]}**")
            live = map_view.draw(asked, atlas, drawn, chart)
    if live:  # a picture has its own legend in it
        st.plotly_chart(legend, key="map_legend", config={"displayModeBar": False},
                        alt="What the colours and marks of both maps mean")  # fmt: skip
    for place, atlas in zip(st.columns(2, gap="small"), maps.values(), strict=True):
        with place:
            if atlas is second:
                under(recommender, second, recipe)
            st.caption(map_words.how_drawn(atlas))
    map_zoom.keep_zoom({chart: atlas.key for chart, atlas in maps.items()})
    return live


def under(recommender: Recommender, atlas: Atlas, recipe: MapRecipe) -> None:
    """How the second map was laid out; while it is not, a button to do it and how far it is."""
    study = recommender.study
    if atlas.method != PCA:
        st.caption(f"Laid out with {in_words(recipe)}.")
        if not is_builds_own(recommender, recipe):
            world = cached_map.space_unnamed(recommender, recipe)
            map_naming.buttons(study, world, recipe, "second")
        return
    running = job(study).running
    if not running:
        st.button(
            "Lay out this map", key="map_start", icon=":material/scatter_plot:", type="primary",
            on_click=_start_clicked, args=(study.name, recipe),
            help="UMAP of this space with the settings under «Layout». The page may be left "
            "meanwhile; the first picture stays until it is done.",
        )
        st.caption(f"Not laid out yet with {in_words(recipe)}: this is the first picture (PCA).")
    said = job(study).said
    if said is not None and (running or time.time() - said.updated < _TOLD_SECONDS):
        job_panel.panel(study, LAYOUT, stale=True)


def _start_clicked(name: str, recipe: MapRecipe) -> None:
    with state.telling():
        start(Study.open(name), recipe)


def start(study: Study, recipe: MapRecipe) -> None:
    """Start `llmrec map` for `study`; raises `StudioError` where one runs already."""
    job(study).start(child.command("map", study.name, *map_naming.arguments(recipe)), os.environ)
