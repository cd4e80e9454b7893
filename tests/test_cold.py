"""Cold curve and new items: who and what is hidden is in no fit, and lists are judged alike."""

import numpy as np
import pandas as pd
import pytest
import world
from conftest import FakeEncoder
from scipy.sparse import csr_matrix

from llmrec_core import protocol, signals, tables
from llmrec_core.errors import InputError
from llmrec_core.evaluate import ColdCurve, NewItems, cold, evaluate, new_items, refit
from llmrec_core.evaluate.cold import KNOWING, TYPED
from llmrec_core.evaluate.new_items import BY_ATTRIBUTES, RANDOM, attribute_popularity
from llmrec_core.tables import Items
from llmrec_core.texts import Texts

TEMPORAL, RECBOLE, CORNAC = (protocol.named(name) for name in ("temporal", "recbole", "cornac"))
NAMES = ("description", "taste", "popularity")


def tables_of(frame):
    users = tables.Users(pd.DataFrame({tables.USER: sorted(set(frame[tables.USER]))}))
    return tables.Tables(tables.Interactions(frame), world.items(), users)


class Watch:
    """Every fit and every list of one evaluation with one extra, and its entry."""

    def __init__(self, extra, rules=TEMPORAL):
        self.fits, self.lists = [], []
        with pytest.MonkeyPatch.context() as patch:
            fit, ndcgs = refit.signals.fit, refit.ndcgs

            def watched(name, profiles, *rest):
                self.fits.append((name, profiles))
                return fit(name, profiles, *rest)

            def judged(bench, profiles, fitted, blends, masked, held_out, again=None):
                self.bench, self.again = bench, again
                found = ndcgs(bench, profiles, fitted, blends, masked, held_out, again)
                self.lists.append((profiles, masked, held_out, found))
                return found

            real = extra.rows

            def rows(bench):
                patch.setattr(signals, "fit", watched)
                return real(bench)

            extra.rows = rows
            for module in (cold, new_items):
                patch.setattr(module, "ndcgs", judged)
            found = evaluate(
                tables_of(world.interactions()), rules, Texts(FakeEncoder(), None),
                extras=[extra], names=NAMES,
            )
        self.document = found.document


@pytest.fixture(scope="module")
def curve():
    return Watch(ColdCurve())


@pytest.fixture(scope="module")
def fresh():
    return Watch(NewItems())


# The cold curve.


def test_hidden_users_have_no_row_in_any_fit(curve):
    """A fifth of 24 is four: everybody's profile is there, theirs says nothing."""
    hidden = set(curve.lists[0][0].ids)
    assert len(hidden) == 4 == curve.document["cold_curve"]["users"]
    assert {name for name, _ in curve.fits} == set(NAMES)
    for _, profiles in curve.fits:
        mine = [k for k, user in enumerate(profiles.ids) if user in hidden]
        assert (profiles.lengths[mine] == 0).all()
        assert not profiles.select(np.array(mine)).text_vectors().any()
        assert profiles.lengths.sum() > 0


def test_as_many_rows_are_known_as_the_point_says(curve):
    """The last k training rows, oldest first, and sentences from no other row."""
    labels = curve.document["cold_curve"]["known"]
    assert labels == ["0", "1", "3", "5", "10", TYPED]
    train = curve.bench.data.train
    for label, (profiles, *_) in zip(labels, curve.lists, strict=True):
        k = 0 if label == TYPED else int(label)
        for u, user in enumerate(profiles.ids):
            number = train.user_number(user)
            rows = train.row[train.bounds()[number] : train.bounds()[number + 1]]
            mine = profiles.row[profiles.start[u] : profiles.start[u + 1]]
            assert mine.tolist() == rows[max(len(rows) - k, 0) :].tolist()
        assert profiles.text_vectors().any() == (label != "0")
    assert len(curve.lists[-1][0].sentence_text) == 4


