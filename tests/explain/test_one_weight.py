"""One weight that changes sides: held against all weights of a fine grid, and ranked with."""

import numpy as np
import pytest

from llmrec_core import blend
from llmrec_core.explain.why_not import changes, one_weight
from llmrec_core.explain.why_not.one_weight import MOST, STEP

HAIR = 1e-4
GRID = np.arange(-400, 401) / 100  # weights from -4 to 4


def block_of(raw, excluded=()):
    """A block of raw scores (signals, items); ids in the order of the items."""
    raw = np.asarray(raw, np.float64)
    names = [f"s{k}" for k in range(len(raw))]
    return blend.normalise(names, raw, np.array(excluded, int), np.arange(raw.shape[1]))


def random_block(seed):
    """Four signals, 40 items, three of them excluded; some values are shared, so that there are
    ties."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(size=(4, 40))
    raw[1] = np.round(raw[1])
    raw[3, :35] = 0
    return block_of(raw, [3, 17, 21]), rng.uniform(0, 1.5, 4).astype(np.float32)


def ranked(block, weights, item, s, value):
    """The rank with one weight moved."""
    moved = weights.copy()
    moved[s] = value
    return blend.rank_of(block, moved, item)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("place", [4, 6, 14])
def test_the_nearest_weight_is_the_nearest_of_a_fine_grid(seed, place):
    """For every signal, above and below: on the near side of the edge no weight of the grid changes
    sides, on the far side the next one does; where nothing is told none of the grid does.

    Place 4 is in the list of 5 and is to leave it, the others are outside and are to enter it.
    """
    block, weights = random_block(seed)
    n, item = 5, int(blend.rank(block, weights, place)[0][-1])
    found = {(c.signal, bool(c.edge > c.now)): c for c in changes(block, weights, item, n)}
    for s, name in enumerate(block.names):
        for up in (False, True):
            side = GRID[(weights[s] < GRID) == up]
            there = [v for v in side if (ranked(block, weights, item, s, v) <= n) == (place > n)]
            nearest = min(there, key=lambda v: abs(v - weights[s]), default=None)
            change = found.get((name, up))
            if change is None or abs(change.edge) > 4:
                assert nearest is None
                continue
            sign = 1 if up else -1
            if round(change.weight, 2) == change.weight:
                assert change.weight == pytest.approx(nearest)
                assert 0 <= sign * (nearest - change.edge) <= 0.01
            else:  # it does it between two weights of the grid only
                assert sign * change.edge < sign * change.weight < sign * nearest
                assert sign * (change.weight - change.edge) <= 1e-3


@pytest.mark.parametrize("seed", range(20))
def test_a_hair_less_is_not_enough_and_half_is_not(seed):
    """The edge is exact: 1e-4 short of it, and half-way to it, the item stays where it is."""
    block, weights = random_block(seed)
    told = 0
    for place in (3, 8, 20):
        item, n = int(blend.rank(block, weights, place)[0][-1]), 5
        for change in changes(block, weights, item, n):
            s = block.names.index(change.signal)
            enough = ranked(block, weights, item, s, change.weight)
            assert enough == change.rank and (enough <= n) == (place > n)
            moved = change.edge - change.now
            short = [change.now + moved / 2, change.edge - np.sign(moved) * HAIR]
            for value in short if abs(moved) > 2 * HAIR else []:
                assert (ranked(block, weights, item, s, value) <= n) == (place <= n)
                told += 1
    assert told >= 4


@pytest.mark.parametrize("seed", range(10))
def test_the_slider_is_put_to_the_nearest_position_that_does_it(seed):
    """Of the 61 positions on its side; none is told only where none does."""
    block, weights = random_block(seed)
    item, n = int(blend.rank(block, weights, 9)[0][-1]), 5
    positions = np.round(np.arange(61) * STEP, 2)
    for change in changes(block, weights, item, n):
        s = block.names.index(change.signal)
        side = positions[(positions > weights[s]) == (change.edge > change.now)]
        does = [float(p) for p in side if ranked(block, weights, item, s, p) <= n]
        assert change.slider == min(does, key=lambda p: abs(p - weights[s]), default=None)
        assert change.slider is None or change.slider_rank <= n


@pytest.mark.parametrize("place", [5, 10, 40])
def test_a_large_catalogue_is_counted_in_bins_and_gives_the_same(monkeypatch, place):
    """Thousands of steps: with a bin for all of them, and with many, the same weights are told."""
    rng = np.random.default_rng(7)
    block = block_of(np.round(rng.normal(size=(3, 3000)), 2))  # rounded: many ties
    weights = np.array([1.0, 0.4, 0.2], np.float32)
    item = int(blend.rank(block, weights, place)[0][-1])
    found = {}
    for bins in (16, 200, 10**6):
        monkeypatch.setattr(one_weight, "BINS", bins)
        found[bins] = changes(block, weights, item, 8)
    assert found[16] == found[200] == found[10**6] and len(found[16]) > 0


def test_the_sliders_end_where_the_search_for_a_position_does():
    """The positions that are told are those that the page has."""
    from llmrec_core.ui import controls

    assert MOST == controls.MOST_WEIGHT


def test_a_known_change_is_found_to_the_digit():
    """Two signals, the item leads by 1 in the second and is 1 behind in the first: the weight of
    the second must pass that of the first, and at the tie the id decides."""
    raw = [[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]]
    block, weights = block_of(raw), np.array([0.5, 0.25], np.float32)
    (down, up) = sorted(changes(block, weights, 1, 1), key=lambda c: c.signal)
    # At the tie item 0 comes first by its id, so the edge itself is not enough.
    assert (up.signal, up.edge, up.weight, up.slider) == ("s1", pytest.approx(0.5), 0.51, 0.55)
    assert (down.signal, down.edge, down.slider) == ("s0", pytest.approx(0.25), 0.2)
    # Item 0, which is to leave its place, comes first at the tie.
    leaves = {(c.signal, c.weight) for c in changes(block, weights, 0, 1) if c.slider is not None}
    assert leaves == {("s0", 0.24), ("s1", 0.51)}
    tied = changes(block, np.array([0.5, 0.5], np.float32), 1, 1)
    assert {(c.signal, c.weight) for c in tied} == {("s0", 0.49), ("s1", 0.51)}


def test_what_no_weight_can_do_is_not_told():
    """An item that is worst in every signal never leads, unless a weight is below 0; a flat signal
    moves nobody."""
    block = block_of([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [7.0, 7.0, 7.0]])
    found = changes(block, np.ones(3, np.float32), 2, 1)
    assert {c.signal for c in found} == {"s0", "s1"}
    assert all(c.negative and c.slider is None for c in found)
    assert all(c.edge == pytest.approx(-1) and c.weight == -1.01 for c in found)


def test_a_weight_beyond_the_sliders_is_told_as_such():
    """The exact weight is said although no slider reaches it."""
    block = block_of([[2.0, 1.0, 0.0], [0.999, 1.0, 0.0]])
    (change,) = [c for c in changes(block, np.ones(2, np.float32), 1, 1) if c.signal == "s1"]
    assert change.beyond and change.slider is None and change.weight > MOST
    assert ranked(block, np.ones(2, np.float32), 1, 1, change.weight) == 1
