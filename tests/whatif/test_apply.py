"""A state put to work: what is removed is as if it had never been, what is said is read."""

from __future__ import annotations

import numpy as np
import pytest

from llmrec_core import blend, compare, whatif
from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.profile import new_profile
from llmrec_core.recommender import Recommender
from llmrec_core.whatif import State, editing, told


@pytest.fixture
def recommender(built_study):
    """The tiny world, built."""
    return Recommender(built_study)


def _past(recommender, user="u05"):
    profile = recommender.profile(user)
    return [str(recommender.behaviour.item_ids[item]) for item in profile.item]


def test_a_state_without_changes_is_the_user(recommender):
    """The same block, and the same list as `recommend` gives."""
    _, block = whatif.block_of(recommender, State("u05"))
    stored = recommender.block(recommender.profile("u05"))
    assert (block.values == stored.values).all() and (block.excluded == stored.excluded).all()
    listed = recommender.ranked(stored, recommender.weights(), 10).items
    assert whatif.list_of(recommender, State("u05")).items == listed


def test_the_collaborative_score_falls_by_the_ledgers_line(recommender):
    """Removing the oldest past item takes away what the ledger says it adds, for every item."""
    signal, oldest = recommender.signals["collaborative"], _past(recommender)[0]
    before = recommender.profile("u05")
    after = whatif.profile_of(recommender, State("u05", (oldest,)))
    number = recommender.item_number(oldest)
    lost = (signal.score(before, exact=True) - signal.score(after, exact=True))[0]
    for item in range(len(recommender.titles)):
        lines = signal.contributions(before, item)
        mine = lines[(lines["kind"] == "past item") & (lines["evidence"] == number)]
        assert lost[item] == pytest.approx(mine["contribution"].sum(), abs=1e-6)
    assert np.abs(lost).max() > 0.01


def test_removing_equals_never_having_had_it(recommender):
    """All signals of history alone score the rest as they score somebody with just the rest."""
    gone = _past(recommender)[3]
    after = whatif.profile_of(recommender, State("u05", (gone,)))
    rest = new_profile(
        after.item.tolist(), after.n_items, dim=after.sentence_vector.shape[1],
        levels=after.level.tolist(),
    )
    assert recommender.item_number(gone) not in after.item
    for name in ("collaborative", "sequence", "taste"):
        signal = recommender.signals[name]
        np.testing.assert_allclose(
            signal.score(after, exact=True), signal.score(rest, exact=True), atol=1e-6
        )


def test_a_removed_item_is_no_candidate_unless_it_may_be(recommender):
    """With `again` it is ranked, and counts as new on the list."""
    gone = _past(recommender)[3]
    number, weights = recommender.item_number(gone), recommender.weights()
    _, block = whatif.block_of(recommender, State("u05", (gone,)))
    assert blend.rank_of(block, weights, number) is None
    _, again = whatif.block_of(recommender, State("u05", (gone,), again=True))
    place = blend.rank_of(again, weights, number)
    assert place is not None
    stored = recommender.block(recommender.profile("u05"))
    moves = compare.moves(stored, again, weights, place)
    assert [(m.before, m.rise) for m in moves if m.item == number] == [(0, 0)]


def test_a_flipped_value_counts_as_its_opposite(recommender):
    """5 becomes 1, 1 becomes 5; flipping is a change, the stored value is none."""
    item = _past(recommender)[0]
    stored = editing.stored_levels(recommender, "u05")[item]
    state = editing.flipped(recommender, State("u05"), item)
    assert dict(state.levels) == {item: 1 - stored}
    assert whatif.profile_of(recommender, state).level[0] == 1 - stored
    value = recommender.behaviour.value[recommender.behaviour.user == 5][0]
    assert editing.with_value(recommender, state, item, float(value)) == State("u05")
    with pytest.raises(InputError, match="from 1 to 5"):
        editing.with_value(recommender, state, item, 7)


