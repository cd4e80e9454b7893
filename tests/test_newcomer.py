"""A person who is no stored user."""

import pytest

from llmrec_core import newcomer
from llmrec_core.errors import InputError
from llmrec_core.newcomer import Pick
from llmrec_core.recommender import Recommender
from tests import world


@pytest.fixture
def recommender(built_study):
    return Recommender(built_study)


def share_of_even(recommender, profile, name):
    """Share of even (space) items in the top six of one signal alone."""
    block = recommender.block(profile)
    lines = recommender.ranked(block, recommender.weights({name: 1.0}), 6).items
    return sum(int(line.item_id[1:]) % 2 == 0 for line in lines) / 6


def test_a_pick_finds_what_goes_with_it(recommender):
    """Who picks an even item is recommended even items, by those who take them together."""
    for picked, share in ((4, 1.0), (5, 0.0)):
        profile = newcomer.profile_of(recommender, (), [Pick(picked)])
        assert share_of_even(recommender, profile, "collaborative") == share


def test_with_words_alone_only_what_reads_says_something(recommender):
    """No pick: the signals that live on history are silent, the description is not."""
    profile = newcomer.profile_of(recommender, [("Loves a spaceship on a far planet.", 1)], ())
    quiet = newcomer.silent(recommender.block(profile))
    assert {"collaborative", "sequence", "taste"} <= set(quiet) and "description" not in quiet


def test_a_sentence_that_says_neither_leaves_the_description_silent(recommender):
    """Polarity 0 does not count."""
    profile = newcomer.profile_of(recommender, [("Rates high.", 0)], [Pick(0)])
    assert "description" in newcomer.silent(recommender.block(profile))


def test_the_opposite_reading_turns_the_description_round(recommender):
    """The same sentence read as dislike scores every item the other way."""
    scores = [
        recommender.signals["description"].score(
            newcomer.profile_of(recommender, [("Loves spaceship stars.", polarity)], ())
        )
        for polarity in (1, -1)
    ]
    assert scores[0] == pytest.approx(-scores[1], rel=1e-4)


def test_picked_items_are_not_recommended(recommender):
    """What they know already is no candidate, liked or not."""
    profile = newcomer.profile_of(recommender, (), [Pick(0), Pick(2, liked=False)])
    lines = recommender.ranked(recommender.block(profile), recommender.weights(), world.N).items
    assert {0, 2}.isdisjoint(line.item for line in lines) and len(lines) == world.N - 2


def test_nobody_without_words_and_picks(recommender):
    """Nothing known is refused with the remedy."""
    with pytest.raises(InputError, match="type a sentence or pick"):
        newcomer.profile_of(recommender, (), ())


def test_starters_are_made_of_the_catalogue():
    """Genres are written small, and found before any other attribute of few kinds."""
    assert newcomer.starters(world.items())[0].startswith("Loves space and romance")
