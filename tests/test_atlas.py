"""The stored map: the best that is ready, sizes checked, neighbours shared with «similar items»."""

from dataclasses import fields

import numpy as np
import pytest

from llmrec_core import atlas
from llmrec_core.errors import InputError, MissingArtefactError
from llmrec_core.made import Keys
from llmrec_core.project import MapRecipe
from llmrec_core.project.positions import LAYOUT
from llmrec_core.recommender import Recommender


def test_the_layout_is_preferred_and_the_picture_is_the_fallback(built_study):
    """UMAP with the build's keys, PCA where the layout is gone, an error where nothing is there."""
    keys = Recommender(built_study).keys
    assert atlas.load(built_study, *atlas.ready(built_study, keys)).method == atlas.UMAP
    built_study.artefacts.remove("map", keys.map)
    assert atlas.load(built_study, *atlas.ready(built_study, keys)).method == atlas.PCA
    assert atlas.ready(built_study) == (keys.picture, None)
    built_study.artefacts.remove("picture", keys.picture)
    with pytest.raises(MissingArtefactError, match="llmrec build tiny"):
        atlas.ready(built_study)


def test_users_lie_nearer_to_what_they_like(built_study):
    """The placement report of the world of two camps says so: a ratio well below 1."""
    keys = Recommender(built_study).keys
    world = atlas.load(built_study, *atlas.ready(built_study, keys))
    assert world.placement["ratio"] < 0.9
    assert np.isfinite(world.item_xy).all() and len(world.cluster) == len(world.item_xy)


def test_similar_items_are_of_the_same_kind(built_study):
    """A space story's nearest is a space story; an item is not similar to itself."""
    keys = Recommender(built_study).keys
    similar = atlas.load(built_study, *atlas.ready(built_study, keys)).similar(4)
    assert similar[0][0] % 2 == 0 and 4 not in [item for item, _ in similar]
    assert [cosine for _, cosine in similar] == sorted((c for _, c in similar), reverse=True)


def test_a_map_of_other_data_is_refused_with_both_numbers(built_study):
    """A map with fewer items than the study names both and the remedy."""
    store, keys = built_study.artefacts, Recommender(built_study).keys
    arrays = store.load_arrays("picture", keys.picture)
    fewer = {**arrays, "item_xy": arrays["item_xy"][:3]}
    store.save_arrays("picture", "other", fewer, {"cluster_labels": []})
    with pytest.raises(InputError, match="3 items.* 24.*llmrec build tiny"):
        atlas.load(built_study, "other", None)


def test_another_rule_of_layouts_is_another_map_and_nothing_else(built_study, monkeypatch):
    """Positions found by an earlier rule are not drawn as today's: the picture, until a build."""
    keys = Recommender(built_study).keys
    assert MapRecipe.version == LAYOUT
    monkeypatch.setattr("llmrec_core.made.LAYOUT", LAYOUT + 1)
    later = Recommender(built_study).keys
    other = [n for n in (f.name for f in fields(Keys)) if getattr(keys, n) != getattr(later, n)]
    assert other == ["map"] and atlas.ready(built_study, later) == (keys.picture, None)