def test_lists_of_every_point_are_judged_alike(curve):
    """The same candidates and the same held-out rows, whatever is known: no training item."""
    _, masked, held_out, _ = curve.lists[0]
    train = curve.bench.data.train.matrix()
    for profiles, others, theirs, _ in curve.lists:
        users = [curve.bench.data.train.user_number(user) for user in profiles.ids]
        assert (others != train[users]).nnz == 0
        assert others is masked and theirs is held_out
        assert theirs.multiply(others).nnz == 0


def test_nobody_who_is_cold_had_a_part_in_cross_fitting(curve):
    """They are scored by the map of everybody, as newcomers are."""
    assert all((profiles.fold == -1).all() for profiles, *_ in curve.lists)


def test_knowing_more_tells_two_tastes_apart(curve):
    """Even users take even items: ten rows foretell more than none; popularity never changes."""
    found = {row["recipe"]: row for row in curve.document["cold_curve"]["rows"]}
    assert found["taste"]["values"][4] > found["taste"]["values"][0]
    assert len(set(found["popularity"]["values"])) == 1
    assert {*NAMES, "blend", "blend, steerable", KNOWING} <= set(found)
    for row in found.values():
        for value, (low, high) in zip(row["values"], row["intervals"], strict=True):
            assert low <= value <= high


def test_a_typed_sentence_is_one_that_says_what_somebody_likes(curve):
    """It is the first liking of what all training rows tell, and it moves the description."""
    profiles, *_ = curve.lists[-1]
    whole = curve.bench.profiles
    for user, text in zip(profiles.ids, profiles.sentence_text, strict=True):
        u = whole.ids.tolist().index(user)
        mine = slice(whole.sentence_start[u], whole.sentence_start[u + 1])
        liked = whole.sentence_weight[mine] > 0
        assert text == np.array(whole.sentence_text[mine])[liked][0]
    first, last = curve.lists[0][3], curve.lists[-1][3]
    assert np.nanmean(last["description"]) > np.nanmean(first["description"])


def test_validation_rows_are_no_candidates_of_cold_users():
    """Under recbole nobody's list is filled with validation items, which no test row can be."""
    cold_one = Watch(ColdCurve(), RECBOLE)
    _, masked, held_out, _ = cold_one.lists[0]
    assert no_validation(cold_one, masked) > 0 and held_out.multiply(masked).nnz == 0


def test_what_may_be_listed_again_may_be_at_every_point():
    """Under cornac a disliked training item is a candidate, whether it is known or not, and an
    item without training rows is none."""
    cold_one = Watch(ColdCurve(), CORNAC)
    train, again = cold_one.bench.data.train, cold_one.again
    assert again.nnz > 0
    unknown = train.counts() == 0
    for _, masked, *_ in cold_one.lists:
        assert masked.multiply(again).nnz == 0
        assert masked.toarray()[:, unknown].all()


def no_validation(watch, masked):
    """How many pairs of validation there are, all of them masked."""
    data = watch.bench.data
    users = [data.train.user_number(user) for user in watch.lists[0][0].ids]
    theirs = data.validation.matrix()[users]
    assert (theirs.toarray() > 0)[masked.toarray() == 0].sum() == 0
    return theirs.nnz


def test_too_few_people_for_a_curve_are_refused_before_any_work():
    """Four tested users are no fifth and four fifths."""
    frame = world.interactions()
    few = frame[frame[tables.USER] < "u04"].reset_index(drop=True)
    with pytest.raises(InputError, match="fewer than five"):
        evaluate(tables_of(few), TEMPORAL, Texts(FakeEncoder(), None), extras=[ColdCurve()])


# New items.


