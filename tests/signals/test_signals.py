"""Every signal on the checkerboard: the withheld item first, and contributions that add up."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import signals
from llmrec_core.errors import InputError
from llmrec_core.profile import ValueScale, described_profiles, new_profile
from llmrec_core.signals import collaborative, item_item
from llmrec_core.signals.entities import entities_of
from llmrec_core.signals.neural import NeuralRecipe
from llmrec_core.texts import Texts


@pytest.fixture(scope="module")
def fitted():
    """(profiles, every signal fitted on the checkerboard)."""
    rows = world.behaviour()
    texts = Texts(FakeEncoder(), None)
    vectors = texts.items(world.items())
    known = entities_of(world.items())
    side = signals.ItemSide(vectors.concatenated, vectors.fields, entities=known)
    profiles = described_profiles(rows, world.items(), ValueScale.of(rows.value), texts)
    recipes = signals.DEFAULTS | {
        "collaborative": signals.CollaborativeRecipe(reg=5.0),
        "neural": NeuralRecipe(dim=16, layers=1, epochs=2),
    }
    return profiles, {n: signals.fit(n, profiles, side, r) for n, r in recipes.items()}, side


@pytest.mark.parametrize("name", ["description", "taste", "knowledge", "collaborative"])
def test_the_withheld_item_of_ones_own_kind_wins(fitted, name):
    """Item u is the only unseen item of user u's kind: it must lead the unseen ones."""
    profiles, built, _ = fitted
    score = built[name].score(profiles)
    score[profiles.history().toarray() > 0] = -np.inf
    assert (score.argmax(axis=1) == np.arange(world.N)).mean() > 0.9


@pytest.mark.parametrize("name", signals.NAMES)
def test_contributions_add_up_to_the_score(fitted, name):
    """The parts of any score sum to it within 1e-4 relative."""
    profiles, built, _ = fitted
    rng = np.random.default_rng(0)
    for u, i in zip(rng.integers(0, world.N, 40), rng.integers(0, world.N, 40), strict=True):
        one = profiles.at(int(u))
        score = float(built[name].score(one)[0, i])
        parts = built[name].contributions(one, int(i))
        assert parts["contribution"].sum() == pytest.approx(score, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("name", signals.NAMES)
def test_row_i_is_profile_i(fitted, name):
    """Scoring a selection equals selecting from the scores."""
    profiles, built, _ = fitted
    picked = np.array([7, 2])
    together = built[name].score(profiles)[picked]
    assert np.allclose(built[name].score(profiles.select(picked)), together, atol=1e-5)


@pytest.mark.parametrize("name", signals.NAMES)
def test_a_profile_of_nothing_scores_finite(fitted, name):
    """A new person without history or sentences gives numbers, not nan."""
    profiles, built, _ = fitted
    empty = new_profile([], world.N, dim=profiles.sentence_vector.shape[1])
    assert np.isfinite(built[name].score(empty)).all()


@pytest.mark.parametrize("name", signals.NAMES)
def test_a_stored_signal_scores_the_same(fitted, name):
    """arrays() and from_arrays() lose nothing."""
    profiles, built, side = fitted
    again = signals.from_arrays(name, built[name].recipe, built[name].arrays(), side)
    assert np.array_equal(again.score(profiles), built[name].score(profiles))


def test_ease_is_its_formula(fitted):
    """B = I - P diag(1 / diag P) with P = (X'X + reg I)^-1 (Steck 2019)."""
    profiles, _, _ = fitted
    x = profiles.history().toarray().astype(np.float64)
    p = np.linalg.inv(x.T @ x + 7 * np.eye(world.N))
    expected = np.eye(world.N) - p / np.diag(p)
    ours = collaborative.fit(profiles, None, signals.CollaborativeRecipe(reg=7)).matrix.weight
    assert np.allclose(ours, expected, atol=1e-4)


def test_the_denoising_form_is_its_formula(fitted):
    """B = (G + L)^-1 G with L = reg + p / (1 - p) diag G (Steck 2020)."""
    profiles, _, _ = fitted
    x = profiles.history().toarray().astype(np.float64)
    gram = x.T @ x
    lifted = gram + np.diag(7 + gram.diagonal())
    recipe = signals.CollaborativeRecipe(reg=7, dropout=0.5, zero_diagonal=False)
    ours = collaborative.fit(profiles, None, recipe).matrix.weight
    assert np.allclose(ours, np.linalg.inv(lifted) @ gram, atol=1e-4)


def test_the_sequence_signal_is_directed():
    """Where y always follows x and x never follows y, x calls for y and not the reverse."""
    rows = np.array([[0, 1, 2]] * 30)
    one = new_profile([], 3, dim=1)
    many = type(one)(
        np.arange(30).astype(object), 3, np.arange(0, 91, 3), rows.ravel().astype(np.int32),
        np.ones(90, np.float32), np.arange(90), np.zeros(31, np.int64),
        np.zeros((0, 1), np.float32), np.zeros(0, np.float32), (), np.zeros(30, np.int8),
    )
    side = signals.ItemSide(np.eye(3, dtype=np.float32), ("about",))
    recipe = signals.SequenceRecipe(reg=0.1, window=1)
    weight = signals.fit("sequence", many, side, recipe).matrix.weight
    assert weight[0, 1] > 5 * abs(weight[1, 0])


def test_ease_without_the_memory_is_refused_and_never_cut_short(fitted, monkeypatch):
    """A fit that finds less than it takes says so, whatever was free when it was offered."""
    profiles, _, side = fitted
    taken = len(np.unique(profiles.item))
    recipe = signals.DEFAULTS["collaborative"]
    monkeypatch.setattr(item_item, "free_memory", lambda: item_item.ease_bytes(taken) - 1)
    with pytest.raises(InputError, match="Take ials instead"):
        signals.fit("collaborative", profiles, side, recipe)
    monkeypatch.setattr(item_item, "free_memory", lambda: item_item.ease_bytes(taken))
    assert len(signals.fit("collaborative", profiles, side, recipe).matrix.items) == taken


def test_a_catalogue_too_large_is_covered_from_its_head(fitted, monkeypatch):
    """With room for ten items the ten most taken ones vote, and parts still add up."""
    profiles, _, side = fitted
    monkeypatch.setattr(item_item, "MEMORY_LIMIT", 10 * 10 * 4.0 * 4)
    signal = signals.fit("sequence", profiles, side, signals.DEFAULTS["sequence"])
    counts = np.bincount(profiles.item, minlength=world.N)
    assert signal.matrix.items.tolist() == sorted(np.argsort(-counts, kind="stable")[:10])
    one = profiles.at(3)
    for item in (int(signal.matrix.items[0]), world.N - 1):
        total = signal.contributions(one, item)["contribution"].sum()
        assert total == pytest.approx(signal.score(one)[0, item], rel=1e-4, abs=1e-7)


def test_a_sentence_that_is_off_has_no_say(fitted):
    """Switching a sentence off removes exactly its contribution's direction."""
    profiles, built, _ = fitted
    one = profiles.at(0)
    off = np.zeros(len(one.sentence_weight))
    silent = one.with_text(one.sentence_vector, off, one.sentence_text)
    assert np.allclose(built["description"].score(silent), 0)
