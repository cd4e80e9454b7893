"""Items that nobody took are reached by their texts: like items get like scores, parts add up."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import signals
from llmrec_core.profile import ValueScale, from_behaviour
from llmrec_core.signals import reach
from llmrec_core.signals.item_item import ItemItem
from llmrec_core.signals.reach import ANY_TEXT, reach_of
from llmrec_core.texts import Texts

NEW = (4, 5)
"""An even item and an odd one, both hidden from training."""


@pytest.fixture(scope="module")
def side():
    vectors = Texts(FakeEncoder(), None).items(world.items())
    return signals.ItemSide(vectors.concatenated, vectors.fields)


@pytest.fixture(scope="module")
def profiles():
    rows = world.behaviour()
    known = rows.take(~np.isin(rows.item, NEW))
    return from_behaviour(known, ValueScale.of(known.value), dim=32)


@pytest.fixture(scope="module")
def sequence(profiles, side):
    return signals.fit("sequence", profiles, side, signals.SequenceRecipe(reg=1.0, level=1.0))


def test_the_new_item_of_ones_own_kind_is_ahead(sequence, profiles):
    """Nobody took either; the even users' history calls for the even one, the odd ones' not."""
    score = sequence.score(profiles)
    even, odd = score[::2], score[1::2]
    assert (even[:, NEW[0]] > even[:, NEW[1]]).mean() > 0.9
    assert (odd[:, NEW[1]] > odd[:, NEW[0]]).mean() > 0.9


@pytest.mark.parametrize("item", [*NEW, 0])
def test_parts_add_up_for_new_items_and_old(sequence, profiles, item):
    """Past items x text fields, and what any text gets."""
    parts = sequence.contributions(profiles.at(3), item)
    whole = sequence.score(profiles.at(3), exact=True)[0, item]
    assert parts["contribution"].sum() == pytest.approx(whole, rel=1e-4)
    assert (set(parts["part"]) == {ANY_TEXT, "about", "plot"}) is (item in NEW)


def test_a_stored_sequence_reaches_the_same(sequence, profiles, side):
    """arrays() and load() keep the reach."""
    again = signals.from_arrays("sequence", sequence.recipe, sequence.arrays(), side)
    assert np.allclose(again.score(profiles), sequence.score(profiles))


def test_texts_are_inverted_once_for_many_attempts_and_never_without_need(
    profiles, side, monkeypatch
):
    """Settings that are tried share the item side; a matrix over every item needs no texts."""
    calls, real = [], reach.item_side_inverse
    monkeypatch.setattr(reach, "item_side_inverse", lambda *a: calls.append(a) or real(*a))
    memo = signals.Memo()
    for reg in (1.0, 2.0, 3.0):
        signals.fit("sequence", profiles, side, signals.SequenceRecipe(reg=reg), memo)
    assert len(calls) == 1
    rows = world.behaviour()
    whole = from_behaviour(rows, ValueScale.of(rows.value), dim=32)
    signal = signals.fit("sequence", whole, side, signals.SequenceRecipe(reg=1.0))
    assert len(calls) == 1
    again = signals.from_arrays("sequence", signal.recipe, signal.arrays(), side)
    assert np.array_equal(again.score(whole), signal.score(whole))


def test_the_reach_is_the_ridge_of_the_columns():
    """W = base 1' + s Z' exactly, and hardly any penalty: a new text gets base + s . z."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((9, 3)).astype(np.float32)
    z[:8] -= z[:8].mean(axis=0)  # the base is the mean only where the covered texts are centred
    slope, base = rng.standard_normal((8, 3)), rng.standard_normal(8)
    weight = (base[:, None] + slope @ z[:8].T).astype(np.float32)
    side = signals.ItemSide(z, ("plot",))
    found = reach_of(ItemItem(np.arange(8), weight), side, 1e-6)
    assert np.allclose(found.base + found.slope @ z[8], base + slope @ z[8], atol=1e-3)


def test_an_item_without_any_text_is_out_of_reach(profiles, side):
    """Its score is 0, as of an item that no column stands for."""
    vectors = side.vectors.copy()
    vectors[NEW[0]] = 0
    blank = signals.ItemSide(vectors, side.fields)
    fitted = signals.fit("sequence", profiles, blank, signals.SequenceRecipe(reg=1.0, level=1.0))
    score = fitted.score(profiles)
    assert (score[:, NEW[0]] == 0).all() and score[:, NEW[1]].any()
