"""Normalising, weighing and ranking."""

import numpy as np
import pytest
import world

from llmrec_core import blend
from llmrec_core.errors import InputError
from llmrec_core.profile import ValueScale, from_behaviour


def block_of(raw, excluded=()):
    raw = np.asarray(raw, np.float32)
    names = [f"s{i}" for i in range(len(raw))]
    return blend.normalise(names, raw, np.array(excluded, int), np.arange(raw.shape[1]))


def test_signals_are_standardised_over_candidates_only():
    """Excluded items touch neither mean nor spread."""
    block = block_of([[1, 2, 3, 1000]], excluded=[3])
    assert block.mean[0] == 2
    assert block.values[0, :3] == pytest.approx((np.array([1, 2, 3]) - 2) / np.std([1, 2, 3]))


def test_a_signal_without_spread_says_nothing():
    """No history: the signal is 0 everywhere, not nan."""
    assert block_of([[4, 4, 4]]).values.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("size", [10, 5000, 60_000])
def test_the_top_is_that_of_a_full_sort(size):
    """The sampled threshold changes no list, ties and exclusions included."""
    rng = np.random.default_rng(size)
    for n in (1, 10, 37):
        score = rng.integers(0, 500, size).astype(np.float32)
        score[rng.random(size) < 0.1] = -np.inf
        rank = rng.permutation(size)
        expected = [i for i in np.lexsort((rank, -score)) if score[i] > -np.inf][:n]
        assert blend.top(score, n, rank).tolist() == expected


def test_a_slow_tail_does_not_hide_the_top():
    """All but a few scores equal: the threshold falls into the tie and nothing is lost."""
    score = np.zeros(10_000, np.float32)
    score[[17, 4242]] = [1, 2]
    assert blend.top(score, 3, np.arange(10_000)).tolist() == [4242, 17, 0]


@pytest.mark.parametrize("n", [3, 1000])
def test_when_all_weights_are_zero_the_ids_decide(n):
    """One tie over the whole catalogue: the first ids in order, whatever their item numbers."""
    rank = np.random.default_rng(3).permutation(70_000)
    assert rank[blend.top(np.zeros(70_000, np.float32), n, rank)].tolist() == list(range(n))


def test_excluded_items_never_show_even_when_the_list_runs_short():
    """Two candidates of four give a list of two."""
    block = block_of([[1, 2, 3, 4]], excluded=[3, 2])
    items, _ = blend.rank(block, np.ones(1, np.float32), 10)
    assert items.tolist() == [1, 0]


def test_scaling_all_weights_changes_no_order():
    """Only proportions of weights matter to the order."""
    raw = np.random.default_rng(0).random((3, 50))
    block, weights = block_of(raw), np.array([1, 0.5, 2], np.float32)
    assert np.array_equal(blend.rank(block, weights, 50)[0], blend.rank(block, 8 * weights, 50)[0])


def test_permuting_items_permutes_the_list():
    """No item gains by its place in the catalogue, ties by id included."""
    rng = np.random.default_rng(1)
    raw = rng.integers(0, 4, (2, 40)).astype(np.float32)
    order = rng.permutation(40)
    weights = np.array([1, 1], np.float32)
    one = blend.normalise(["a", "b"], raw, np.zeros(0, int), np.arange(40))
    other = blend.normalise(["a", "b"], raw[:, order], np.zeros(0, int), np.arange(40)[order])
    assert np.array_equal(blend.rank(one, weights, 9)[0], order[blend.rank(other, weights, 9)[0]])


def test_rank_of_agrees_with_the_list():
    """The rank of the k-th item of the list is k; an excluded item has none."""
    block = block_of(np.random.default_rng(2).random((2, 30)), excluded=[5])
    weights = np.array([1, 2], np.float32)
    items, _ = blend.rank(block, weights, 29)
    assert [blend.rank_of(block, weights, i) for i in items] == list(range(1, 30))
    assert blend.rank_of(block, weights, 5) is None


@pytest.mark.parametrize("text", ["nonsense", "[1]", '{"a": "x"}'])
def test_weights_that_are_no_json_object_are_refused(text):
    """The message shows what weights look like."""
    with pytest.raises(InputError, match="are not JSON such as"):
        blend.parse_weights(text)


def test_unknown_and_infinite_weights_are_refused_by_name():
    """Both name the signal."""
    with pytest.raises(InputError, match="no signal 'tatse'"):
        blend.weight_vector(["taste"], {"tatse": 1})
    with pytest.raises(InputError, match="weight of taste is not a finite"):
        blend.weight_vector(["taste"], {"taste": float("inf")})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("huge", [1e300, -1e300, 1e39, 1_000_001])
def test_a_weight_beyond_a_million_is_refused(huge):
    """It would overflow float32 or drown every other signal; a million is still a weight."""
    with pytest.raises(InputError, match="weight of taste .* between -1000000 and 1000000"):
        blend.weight_vector(["text", "taste"], {"taste": huge})
    assert blend.weight_vector(["taste"], {"taste": -1e6}).tolist() == [-1e6]


def test_a_whole_number_too_long_for_a_float_is_no_weight():
    """JSON has no bound on digits."""
    with pytest.raises(InputError, match="are not JSON such as"):
        blend.parse_weights('{"taste": 1' + "0" * 400 + "}")


class Numbered:
    """A signal whose score is the item's number."""

    def score(self, profiles):
        return np.tile(np.arange(world.N, dtype=np.float32), (len(profiles), 1))


def test_no_list_is_longer_than_the_catalogue():
    """A list of a thousand million items would not even fit into memory."""
    rows = world.behaviour()
    profiles = from_behaviour(rows, ValueScale.of(rows.value), dim=4)
    found = blend.lists_for(
        profiles, {"number": Numbered()}, {"all": {"number": 1.0}}, 10**9, np.arange(world.N)
    )["all"]
    assert found.shape == (world.N, world.N)
    for user, line in enumerate(found):
        new = sorted(set(range(world.N)) - set(rows.item[rows.user == user]), reverse=True)
        assert line.tolist() == new + [-1] * (world.N - len(new))


def test_what_nobody_may_be_shown_is_in_no_list():
    """The two best items are left out for everybody, in the lists and in the scores looked at."""
    rows = world.behaviour()
    profiles = from_behaviour(rows, ValueScale.of(rows.value), dim=4)
    never, looked = np.array([world.N - 1, world.N - 2]), []
    found = blend.lists_for(
        profiles, {"number": Numbered()}, {"all": {"number": 1.0}}, 3, np.arange(world.N),
        look=lambda name, first, scores: looked.append(scores.copy()), never=never,
    )["all"]
    assert not np.isin(found, never).any() and (found >= 0).all()
    assert np.isneginf(looked[0][:, never]).all()


def test_a_block_cannot_be_written():
    """Blocks are cached and shared: writing into one is an error."""
    with pytest.raises(ValueError, match="read-only"):
        block_of([[1, 2]]).values[0, 0] = 3
