"""Why not another item: points that add up, and trials that are what a real rerun gives."""

from dataclasses import replace

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import blend
from llmrec_core.describe import PERSON, editing
from llmrec_core.describe.grammar import things
from llmrec_core.errors import WrongUseError
from llmrec_core.explain.why_not import Sayings, Tried, side_by_side, try_changes, why_not
from llmrec_core.explain.why_not import tried as tried_module
from llmrec_core.recommender import Recommender
from llmrec_core.steer.vocabulary import Vocabulary
from llmrec_core.study import Study
from llmrec_core.tables import Items
from llmrec_core.texts import LazyEncoder
from llmrec_core.ui.why_not_frames import not_tried

USER = "u05"
WEIGHTS = {"description": 1.0, "taste": 0.5, "collaborative": 0.3, "popularity": 0.2}


@pytest.fixture(scope="module")
def built(built_home):
    """(recommender, profile, block, weights) of an odd user of the hand-made world."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMREC_HOME", str(built_home))
        patch.setattr(LazyEncoder, "model", FakeEncoder())
        recommender = Recommender(Study.open("tiny"))
        profile = recommender.profile(USER)
        weights = recommender.weights(WEIGHTS)
        yield recommender, profile, recommender.block(profile), weights


def at(built, place):
    """The item at a place of the ranking."""
    return int(blend.rank(built[2], built[3], place)[0][-1])


def ledgers(built, item, rival):
    recommender, profile, block, weights = built
    return tuple(recommender.explain(profile, block, weights, each) for each in (item, rival))


def test_the_points_missing_are_the_sum_of_the_signals(built):
    """An item at place 7 against the list of 4: its rival is at place 4, and the parts are those
    of the two scores."""
    _, _, block, weights = built
    found = why_not(block, weights, at(built, 7), 4)
    assert (found.rank, found.rival, found.rival_rank) == (7, at(built, 4), 4)
    assert found.candidates == world.N - len(block.excluded)
    assert not found.inside and found.points < 0
    mine, theirs = (blend.parts(block, weights, [i]).sum() for i in (found.item, found.rival))
    assert found.points == pytest.approx(mine - theirs, abs=1e-12)
    assert [part.signal for part in found.parts] == list(block.names)


def test_an_item_in_the_list_is_held_against_the_first_outside(built):
    """By how many points it is in; and what is told would take it out."""
    _, _, block, weights = built
    found = why_not(block, weights, at(built, 4), 4)
    assert found.inside and (found.rival, found.rival_rank) == (at(built, 5), 5)
    assert found.points > 0 and all(change.rank > 4 for change in found.changes)


def test_what_is_no_candidate_has_no_rank(built):
    """The user's own items and those that are left out; nothing else is said of them."""
    recommender, profile, block, weights = built
    own = why_not(block, weights, int(profile.item[0]), 4)
    other = recommender.block(profile, exclude=[at(built, 1)])
    out = why_not(other, weights, at(built, 1), 4)
    for found in (own, out):
        assert found.rank is None and not found.inside
        assert (found.rival, found.parts, found.changes, found.points) == (None, (), (), 0)


def test_a_list_with_room_for_everybody_has_no_rival(built):
    """Nothing can take an item out of it; and a list of no length is refused."""
    _, _, block, weights = built
    found = why_not(block, weights, at(built, 9), world.N)
    assert found.inside and found.rival is None and found.changes == ()
    with pytest.raises(WrongUseError, match="ask for 1 or more"):
        why_not(block, weights, at(built, 9), 0)


def test_equal_scores_are_told_as_a_tie(built):
    """Without any weight all scores are 0, and the ids decide."""
    _, _, block, _ = built
    nothing = np.zeros(len(block.names), np.float32)
    last = int(blend.rank(block, nothing, 9)[0][-1])
    found = why_not(block, nothing, last, 4)
    assert found.tied and found.points == 0 and found.rank == 9
    assert not why_not(block, built[3], at(built, 9), 4).tied


def test_the_lines_of_two_ledgers_add_up_to_the_points(built):
    """Every sentence and past item of both: the differences sum to the points missing."""
    found = why_not(built[2], built[3], at(built, 9), 4)
    lines = side_by_side(*ledgers(built, found.item, found.rival))
    assert sum(line.difference for line in lines) == pytest.approx(found.points, abs=1e-4)
    assert {"sentence", "past item"} <= {line.kind for line in lines}
    sizes = [abs(line.difference) for line in lines]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 0


