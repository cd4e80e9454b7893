"""Who rose and who fell."""

import numpy as np
import pytest

from llmrec_core import blend, compare


def block_of(raw, excluded=()):
    raw = np.asarray(raw, np.float32)
    names = [f"s{i}" for i in range(len(raw))]
    return blend.normalise(names, raw, np.array(excluded, int), np.arange(raw.shape[1]))


ONE = np.ones(1, np.float32)


def test_ranks_agree_with_the_list_ties_included():
    """The k-th item of the list has rank k."""
    block = block_of([[3, 1, 3, 2, 1]])
    items, _ = blend.rank(block, ONE, 5)
    assert compare.ranks(block, ONE, items).tolist() == [1, 2, 3, 4, 5]


def test_an_excluded_item_has_no_rank():
    """0 stands for «not a candidate»."""
    assert compare.ranks(block_of([[9, 1, 2]], [0]), ONE, [0, 2]).tolist() == [0, 1]


def test_moves_tell_both_places_of_every_item_on_either_list():
    """Item 0 falls from 1 to 3 and leaves the list of two; item 2 rises from 3 to 1."""
    before, after = block_of([[3, 2, 1]]), block_of([[1, 2, 3]])
    moves = {move.item: move for move in compare.moves(before, after, ONE, 2)}
    assert (moves[0].before, moves[0].after, moves[0].rise) == (1, 3, -2)
    assert (moves[2].before, moves[2].after, moves[2].rise) == (3, 1, 2)
    assert moves[1].rise == 0 and set(moves) == {0, 1, 2}


def test_no_change_moves_nobody():
    """The same block twice: the list of n, all where they were."""
    block = block_of([[3, 2, 1, 0]])
    moves = compare.moves(block, block, ONE, 2)
    assert [m.item for m in moves] == [0, 1] and all(m.rise == 0 for m in moves)


def test_sentence_shares_are_the_description_part_but_for_the_average(built_study):
    """Summed over sentences, less the average candidate's part, they are a list's mean part."""
    from llmrec_core.recommender import Recommender

    recommender = Recommender(built_study)
    profile = recommender.profile("u00")
    block, weights = recommender.block(profile), recommender.weights({"description": 2.0})
    answer = recommender.ranked(block, weights, 5)
    shares = compare.sentence_shares(
        recommender.signals["description"], profile, block, weights, [x.item for x in answer.items]
    )
    s = block.names.index("description")
    average = 2.0 * block.mean[s] / block.sd[s]
    expected = np.mean([line.parts["description"] for line in answer.items])
    assert shares.sum() - average == pytest.approx(expected, rel=1e-4)
    assert len(shares) == len(profile.sentence_text)
