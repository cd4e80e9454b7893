"""Spaces to map: what holds items together in each, and who has no place."""

from __future__ import annotations

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import project, signals
from llmrec_core.embed import embed_items
from llmrec_core.errors import InputError, WrongUseError
from llmrec_core.profile import ValueScale, from_behaviour
from llmrec_core.project.spaces import MapRecipe, space_picture, space_start, taste_vectors


def test_the_taste_space_is_of_what_both_ways_say() -> None:
    """Products of the vectors are those of (W + W') / 2 where that is positive: a direction that
    only one way has is not on a map, and one that repels has no length."""
    swap = np.array([[1.0, 3.0], [-3.0, 1.0]])  # its symmetric part is the identity
    items = np.array([[1, 0], [0, 1], [1, 1]]) / np.sqrt([[1], [1], [2]])
    found = taste_vectors(items.astype(np.float32), swap)
    np.testing.assert_allclose(found @ found.T, items @ items.T, atol=1e-6)
    away = taste_vectors(items.astype(np.float32), np.diag([1.0, -1.0]))
    np.testing.assert_allclose(np.abs(away[:, 0]), [1, 0, 1], atol=1e-6)


def test_the_collaborative_space_reads_no_text() -> None:
    """Even items are taken by the same people: they are near, also with equal texts; an item that
    nobody took has no vector."""
    behaviour, items = world.behaviour(), world.items()
    texts = embed_items(items, FakeEncoder(), None)
    texts = type(texts)(texts.item_ids, texts.fields, texts.field_vectors * 0)
    tables = type("T", (), {"items": items, "triples": None})
    rows = behaviour.take(behaviour.item != 5)
    profiles = from_behaviour(rows, ValueScale.of(rows.value), dim=4)
    found = project.collaborative_vectors(profiles, signals.item_side(texts, tables))
    likeness = found @ found.T
    even, odd = np.arange(0, world.N, 2), np.setdiff1d(np.arange(1, world.N, 2), [5])
    assert likeness[np.ix_(even, even)].mean() > likeness[np.ix_(even, odd)].mean() + 0.5
    assert not found[5].any() and found[4].any()


def test_an_item_without_a_vector_has_no_place() -> None:
    """Nor is it anybody's neighbour or anchor; all others are as in a picture of them alone."""
    behaviour = world.behaviour()
    scale = ValueScale.of(behaviour.value)
    vectors = project.spaces.unit(np.random.default_rng(0).standard_normal((world.N, 6)))
    vectors[4] = 0
    base = space_picture(vectors, behaviour, scale, 5)
    assert np.isnan(base["item_xy"][4]).all() and (base["item_index"][4] == -1).all()
    assert 4 not in base["item_index"] and 4 not in base["anchors"]
    arrays, report = project.layout(base, vectors, n_epochs=20)
    assert np.isnan(arrays["item_xy"][4]).all() and np.isfinite(arrays["user_xy"]).all()
    assert np.isfinite([report["ratio"], report["neighbours_kept"]]).all()
    with pytest.raises(InputError, match="Only 2 of 24 items"):
        space_start(np.where(np.arange(world.N)[:, None] < 2, vectors, 0))


@pytest.mark.parametrize(
    ("given", "what"),
    [({"of": "music"}, "no space 'music'"), ({"neighbours": 1}, "neighbours 1: give 2 to 200"),
     ({"min_dist": 2.0}, "min dist 2.0"), ({"epochs": 0}, "epochs 0"), ({"seed": -1}, "seed -1")],
)  # fmt: skip
def test_settings_that_mean_nothing_are_refused(given: dict, what: str) -> None:
    """With the range that is allowed."""
    with pytest.raises(WrongUseError, match=what):
        MapRecipe(**given)


def test_umap_tells_of_its_epochs() -> None:
    """The last word is that all are done."""
    heard: list[tuple[int, int]] = []
    rng = np.random.default_rng(0)
    vectors = project.spaces.unit(rng.standard_normal((60, 5)))
    behaviour = world.behaviour()
    base = space_picture(vectors[: world.N], behaviour, ValueScale.of(behaviour.value), 5)
    project.layout(base, n_epochs=30, tell=lambda done, total: heard.append((done, total)))
    assert heard[0][1] == 30 and heard[-1] == (30, 30)
