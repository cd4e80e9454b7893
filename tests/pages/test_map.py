"""The map: what is drawn, what a pick tells, and what is there before a build has ended."""

from __future__ import annotations

import base64
import json

import numpy as np

from llmrec_core import atlas as atlases
from llmrec_core.recommender import Recommender
from llmrec_core.ui import map_controls, map_picks
from tests.pages import measured
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/explore/map.py"


def _figure(at):
    (chart,) = at.get("plotly_chart")
    return json.loads(chart.proto.spec)


def _array(given):
    """A coordinate list, however Plotly wrote it."""
    if isinstance(given, dict):
        return np.frombuffer(base64.b64decode(given["bdata"]), given["dtype"])
    return np.array(given)


def _named(at):
    return {trace["name"]: trace for trace in _figure(at)["data"]}


def _atlas(study):
    recommender = Recommender(study)
    return atlases.load(study, *atlases.ready(study, recommender.keys))


def test_items_users_and_the_chosen_users_list_are_drawn(built_study):
    """All items and users once, the user's history and top 10 above them, in WebGL."""
    at = open_page(PAGE, study="tiny", user="u05")
    traces = _figure(at)["data"]
    assert {trace["type"] for trace in traces} == {"scattergl"}
    drawn = dict.fromkeys(("items", "users"), 0)
    for trace in traces:
        if not any(trace["name"].startswith(mark) for mark in ("History", "Top", "User ")):
            drawn[trace["meta"]] += len(_array(trace["x"]))
    world = _atlas(built_study)
    assert drawn == {"items": len(world.item_xy), "users": len(world.user_xy)}
    assert len(_array(_named(at)["Top 10 for u05"]["x"])) == 10
    assert "User u05: Some is known: 13 rows" in said(at)
    assert "UMAP of items and users together" in said(at)


def test_users_can_be_hidden_and_colours_changed(built_study):
    """Without users there is no such trace; popularity is one trace on a scale."""
    at = open_page(PAGE, study="tiny")
    at.toggle(key="map_users").set_value(False)
    at.toggle(key="map_user_shown").set_value(False)
    at.selectbox(key="map_colour").set_value(map_controls.POPULARITY)
    assert list(_named(sound(at.run()))) == ["Items"]


def test_a_search_puts_a_ring_and_a_name_on_what_it_finds(built_study):
    """«heart 15» is found; its button tells of it, with what is similar."""
    at = open_page(PAGE, study="tiny")
    at.text_input(key="map_find").set_value("heart 15")
    found = _named(sound(at.run()))["Items found"]
    assert found["text"] == ["Heart 15"] and found["mode"] == "markers+text"
    (button,) = [b for b in at.button if (b.key or "").startswith("map_found_item_")]
    at = sound(button.click().run())
    assert "**Heart 15**" in said(at) and "**Similar items**" in said(at)
    assert tables(at)[0]["title"].tolist() == ["Heart 15"]


def test_nothing_found_is_said(built_study):
    """A typed word that is nowhere is answered, as text."""
    at = open_page(PAGE, study="tiny")
    at.text_input(key="map_find").set_value("no *such* thing")
    assert "Nothing is called" in said(sound(at.run()))


def test_a_lasso_becomes_tables(built_study):
    """Picked items and users are listed; what sets them apart can be asked, view by view."""
    world = _atlas(built_study)
    measured.keep(built_study)
    at = open_page(PAGE, study="tiny")
    at.session_state["map_picked"] = (world.key, [0, 1, 2], [0, 2, 4])
    at = sound(at.run())
    assert "3 items and 3 users picked" in said(at) and len(tables(at)[0]) == 3
    for view, words in (
        ("What they share", ""), ("Who likes them", ""), ("Users", ""),
        ("What these users like", ""), ("Who gets them", "of all places in"),
        ("How often they are shown", "of all interactions"),
        ("What is said of them", "of them, "), ("Their list", "for the 3 picked users"),
        ("Exposure", "beside 20 draws of as many"), ("Measured", "for **3 users** of the 3 picked"),
    ):
        at.segmented_control(key="map_table_view").set_value(view)
        at = sound(at.run())
        assert at.segmented_control(key="map_table_view").value == view
        assert words in said(at) and len(tables(at)[0]), view
    assert not any("Nothing that sets" in c.value for c in at.caption)


def test_without_an_evaluation_the_way_to_one_is_shown(built_study):
    """No figure is made up where nothing was measured; one of earlier data is not shown as such."""
    at = open_page(PAGE, study="tiny")
    at.session_state["map_picked"] = (_atlas(built_study).key, [], [0])
    at.session_state["map_table_view"] = "Measured"
    at = sound(at.run())
    assert "No evaluation is kept" in said(at) and not tables(at)
    measured.keep(built_study, data="of yesterday")
    at = sound(at.run())
    assert "are of earlier data: measure one" in said(at) and not tables(at)


