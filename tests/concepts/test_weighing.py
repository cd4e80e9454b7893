"""A score in concepts: the parts add up, weights of 1 change nothing, weights of 0 take the
concepts' share away and nothing else."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import blend, signals
from llmrec_core.concepts import Concepts, Weighing, checked, spread_of
from llmrec_core.profile import ValueScale, described_profiles
from llmrec_core.signals.match import MatchRecipe
from llmrec_core.texts import Texts

SIGNALS = {
    "description": None, "taste": None, "match": MatchRecipe(),
    "distance": MatchRecipe(similarity="euclidean", fields="together"),
}


@pytest.fixture(scope="module")
def made():
    """(profiles, signals by name, concepts) of the checkerboard."""
    rows, texts = world.behaviour(), Texts(FakeEncoder(), None)
    vectors = texts.items(world.items())
    profiles = described_profiles(rows, world.items(), ValueScale.of(rows.value), texts)
    center = texts.sentences(profiles.sentence_text)[1]
    side = signals.ItemSide(vectors.concatenated, vectors.fields, centers=vectors.centers)
    fitted = {}
    for name, recipe in SIGNALS.items():
        kind = "match" if name == "distance" else name
        fitted[name] = signals.fit(kind, profiles, side, recipe or signals.DEFAULTS[kind])
    phrases = ["space stories", "romance", "robots on a far planet", "a wedding in the garden"]
    return profiles, fitted, checked(phrases, texts, center).concepts


def _weighing(made, name, user=4):
    """The weighing of one user, and what it was made of."""
    profiles, fitted, concepts = made
    one, signal = profiles.at(user), fitted[name]
    raw = np.concatenate([signal.score(one, exact=True), np.arange(24.0)[None]])
    block = blend.normalise((name, "number"), raw, one.item, np.arange(24))
    return Weighing.of(name, signal, one, block, concepts), signal, one


@pytest.mark.parametrize("name", SIGNALS)
def test_shares_and_rest_are_the_score(made, name):
    """What each concept makes and the rest sum to the signal's own score, of any item."""
    weighing, signal, one = _weighing(made, name)
    items = np.array([0, 5, 17])
    found = weighing.explained(items, np.ones(4))
    expected = signal.score(one, exact=True)[0, items]
    assert found.shares.shape == (3, 4)
    assert np.allclose(found.total, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("name", SIGNALS)
def test_weights_of_one_change_nothing(made, name):
    """The block is the very one that it was made from."""
    weighing, _, _ = _weighing(made, name)
    assert weighing.weighed(np.ones(4, np.float32)) is weighing.block


@pytest.mark.parametrize("name", SIGNALS)
def test_weights_of_zero_leave_the_rest(made, name):
    """With all weights at 0 the scores are those less the concepts' shares: the rest."""
    weighing, _, _ = _weighing(made, name)
    every = np.arange(24)
    plain = weighing.explained(every, np.ones(4))
    assert np.abs(plain.shares).max() > 0.01
    assert np.allclose(weighing.scores(np.zeros(4)), plain.rest, atol=1e-5)


def test_a_share_is_the_product_of_coordinates(made):
    """Of a cosine, by the formula: where the user points along a concept times the item does."""
    weighing, signal, one = _weighing(made, "match")
    basis = made[2].basis
    user = signal.mapped(one)[0].reshape(-1, 32) @ basis.T
    item = signal.targets()[7].reshape(-1, 32) @ basis.T
    alpha = np.array([2, 0, 1, 0.5])
    found = weighing.explained([7], alpha).shares[0]
    assert np.allclose(found, alpha * (user * item).sum(axis=0), atol=1e-6)


@pytest.mark.parametrize("name", SIGNALS)
def test_points_are_the_signals_part_of_the_blend(made, name):
    """Under any weights, above the average candidate: what the blend shows for the signal."""
    weighing, _, _ = _weighing(made, name)
    alpha, weights = np.array([2, 0, 1, 0.5], np.float32), np.array([0.7, 0.2], np.float32)
    block = weighing.weighed(alpha)
    shown = blend.parts(block, weights, [1, 8, 20])
    assert np.allclose(weighing.points([1, 8, 20], weights, alpha).total, shown[0], atol=1e-4)
    assert np.array_equal(shown[1], blend.parts(weighing.block, weights, [1, 8, 20])[1])


def test_a_raised_concept_adds_its_share_again(made):
    """Weight 3 on one concept adds twice its share to every item, whatever the others hold."""
    weighing, _, _ = _weighing(made, "match", user=5)
    alpha = np.array([3, 1, 1, 1], np.float32)
    share = weighing.explained(np.arange(24), np.ones(4)).shares[:, 0]
    assert np.allclose(weighing.scores(alpha) - weighing.raw, 2 * share, atol=1e-6)
    assert weighing.weighed(alpha).excluded is weighing.block.excluded


def test_telling_shares_sum_to_one_with_the_rest(made):
    """A basis of the whole space explains all of the spread, whatever its directions."""
    weighing, _, _ = _weighing(made, "match")
    turned = np.linalg.qr(np.random.default_rng(0).standard_normal((32, 32)))[0]
    whole = Concepts(tuple(map(str, range(32))), turned.astype(np.float32))
    every = Weighing(weighing.block, "match", whole, weighing.mapped, weighing.targets)
    assert every.telling.sum() == pytest.approx(1, abs=1e-4)
    assert weighing.telling.sum() < 0.99


def test_named_concepts_explain_more_than_random_ones(made):
    """Space against romance is what the checkerboard is about."""
    found = spread_of(made[1]["taste"], made[0], made[2], n=5, sample=20)
    assert found.users == 20 and found.n == 5
    assert found.share > 2 * found.chance
    assert found.low <= found.share <= found.high
    assert found.by_concept.sum() == pytest.approx(found.share, abs=1e-6)
    assert 0 <= found.kept <= 5


@pytest.mark.parametrize("name", SIGNALS)
def test_a_sample_of_one_says_what_that_users_own_card_says(made, name):
    """Both judge the scores that the signal gives, also those of a distance, which has a part
    that no product of texts makes."""
    weighing, signal, one = _weighing(made, name)
    assert spread_of(signal, one, made[2]).by_concept == pytest.approx(weighing.telling, rel=1e-3)


def test_lists_are_no_longer_than_there_are_candidates(made):
    """Of users with 11 items left a list of 20 has 11, and all of them stay; their past does not
    fill it up."""
    profiles, fitted, concepts = made
    left = [profiles.n_items - len(set(profiles.at(u).item)) for u in range(len(profiles))]
    found = spread_of(fitted["taste"], profiles, concepts, n=20)
    assert found.n == pytest.approx(np.mean(left)) and found.n < 20
    assert found.kept == pytest.approx(found.n)


def test_what_weights_do_not_move_is_made_once(made):
    """A step of a slider scores again; the spread, the average item and the last block stay."""
    weighing, _, _ = _weighing(made, "match")
    alpha = np.array([3, 1, 1, 1], np.float32)
    block = weighing.weighed(alpha)
    assert weighing.weighed(alpha.copy()) is block and weighing.telling is weighing.telling
    assert weighing.average(alpha).rest is weighing.average(np.ones(4)).rest
    assert weighing.weighed(np.zeros(4)) is not block
    assert np.array_equal(weighing.weighed(alpha).values, block.values)


def test_chance_is_the_mean_of_random_directions(made):
    """Forty draws of four directions out of 32, each looked at as concepts are, come to it."""
    profiles, fitted, concepts = made
    draw = np.random.default_rng(1).standard_normal
    drawn = [
        spread_of(fitted["taste"], profiles, Concepts(
            concepts.phrases, np.linalg.qr(draw((32, 4)))[0].T.astype(np.float32),
        )) for _ in range(40)
    ]  # fmt: skip
    chance = {found.chance for found in drawn}
    assert max(chance) - min(chance) < 1e-5  # no draw of its own, which would be noise
    error = np.std([found.share for found in drawn]) / np.sqrt(40)
    assert abs(np.mean([found.share for found in drawn]) - drawn[0].chance) < 4 * error


def test_users_without_a_score_are_left_out(made):
    """Whose scores do not differ, nothing can be said of; without any other, all is undefined."""
    from llmrec_core.profile import new_profile

    empty = new_profile([], 24, dim=32)
    found = spread_of(made[1]["taste"], empty, made[2])
    assert found.users == 0 and np.isnan(found.share) and np.isnan(found.by_concept).all()
