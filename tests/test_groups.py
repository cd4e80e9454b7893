"""Weights for people of few rows: kept where they beat everybody's beyond the noise, else not."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import protocol, signals, tune
from llmrec_core.behaviour import Split, split
from llmrec_core.blend import normalise
from llmrec_core.known import known_of
from llmrec_core.profile import ValueScale, described_profiles, new_profile
from llmrec_core.protocol.candidates import candidates
from llmrec_core.texts import Texts
from llmrec_core.tune import groups

USERS, ITEMS = 120, 150


class Judge(tune.Validation):
    """A validation without profiles: nothing was seen."""

    def __init__(self, held):
        self.n, self.relevant, self.n_relevant = 10, held > 0, (held > 0).sum(axis=1)
        self.id_rank = np.arange(held.shape[1])


def case(seed, **strengths):
    """({signal: strength x held-out + noise}, judge)."""
    rng = np.random.default_rng(seed)
    held = np.zeros((USERS, ITEMS))
    for row in held:
        row[rng.choice(ITEMS, 8, replace=False)] = 1
    values = {
        name: (strength * held + rng.standard_normal(held.shape)).astype(np.float32)
        for name, strength in strengths.items()
    }
    return values, Judge(held)


def test_a_group_gets_the_signal_that_knows_it():
    """Everybody's weights rest on taste, which is noise here; popularity is not."""
    values, judge = case(0, description=0.0, taste=0.0, popularity=3.0)
    found = groups.fit_group(values, judge, {"taste": 1.0}, (1, 4))
    assert (found.least, found.rows) == (1, 4) and found.users == USERS
    assert found.weights["popularity"] > found.weights["taste"]
    assert found.ndcg > found.general and found.gain[0] > 0


def test_no_group_where_everybodys_weights_are_as_good():
    """The gain of weights of their own is noise: none are kept."""
    values, judge = case(1, taste=3.0, popularity=0.0)
    assert groups.fit_group(values, judge, {"taste": 1.0}, (1, 4)) is None


def test_a_sentence_is_heard_as_far_as_it_costs_little():
    """Where the description harms nothing it weighs more than the ascent would give it."""
    values, judge = case(2, description=0.3, taste=0.0, popularity=6.0)
    found = groups.fit_group(values, judge, {"taste": 1.0}, (0, 0))
    plain, best = tune.fit_weights([(values, judge)])
    assert found.weights["description"] > plain["description"]
    assert judge.ndcg(tune.blended(values, found.weights)) >= 0.95 * best