def test_sentences_off_and_said_reach_the_description_signal(recommender):
    """Off weighs 0 at its place, said weighs as a person's; other signals stay as they were."""
    first = recommender.description("u05").sentences[0]
    state = editing.switched(recommender, State("u05"), 0, on=False)
    state = editing.with_words(state, "Loves a spaceship. Hates a wedding.")
    assert state.typed == (("Loves a spaceship.", 1), ("Hates a wedding.", -1))
    profile, block = whatif.block_of(recommender, state)
    stored = recommender.block(recommender.profile("u05"))
    assert profile.sentence_weight[0] == 0 and profile.sentence_text[0] == first.text
    assert profile.sentence_weight[-2:].tolist() == pytest.approx([2.0, -0.6])
    changed = (block.values != stored.values).any(axis=1)
    assert dict(zip(block.names, changed, strict=True)) == {
        name: name == "description" for name in block.names
    }
    assert editing.switched(recommender, editing.unsaid(editing.unsaid(
        state, "Hates a wedding."), "Loves a spaceship."), 0, on=True) == State("u05")


def test_a_sentence_that_moved_is_found_and_one_that_is_gone_is_told(recommender):
    """By its text where its place holds another; the state still has its list."""
    texts = [s.text for s in recommender.description("u05").sentences]
    state = State("u05", off=((texts[1], 0), ("Was said once.", 3)))
    assert whatif.profile_of(recommender, state).sentence_weight[1] == 0
    assert whatif.gone(recommender, state) == ["Was said once."]
    assert len(whatif.list_of(recommender, state).items) == 10
    assert editing.without_words(recommender, State("u05"), texts[1][:20].upper()).off == (
        (texts[1], 1),
    )
    with pytest.raises(InputError, match="No sentences"):
        editing.without_words(recommender, State("u05"), "nothing of the kind")


@pytest.mark.parametrize(
    ("state", "error", "word"),
    [
        (State("nobody"), UnknownIdError, "nobody"),
        (State("u05", ("nothing",)), UnknownIdError, "nothing"),
        (State("u05", ("i05",)), InputError, "no past item 'i05'"),
        (State("u05", levels=(("i05", 0.0),)), InputError, "no past item 'i05'"),
        (State("u05", weights=(("tatse", 1.0),)), InputError, "tatse"),
    ],
)
def test_what_the_study_does_not_have_is_refused_by_name(recommender, state, error, word):
    """A link may name anything."""
    with pytest.raises(error, match=word):
        whatif.list_of(recommender, state)


def test_all_history_may_be_removed(recommender):
    """What is left is the description and what everybody takes; nothing of the past comes back."""
    state = State("u05", tuple(_past(recommender)))
    profile = whatif.profile_of(recommender, state)
    items = {line.item_id for line in whatif.list_of(recommender, state).items}
    assert len(profile.item) == 0 and items and not items & set(state.removed)


def test_changes_are_told_in_words(recommender):
    """Titles, values, sentences and weights against the fitted ones, and how many of each."""
    item = _past(recommender)[0]
    state = State(
        "u05", (item,), ((_past(recommender)[1], 0.0),), (("Off.", 0),), (("Said.", 1),),
        (*((n, w) for n, w in recommender.default_weights.items() if n != "taste"), ("taste", 2.9)),
    )
    said = dict(told.changes(recommender, state))
    assert said["Removed"] == recommender.title(recommender.item_number(item))
    assert said["Value"].endswith("→ 1") and said["Said"] == "Said. (likes)"
    assert said["Weight"].startswith("Taste: ") and said["Weight"].endswith(" → 2.9")
    assert told.summary(recommender, state) == (
        "1 past item removed, 1 value changed, 1 sentence off, 1 sentence said, "
        "1 weight other than fitted"
    )
    assert told.summary(recommender, State("u05")) == ""


def test_the_effect_is_one_sentence():
    """New, risen, fallen and stayed items of the list after; the same list is told as such."""
    def move(before, after, change=0.5):
        return compare.Move(0, before, after, 1.0, 1.0 + change)

    assert told.effect([move(12, 1), move(1, 2), move(3, 3), move(2, 11)], 10) == (
        "1 of 3 items is new; of the others 0 rose, 1 fell and 1 stayed."
    )
    assert told.effect([move(1, 1, 0.0)], 10) == "The list is the same."
    assert "same places; scores change by up to 0.500 points" in told.effect([move(1, 1)], 10)