def test_a_damaged_evaluation_is_refused_in_a_sentence(built_study):
    """The view that needs it says what is wrong, without a traceback; the map stays."""
    key = measured.keep(built_study)
    for file in (built_study.artefacts.folder / "evaluations").glob(f"{key}*"):
        if file.suffix != ".json":
            file.write_bytes(bytes(file.stat().st_size))
    at = open_page(PAGE, study="tiny")
    at.session_state["map_picked"] = (_atlas(built_study).key, [], [0])
    at.session_state["map_table_view"] = "Measured"
    at = at.run()
    assert not at.exception and len(at.get("plotly_chart")) == 1
    (refused,) = at.error
    assert "damaged" in refused.value and key[:8] in refused.value


def test_a_second_map_lights_what_was_picked_in_the_first(built_study):
    """Few points get rings and names, many are lit; the one that they were picked in gets none."""
    at = open_page(PAGE, study="tiny", user="u05")
    at.selectbox(key="map_second").set_value("taste")
    at = sound(at.run())
    assert "Not laid out yet with 15 neighbours" in said(at)
    world = _atlas(built_study)
    for picked, lit in (([3, 4], False), (list(range(12)), True)):
        at.session_state["map_picked"] = (world.key, picked, [])
        at.session_state["map_source"] = map_picks.FIRST
        first, second = _both(sound(at.run()))
        assert {"Top 10 for u05", "User u05"} <= set(first) & set(second)
        assert "Items picked" not in first and ("Items picked" in second) is not lit
        found = [t["selectedpoints"] for t in second.values() if t.get("selectedpoints")]
        assert sum(map(len, found)) == (12 if lit else 0)
        assert not any(t.get("selectedpoints") for t in first.values())


def _both(at):
    """The traces of the two maps by name."""
    charts = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")[:2]]
    return [{trace["name"]: trace for trace in one["data"]} for one in charts]


def test_a_text_is_placed_on_the_map(built_study):
    """A ring where somebody lies of whom nothing else is known."""
    at = open_page(PAGE, study="tiny")
    at.text_area(key="map_text").set_value("Loves a spaceship on a far planet.")
    found = _named(sound(at.run()))["The text"]
    recommender = Recommender(built_study)
    profile, _ = recommender.new_user("Loves a spaceship on a far planet.")
    there = atlases.place(recommender, profile, _atlas(built_study))
    assert np.allclose([_array(found["x"])[0], _array(found["y"])[0]], there, atol=1e-4)


def test_a_pick_of_another_study_is_forgotten(built_study):
    """Row numbers mean nothing on another map."""
    at = open_page(PAGE, study="tiny")
    at.session_state["map_picked"] = ("another key", [0], [])
    assert not tables(sound(at.run()))


def test_the_first_picture_is_shown_while_a_build_runs(built_study):
    """Without the finished build there is the PCA picture, which says what it is."""
    (built_study.folder / "build.json").unlink()
    at = open_page(PAGE, study="tiny")
    assert "First picture (PCA)" in said(at) and _figure(at)["data"]
    assert not at.text_input(key="map_find").disabled


def test_before_any_picture_there_is_a_hint(built_study):
    """No artefact: one sentence and the way to the data page."""
    (built_study.folder / "build.json").unlink()
    for card in (built_study.artefacts.folder / "picture").glob("*.json"):
        card.unlink()
    at = open_page(PAGE, study="tiny")
    assert "has no map yet" in at.info[0].value and not at.get("plotly_chart")


def test_the_static_picture_replaces_the_live_map(built_study):
    """The toggle shows an image, and says how to read about a point without clicking."""
    at = open_page(PAGE, study="tiny")
    at.toggle(key="map_static").set_value(True)
    at = sound(at.run())
    assert at.get("image") and not at.get("plotly_chart")
    assert "Find an item or a user by name" in said(at)


def test_a_user_on_the_map_can_be_chosen_for_all_pages(built_study):
    """Found, told of, chosen: the picker and the drawn list follow."""
    at = open_page(PAGE, study="tiny", user="u05")
    at.text_input(key="map_find").set_value("u08")
    at = sound(at.run())
    at = sound(at.button(key="map_found_user_8").click().run())
    assert "**User u08**" in said(at)
    at = sound(at.button(key="map_choose_user").click().run())
    assert at.text_input(key="user").value == "u08" and "Top 10 for u08" in _named(at)