def test_a_group_is_judged_by_weights_that_did_not_see_the_users(monkeypatch):
    """The figures are of the other half's weights, raised description and all, not of its own."""
    values, judge = case(2, description=0.3, taste=0.0, popularity=6.0)
    loud, seen = groups._loud, []

    def fitted(judged, general):
        weights = loud(judged, general)
        seen.append((len(judged[1].relevant), weights))
        return weights

    monkeypatch.setattr(groups, "_loud", fitted)
    found = groups.fit_group(values, judge, {"taste": 1.0}, (0, 0))
    assert [users for users, _ in seen] == [USERS // 2, USERS // 2, USERS]
    even = np.arange(USERS) % 2 == 0
    odd_weights, even_weights = seen[0][1], seen[1][1]
    theirs = np.where(
        even, judge.per_user(tune.blended(values, odd_weights)),
        judge.per_user(tune.blended(values, even_weights)),
    )
    assert found.ndcg == pytest.approx(theirs.mean(), abs=1e-9)


def test_a_group_has_to_beat_what_does_not_pay_for_steering():
    """Better than everybody's loud description, no better than everybody's accurate weights."""
    values, judge = case(3, description=0.0, taste=4.0)
    steered = {"description": 1.0, "taste": 1.0}
    assert groups.fit_group(values, judge, steered, (0, 0)) is not None
    assert groups.fit_group(values, judge, steered, (0, 0), {"taste": 1.0}) is None


def test_the_narrowest_group_that_holds_a_profile_counts():
    """0 rows: the first; 3: the second; 50: everybody's."""
    general = {"taste": 1.0}
    some = [
        groups.Group(most, {"popularity": float(most)}, 0.2, 0.1, (0.05, 0.1), 50)
        for most in (4, 0)
    ]
    picked = [groups.weights_for(some, rows, general) for rows in (0, 3, 50)]
    assert picked == [{"popularity": 0.0}, {"popularity": 4.0}, general]
    assert groups.Group.from_document(some[0].document()) == some[0]


def test_whose_own_group_was_no_better_gets_everybodys_weights():
    """Weights for 5 to 14 rows are not those of somebody with none, nor of one with 15."""
    general, own = {"taste": 1.0}, {"popularity": 1.0}
    only = [groups.Group(14, own, 0.2, 0.1, (0.05, 0.1), 50, least=5)]
    picked = [groups.weights_for(only, rows, general) for rows in (0, 4, 5, 14, 15)]
    assert picked == [general, general, own, own, general]
    old = {key: value for key, value in only[0].document().items() if key != "least"}
    assert groups.Group.from_document(old).least == 0


def test_the_groups_leave_no_number_of_rows_out():
    """From none to 14 rows, each once."""
    assert [n for least, most in groups.BOUNDS.values() for n in range(least, most + 1)] == [
        *range(15)
    ]


@pytest.fixture(scope="module")
def few():
    rows, items, texts = world.behaviour(), world.items(), Texts(FakeEncoder(), None)

    crowds = []

    def described(part):
        crowds.append(part)
        return described_profiles(part, items, ValueScale.of(rows.value), texts)

    patch = pytest.MonkeyPatch()
    patch.setattr(groups, "LEAST_USERS", 4)
    folds = tune.make_folds(rows, Split(), described)
    crowds.clear()
    made = groups.make_few(*split(rows, Split()), folds[0][0], described)
    patch.undo()
    return rows, folds, made, crowds


def test_cold_users_know_their_latest_rows_and_no_more(few):
    """k rows each, the last ones before the held-out rows; what was held out is among none."""
    _, folds, made, _ = few
    whole = folds[0][0].select(made.users)
    for k, profiles in made.known.items():
        assert (profiles.lengths == k).all()
        for u in range(len(profiles)):
            mine = profiles.at(u).item.tolist()
            assert mine == whole.at(u).item.tolist()[len(whole.at(u).item) - k :]
    assert not made.wanted.relevant.multiply(whole.history()).nnz


def test_without_rows_there_is_one_sentence_of_their_own(few):
    """The first liking of the person's description, and nothing of anybody else's."""
    _, folds, made, _ = few
    whole = folds[0][0].select(made.users)
    for u in range(len(made.users)):
        said, told = made.known[0].at(u), whole.at(u)
        first = int(np.flatnonzero(told.sentence_weight > 0)[0])
        assert said.sentence_text == (told.sentence_text[first],)
        assert np.array_equal(said.sentence_vector[0], told.sentence_vector[first])


def test_too_few_users_say_nothing(few):
    """24 users are too few to make some cold: no groups."""
    rows, folds, _, _ = few
    parts = split(rows, Split())
    assert groups.make_few(*parts, folds[0][0], lambda part: pytest.fail("asked")) is None


def test_cold_users_are_described_beside_everybody_else(few):
    """As they are when they come: the others have all their rows, and lift is held against them."""
    rows, _, made, crowds = few
    inner, _ = split(rows, Split())
    usual = np.bincount(inner.user, minlength=inner.n_users)
    others = np.setdiff1d(np.arange(inner.n_users), made.users)
    assert len(crowds) == 2
    for k, crowd in zip((2, 8), crowds, strict=True):
        now = np.bincount(crowd.user, minlength=inner.n_users)
        assert (now[others] == usual[others]).all()
        assert (now[made.users] == np.minimum(usual[made.users], k)).all()


def test_the_rules_of_a_protocol_hold_for_cold_users_too(few, monkeypatch):
    """Ratings below its bar do not count, and items that it lists again are candidates."""
    rows, folds, _, _ = few
    monkeypatch.setattr(groups, "LEAST_USERS", 4)
    inner, held_out = split(rows, Split(kind="random", share=0.4))
    cornac = protocol.named("cornac")

    def judged(one, two):
        return candidates(one, two, cornac)

    made = groups.make_few(inner, held_out, folds[0][0], lambda part: folds[0][0], judged)
    rules = judged(inner, held_out)
    assert (made.wanted.relevant != rules.relevant[made.users]).nnz == 0
    assert rules.relevant[made.users].nnz < held_out.matrix()[made.users].nnz
    disliked = np.isin(inner.user, made.users) & (inner.value < cornac.seen_from)
    known = made.wanted.left_out(inner.matrix()[made.users], np.arange(len(made.users)))
    place = np.searchsorted(made.users, inner.user[disliked])
    assert disliked.any() and not known[place, inner.item[disliked]].any()


def test_a_choice_keeps_its_groups():
    """Through JSON and back; a profile gets its group's weights."""
    group = groups.Group(0, {"taste": 0.0}, 0.2, 0.1, (0.05, 0.1), 50)
    choice = tune.Choice({"taste": signals.DEFAULTS["taste"]}, {"taste": 1.0}, {}, groups=(group,))
    again = tune.Choice.from_document(choice.document())
    assert again.groups == (group,)
    assert again.weights_for(0) == {"taste": 0.0} and again.weights_for(1) == {"taste": 1.0}


@pytest.mark.parametrize(
    ("rows", "said", "level"),
    [(0, 0, "nothing"), (0, 1, "little"), (4, 0, "little"), (14, 0, "some"), (15, 0, "much")],
)
def test_the_gauge_reads_rows_and_sentences(rows, said, level):
    """And the share of the weights whose signals tell items apart for this person."""
    profile = new_profile(range(rows), 30, dim=2)
    profile = profile.with_text(np.ones((said, 2)), np.ones(said), ["Likes it."] * said)
    same = [5.0, 3, 1]
    names, none = ("description", "taste", "popularity"), np.zeros(0, np.int64)
    block = normalise(names, np.array([[0.0, 0, 0], [1, 2, 9], same]), none, np.arange(3))
    nobody = normalise(names, np.array([[0.0, 0, 0], [0, 0, 0], same]), none, np.arange(3))
    known = known_of(profile, block, np.array([1.0, 3.0, 9.0]), np.array([2, 20]), nobody)
    assert (known.level, known.rows, known.sentences) == (level, rows, said)
    assert known.speaking == 0.75
    assert known.fewer_than == (np.array([2, 20]) > rows).mean()
    assert "75%" in known.sentence() and level in known.sentence().lower()


def test_what_a_signal_says_of_everybody_it_does_not_know_of_anybody():
    """The means of items, shifted, scaled and with fewer candidates, speak for nobody."""
    means = np.array([4.0, 1, 3, 2])
    names = ("bpr", "taste", "liking", "neural")
    nobody = normalise(
        names, np.array([means, 0 * means, means, means]), np.zeros(0, np.int64), np.arange(4)
    )
    mine = np.array([means, [1.0, 0, 0, 2], means + [0, 0.1, 0, 0], 3 * means - 7])
    block = normalise(names, mine, np.array([2]), np.arange(4))
    known = known_of(
        new_profile([2], 4, dim=2), block, np.array([1.0, 2, 3, 4]), np.array([2, 20]), nobody
    )
    assert known.speaking == (2 + 3) / (1 + 2 + 3 + 4)
    empty = known_of(
        new_profile([], 4, dim=2), nobody, np.ones(4), np.array([2, 20]), nobody
    )
    assert empty.speaking == 0.0 and empty.level == "nothing"
