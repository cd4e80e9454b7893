"""What a slider on the map page must not do: walk through all names, or colour all items again."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from llmrec_core.atlas import PCA, UMAP, Atlas, lay_out
from llmrec_core.charts.map_figure import MOST_HOVERED
from llmrec_core.project.spaces import MapRecipe
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_map, map_controls, map_picks, map_view
from llmrec_core.ui.map_controls import POPULARITY, Shown


class Names(list):
    """Names that are not to be looked at."""

    def __iter__(self):
        pytest.fail("all names were walked through")


def _world(users: int, names: list[str]) -> Atlas:
    frame = pd.DataFrame({"title": ["a", "b"], "genre": [["x"], ["y"]]})
    tables = SimpleNamespace(items=SimpleNamespace(frame=frame, attributes=["genre"]))
    bounds = np.arange(users + 1)
    behaviour = SimpleNamespace(
        counts=lambda: np.array([1, 2]), bounds=lambda: bounds, user_ids=names
    )
    xy = np.random.default_rng(0).random((users, 2))
    group = np.zeros(2, np.int8)
    return Atlas("UMAP", "k", tables, behaviour, np.eye(2), xy, None, None, group, ("all",))


def test_names_are_walked_through_for_a_search_only():
    """Nothing typed: nothing is read; something typed: found."""
    assert map_controls.search(_world(2, Names("ab")), " ") == ([], [])
    assert map_controls.search(_world(2, ["u1", "u2"]), "u2") == ([], [1])


@pytest.mark.parametrize("many", [False, True])
def test_names_of_many_users_are_not_made(monkeypatch, many):
    """Up to 5,000 users are named in the figure; of more no name is made."""
    monkeypatch.setattr(st, "session_state", {})
    users = MOST_HOVERED + 1 if many else 3
    world = _world(users, Names("abc") if many else ["u1", "u2", "u3"])
    shown = Shown(users=True, user=False, names=False, most=2_000, static=False)
    asked = map_view.Asked(world, None, POPULARITY, shown, ([], []))
    figure = map_view.figure(asked, world, map_picks.FIRST)
    (drawn,) = (trace for trace in figure.data if trace.name == "Users")
    assert drawn.text == (None if many else ("User u1", "User u2", "User u3"))


def test_colours_by_an_attribute_are_made_once_a_build(monkeypatch):
    """The second time they are known; another build has its own."""
    st.cache_resource.clear()
    made = []
    plain = map_controls._by_attribute
    monkeypatch.setattr(
        map_controls, "_by_attribute", lambda *given: made.append(given[1]) or plain(*given)
    )
    world = _world(2, ["u1", "u2"])
    for version in ("one", "one", "two"):
        assert map_controls.colouring(world, "genre", version).names[:2] == ("x", "y")
    assert made == ["genre", "genre"]


def test_a_spaces_vectors_are_made_once_for_all_settings(built_study, monkeypatch):
    """Neighbours, distance and seed ask for another layout, not for other vectors or pictures."""
    st.cache_resource.clear()
    made = []
    plain = cached_map.space_vectors
    monkeypatch.setattr(
        cached_map, "space_vectors", lambda *given: made.append(given[1]) or plain(*given)
    )
    recommender = Recommender(built_study)
    recipes = [MapRecipe(of="taste", neighbours=4, epochs=10, seed=seed) for seed in (1, 2)]
    first, same = (cached_map.space(recommender, recipe) for recipe in recipes)
    assert first is same and first.method == PCA and made == ["taste"]
    lay_out(built_study, recommender, recipes[1])
    laid = cached_map.space(recommender, recipes[1])
    assert laid.method == UMAP and laid.vectors is first.vectors and made == ["taste"]
    assert cached_map.space(recommender, recipes[0]) is first