def test_trials_are_what_a_real_rerun_gives(built):
    """Every sentence switched off, every past item removed, every sentence added: the rank is that
    of the profile changed by hand, encoded, scored and ranked by itself."""
    recommender, profile, block, weights = built
    found = why_not(block, weights, at(built, 9), 4)
    said = Sayings.of(recommender.tables.items).said_for(found.item)
    tried = try_changes(
        recommender, profile, block, weights, found.item, 4,
        ledgers(built, found.item, found.rival), said,
    )  # fmt: skip
    described = recommender.description(USER)
    again = []
    for trial in tried.trials:
        changed, exclude = profile, []
        if trial.kind is Tried.SENTENCE:
            other = editing.switch(described, trial.number, False)
            changed = recommender.described(profile, other)
        elif trial.kind is Tried.PAST_ITEM:
            changed, exclude = profile.without(items=[trial.number]), [trial.number]
        else:
            changed = recommender.described(profile, editing.add(described, trial.text, 1))
        anew = recommender.block(changed, exclude=exclude)
        again.append(blend.rank_of(anew, weights, found.item))
    assert [trial.rank for trial in tried.trials] == again
    assert {trial.kind for trial in tried.trials} == set(Tried)
    assert len(tried.of(Tried.PAST_ITEM)) == len(set(profile.item.tolist())) == tried.past
    assert len({trial.rank for trial in tried.trials}) > 2  # they do move the item
    assert [t.inside for t in tried.trials] == [rank <= 4 for rank in again]
    assert tried.milliseconds > 0


def test_the_best_trial_helps_and_the_first_of_its_kind_is_it(built):
    """A space story for somebody of love stories: saying that space is liked helps, and what does
    not help is never called best."""
    recommender, profile, block, weights = built
    star = 0
    found = why_not(block, weights, star, 1)
    said = Sayings.of(recommender.tables.items).said_for(star)
    tried = try_changes(recommender, profile, block, weights, star, 1,
                        ledgers(built, star, found.rival), said)  # fmt: skip
    best = tried.telling(Tried.ADDED)
    assert best is not None and best.text == "Likes space titles."
    assert best.rank == min(t.rank for t in tried.of(Tried.ADDED)) < tried.rank
    for kind in Tried:
        helps = any(trial.rank < tried.rank for trial in tried.of(kind))
        assert (tried.telling(kind) is not None) == helps


def test_of_an_item_in_the_list_what_sinks_it_comes_first(built):
    """The first trial is the one that costs most places; one that only lifts it is not told."""
    recommender, profile, block, weights = built
    item = at(built, 2)
    tried = try_changes(recommender, profile, block, weights, item, 4, ledgers(built, item, 0))
    ranks = [trial.rank for trial in tried.trials]
    assert tried.inside and ranks == sorted(ranks, reverse=True) and ranks[0] > tried.rank == 2
    for kind in (Tried.SENTENCE, Tried.PAST_ITEM):
        sinks = any(trial.rank > tried.rank for trial in tried.of(kind))
        assert (tried.telling(kind) is not None) == sinks
    assert tried.telling(Tried.ADDED) is None


def test_what_can_be_said_for_an_item_is_its_kind_and_its_words():
    """A space story has its kind and the words that few plots share, but none of its title."""
    items = world.items()
    frame = items.frame.copy()
    frame.loc[[0, 2], "plot"] = "A star falls and a lighthouse burns."
    said = Sayings.of(Items(frame, items.text_fields, items.attributes))
    assert {s.text for s in said.said_for(0)} == {
        "Likes space titles.", "Likes titles about burns.", "Likes titles about falls.",
        "Likes titles about lighthouse.",
    }  # fmt: skip
    assert [s.text for s in said.said_for(0)][:2] == [
        "Likes space titles.", "Likes titles about burns."
    ]
    assert [s.text for s in said.said_for(1)] == ["Likes romance titles."]
    assert all((s.polarity, s.author) == (1, PERSON) for s in said.said_for(0))


def test_a_catalogue_without_kinds_still_has_words():
    """No attribute sorts it: its things are called titles."""
    frame = world.items().frame[["item_id", "title", "plot"]].copy()
    frame.loc[[0, 2], "plot"] = "A lighthouse burns."
    said = Sayings.of(Items(frame, ("plot",), ())).said_for(0)
    assert {s.text for s in said} == {
        "Likes titles about burns.", "Likes titles about lighthouse."
    }


def test_where_not_all_are_tried_both_kinds_and_words_are_and_it_is_told(built, monkeypatch):
    """An item of 20 kinds: the first 16 sentences hold its words too, and how many there are of
    each is told, as on the page."""
    recommender, profile, block, weights = built
    kinds = Vocabulary("genre", tuple(f"k{i}" for i in range(20)), np.ones((world.N, 20), bool),
                       things([]))  # fmt: skip
    said = Sayings(kinds, (("lighthouse", "burns"),) * world.N).said_for(0)
    assert [s.text for s in said[:4]] == [
        "Likes k0 titles.", "Likes titles about lighthouse.", "Likes k1 titles.",
        "Likes titles about burns.",
    ]
    monkeypatch.setattr(tried_module, "MOST_SENTENCES", 1)
    found = why_not(block, weights, 0, 1)
    tried = try_changes(recommender, profile, block, weights, 0, 1,
                        ledgers(built, 0, found.rival), said)  # fmt: skip
    on = int((profile.sentence_weight != 0).sum())
    assert (tried.there(Tried.SENTENCE), len(tried.of(Tried.SENTENCE))) == (on, 1) and on > 1
    assert (tried.there(Tried.ADDED), len(tried.of(Tried.ADDED))) == (22, 16)
    told = not_tried(tried)
    assert f"Of {on} sentences 1 were tried" in told and "telling words) 16 were" in told
    assert "past items" not in told and not not_tried(replace(tried, sentences=1, additions=16))
