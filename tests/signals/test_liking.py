"""P(like): likes and dislikes told apart, calibrated, and a sum of parts that can be read."""

from dataclasses import replace

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import signals
from llmrec_core.errors import InputError
from llmrec_core.profile import Profiles, ValueScale, from_behaviour, new_profile
from llmrec_core.signals import liking_parts
from llmrec_core.signals.liking import EVERYBODY, OFTEN, YOURSELF, LikingRecipe
from llmrec_core.signals.liking_fit import REGS
from llmrec_core.signals.liking_parts import fit_parts, latest
from llmrec_core.texts import Texts

RANDOM = LikingRecipe(held_out="random", share=0.3)


@pytest.fixture(scope="module")
def made():
    """(profiles, item side) of the checkerboard."""
    rows = world.behaviour()
    vectors = Texts(FakeEncoder(), None).items(world.items())
    side = signals.ItemSide(vectors.concatenated, vectors.fields)
    return from_behaviour(rows, ValueScale.of(rows.value)), side


def _profiles(item, level, n_items, users):
    """Profiles from (users, h) arrays of items and levels."""
    h = item.shape[1]
    return Profiles(
        np.arange(users).astype(object), n_items, np.arange(0, users * h + 1, h),
        item.ravel().astype(np.int32), level.ravel().astype(np.float32), np.arange(users * h),
        np.zeros(users + 1, np.int64), np.zeros((0, 1), np.float32), np.zeros(0, np.float32), (),
        np.zeros(users, np.int8),
    )


def test_likes_and_dislikes_are_told_apart(made):
    """Unseen items of one's own kind are likelier than those of the other: AUC above .9."""
    profiles, side = made
    chance = signals.fit("liking", profiles, side, RANDOM).probability(profiles)
    own = np.arange(world.N)[:, None] % 2 == np.arange(world.N) % 2
    unseen = profiles.history().toarray() == 0
    liked, other = chance[own & unseen], chance[~own & unseen]
    assert (liked[:, None] > other).mean() + (liked[:, None] == other).mean() / 2 > 0.9


@pytest.mark.parametrize("like", ["level", "own"])
def test_parts_add_up_and_have_words(made, like):
    """Past items, the item's mean, the user's mean and the base are the log-odds."""
    profiles, side = made
    signal = signals.fit("liking", profiles, side, replace(RANDOM, like=like))
    for u, i in ((0, 5), (3, 3), (17, 20)):
        parts = signal.contributions(profiles.at(u), i)
        score = float(signal.score(profiles.at(u), exact=True)[0, i])
        assert parts["contribution"].sum() == pytest.approx(score, rel=1e-6)
        assert [word for word in parts["words"] if word] == [OFTEN, EVERYBODY, YOURSELF]


def test_probabilities_are_calibrated():
    """Likes drawn with known chances: what is called 30 % happens in 30 % of the cases.

    The levels of each item are drawn with one chance, so that the model can be right.
    """
    rng = np.random.default_rng(0)
    chance = np.linspace(0.1, 0.9, 60)
    item = np.stack([rng.permutation(60)[:40] for _ in range(300)])
    level = (rng.random(item.shape) < chance[item]).astype(float)
    profiles = _profiles(item, level, 60, 300)
    side = signals.ItemSide(np.eye(60, dtype=np.float32), ("about",))
    found = signals.fit("liking", profiles, side, LikingRecipe()).probability(profiles)
    for low in (0.2, 0.4, 0.6):
        told = (found > low) & (found < low + 0.2)
        truth = np.broadcast_to(chance, found.shape)[told].mean()
        assert found[told].mean() == pytest.approx(truth, abs=0.04)


def test_without_levels_a_like_is_what_is_taken(made):
    """Clicks: unseen items of one's own kind are likelier to be the taken one of a pair."""
    profiles, side = made
    liked = profiles.keep_rows(profiles.level > 0.5)
    signal = signals.fit("liking", liked, side, RANDOM)
    assert signal.parts.taken
    chance = signal.probability(liked)
    own = np.arange(world.N)[:, None] % 2 == np.arange(world.N) % 2
    assert chance[own].mean() > chance[~own].mean() + 0.3


def test_who_rates_high_likes_more(made):
    """Of two newcomers with one item each the one who liked it is likelier to like all others."""
    profiles, side = made
    signal = signals.fit("liking", profiles, side, RANDOM)
    glad, sad = (
        signal.probability(new_profile([2], world.N, dim=32, levels=[level])) for level in (1, 0)
    )
    assert glad[0, 4] > sad[0, 4]


def test_the_latest_opinion_counts():
    """Of two rows on one item the later one is kept."""
    profiles = _profiles(np.array([[1, 2, 1]]), np.array([[0.0, 0.5, 1.0]]), 3, 1)
    kept = latest(profiles)
    assert kept.item.tolist() == [2, 1] and kept.level.tolist() == [0.5, 1.0]


def test_what_no_penalty_changes_is_solved_once(made, monkeypatch):
    """Three penalties are tried for ratings; having met items is solved for them all at once, in
    single precision as the memory estimate says."""
    profiles, side = made
    penalties, kinds, real = [], set(), liking_parts.inverse

    def inverse(gram, penalty):
        penalties.append(penalty)
        kinds.add(gram.dtype)
        return real(gram, penalty)

    monkeypatch.setattr(liking_parts, "inverse", inverse)
    signals.fit("liking", profiles, side, RANDOM)
    assert penalties.count(liking_parts.REG_MET) == 2  # while choosing, and in the last fit
    assert len(penalties) == 2 + len(REGS) + 1 and kinds == {np.dtype(np.float32)}


def test_means_are_shrunken(made):
    """An item's part is the sum of its levels above the mean / (rows + 10)."""
    profiles, side = made
    parts = fit_parts(profiles, side.vectors, taken=False, reg=1.0, seed=0)
    rows = profiles.item == 4
    above = profiles.level[rows] - profiles.level.mean()
    assert parts.item[4] == pytest.approx(above.sum() / (rows.sum() + 10), rel=1e-5)


def test_too_few_rows_give_everybody_the_same_chance():
    """With three rows nothing is learned, and every item has the rate of all rows."""
    profiles = _profiles(np.array([[0, 1, 2]]), np.array([[0.0, 1.0, 1.0]]), 3, 1)
    side = signals.ItemSide(np.eye(3, dtype=np.float32), ("about",))
    chance = signals.fit("liking", profiles, side, LikingRecipe()).probability(profiles)
    assert np.ptp(chance) == 0 and 0 < chance[0, 0] < 1


@pytest.mark.parametrize("settings", [{"like": "adore"}, {"held_out": "first"}])
def test_settings_that_mean_nothing_are_refused(made, settings):
    """The words that there are are named."""
    with pytest.raises(InputError, match="say"):
        signals.fit("liking", *made, LikingRecipe(**settings))