def test_hidden_items_have_no_row_in_any_fit(fresh):
    """A fifth of 24 is four items: no history of a fit has one, lists have nothing else."""
    _, masked, held_out, _ = fresh.lists[0]
    train = fresh.bench.data.train
    hidden = set(np.flatnonzero(np.bincount(masked.indices, minlength=world.N) < masked.shape[0]))
    rng = np.random.default_rng(42)
    assert hidden <= set(rng.choice(world.N, 4, replace=False))
    assert fresh.document["new_items"]["items"] == 4
    assert {name for name, _ in fresh.fits} == set(NAMES)
    for _, profiles in fresh.fits:
        assert not hidden & set(profiles.item)
        assert len(profiles.item) < len(train)
    assert set(held_out.indices) <= hidden and held_out.nnz > 0
    for u, user in enumerate(fresh.lists[0][0].ids):
        mine = train.item[train.user == train.user_number(user)]
        allowed = set(range(world.N)) - set(masked[u].indices)
        assert allowed <= hidden and not allowed & set(mine)


def test_validation_rows_are_no_candidates_among_new_items():
    """What recbole keeps for validation is no hit, hidden or not."""
    found = Watch(NewItems(), RECBOLE)
    assert no_validation(found, found.lists[0][1]) > 0


def test_texts_reach_items_that_nobody_took(fresh):
    """Space stories for who takes space stories: better than chance, which popularity is not."""
    found = {row["recipe"]: row["value"] for row in fresh.document["new_items"]["rows"]}
    assert {*NAMES, "blend", BY_ATTRIBUTES, RANDOM} <= set(found)
    assert found["taste"] > found[RANDOM]


def test_chance_is_the_mean_over_random_lists(fresh):
    """With every hidden item in a list of ten, NDCG depends on the place alone: its expectation
    is the mean of the discounts over all places, times the relevant ones, by the best list."""
    profiles, masked, held_out, _ = fresh.lists[0]
    expected = []
    for u in range(len(profiles)):
        places = world.N - len(set(masked[u].indices))
        discounts = 1 / np.log2(np.arange(places) + 2)
        relevant = held_out[u].nnz
        expected.append(relevant * discounts.mean() / discounts[:relevant].sum())
    row = next(r for r in fresh.document["new_items"]["rows"] if r["recipe"] == RANDOM)
    assert row["value"] == pytest.approx(np.mean(expected), abs=0.06)


def test_the_popularity_of_attributes_by_hand():
    """Two seen films of 10 and 4 rows, a seen book of 2; a new film by who wrote the book."""
    frame = pd.DataFrame({
        tables.ITEM: ["a", "b", "c", "d", "e"], tables.TITLE: list("abcde"),
        "kind": [["film"], ["film"], ["book"], ["film"], ["map"]],
        "by": [["x"], [], ["y"], ["y"], ["z", "z"]],
    })  # fmt: skip
    found = attribute_popularity(
        Items(frame, (), ("kind", "by")), np.array([10, 4, 2, 0, 0]),
        np.array([True, True, True, False, False]),
    )
    film, book = (10 + 4) / 2, 2
    assert found.tolist() == [(film + 10) / 2, film, (book + 2) / 2, (film + 2) / 2, 0]


def test_a_list_by_one_score_leaves_out_what_is_masked(fresh):
    """Best first, equal scores by id, -1 where nothing is left."""
    score = np.zeros(world.N)
    score[[3, 5]] = 2, 1
    masked = np.zeros((2, world.N))
    masked[0, 3] = masked[1] = 1
    first, second = new_items._same(fresh.bench, score, csr_matrix(masked))
    assert first[:3].tolist() == [5, 0, 1] and (second == -1).all()


def test_a_small_catalogue_is_refused_before_any_work():
    """A fifth of nine items is one, and one item is no list."""
    frame = world.interactions()
    few = world.items().frame.head(9)
    given = tables.Tables(
        tables.Interactions(frame[frame[tables.ITEM] < "i09"].reset_index(drop=True)),
        Items(few, ("plot",), ("genres", "creator", "year")),
        tables.Users(pd.DataFrame({tables.USER: sorted(set(frame[tables.USER]))})),
    )
    with pytest.raises(InputError, match="it has 9 items"):
        evaluate(given, TEMPORAL, Texts(FakeEncoder(), None), extras=[NewItems()])
