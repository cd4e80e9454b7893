"""Choosing settings and weights: from held-out rows alone, and what is noise weighs nothing."""

import sys
from dataclasses import replace

import numpy as np
import pytest
import world
from conftest import FakeEncoder
from scipy.sparse import csr_matrix

from llmrec_core import signals, tune
from llmrec_core.behaviour import Split, SplitKind, split
from llmrec_core.profile import ValueScale, described_profiles
from llmrec_core.texts import Texts

choosing = sys.modules["llmrec_core.tune.choose"]  # the package has a function of that name

USERS, ITEMS = 40, 200


@pytest.fixture(scope="module")
def texts():
    return Texts(FakeEncoder(), None)


@pytest.fixture(scope="module")
def side(texts):
    vectors = texts.items(world.items())
    return signals.ItemSide(vectors.concatenated, vectors.fields)


@pytest.fixture(scope="module")
def folds(texts):
    """Those of the checkerboard, as a build makes them."""
    rows = world.behaviour()
    scale = ValueScale.of(rows.value)
    return tune.make_folds(
        rows, Split(), lambda inner: described_profiles(inner, world.items(), scale, texts)
    )


@pytest.fixture(scope="module")
def chosen(folds, side):
    return tune.choose(folds, side)


class Judge(tune.Validation):
    """A validation without profiles: nothing was seen."""

    def __init__(self, held):
        self.n, self.relevant, self.n_relevant = 10, held > 0, (held > 0).sum(axis=1)
        self.id_rank = np.arange(held.shape[1])


def fold_of(seed, *strengths):
    """({signal: scores}, judge): signal k is strengths[k] x held-out + noise of spread 1."""
    rng = np.random.default_rng(seed)
    held = np.zeros((USERS, ITEMS))
    for row in held:
        row[rng.choice(ITEMS, 10, replace=False)] = 1
    values = {
        f"s{k}": (strength * held + rng.standard_normal(held.shape)).astype(np.float32)
        for k, strength in enumerate(strengths)
    }
    return values, Judge(held)


def test_a_signal_that_is_noise_weighs_next_to_nothing():
    """Beside a good signal, judged on three folds, noise gets 0 or the smallest weights tried."""
    weights, worth = tune.fit_weights([fold_of(seed, 3.0, 0.0) for seed in range(3)])
    assert weights["s0"] > 0
    assert weights["s1"] <= 0.1 * weights["s0"]
    assert worth > 0.5


def test_signals_that_know_different_things_are_both_used():
    """Two equally good ones with independent noise weigh about the same and beat each alone."""
    folds = [fold_of(seed, 1.5, 1.5) for seed in range(3)]
    weights, worth = tune.fit_weights(folds)
    alone = np.mean([judge.ndcg(values["s0"]) for values, judge in folds])
    assert 0.5 <= weights["s0"] / weights["s1"] <= 2
    assert worth > 1.1 * alone


def test_a_signal_that_is_wrong_is_never_used():
    """Weights are not negative: who ranks the held-out items last gets 0."""
    weights, _ = tune.fit_weights([fold_of(seed, 3.0, -3.0) for seed in range(3)])
    assert weights["s1"] == 0


def test_weights_are_never_all_nothing():
    """Where every signal misleads, one of them still orders the list."""
    weights, _ = tune.fit_weights([fold_of(seed, -3.0, -3.0) for seed in range(2)])
    assert any(weights.values())


def test_the_checkerboard_is_solved(chosen):
    """The blend of the tiny world ranks held-out items as well as its best signal, or nearly so."""
    alone = [chosen.validation[name] for name in signals.NAMES]
    assert chosen.validation["blend"] > 0.95 * max(alone)
    assert max(alone) > 2 * chosen.validation["popularity"]
    assert all(weight >= 0 for weight in chosen.weights.values())
    assert max(chosen.weights.values()) > 0


def test_where_texts_mean_nothing_their_signals_have_little_say(folds):
    """Two random numbers for a text: what other people take says more, and weighs more."""
    vectors = np.random.default_rng(5).standard_normal((world.N, 2)).astype(np.float32)
    noise = signals.ItemSide(vectors / np.linalg.norm(vectors, axis=1)[:, None], ("plot",))
    choice = tune.choose(folds, noise, names=("taste", "collaborative"), search=False)
    assert choice.validation["collaborative"] > choice.validation["taste"]
    assert choice.weights["collaborative"] > choice.weights["taste"]


def test_the_choice_is_the_same_every_time(folds, side, chosen):
    """No clock, no order of threads, no global seed."""
    np.random.seed(0)  # noqa: NPY002 - a global seed must change nothing
    assert tune.choose(folds, side).document() == chosen.document()


def test_the_choice_does_not_depend_on_the_order_of_users(folds, side, chosen):
    """Turning the users round turns nothing else."""
    def turned(fold):
        profiles, held = fold
        order = np.arange(len(profiles))[::-1]
        return profiles.select(order), replace(held, relevant=held.relevant[order])

    names = ("collaborative", "popularity")  # the others draw their splits user by user
    one = tune.choose(folds, side, names=names)
    two = tune.choose([turned(fold) for fold in folds], side, names=names)
    assert one.recipes == two.recipes
    assert one.weights == two.weights


def test_a_thorough_choice_takes_what_is_best_on_all_folds(folds, side):
    """Its settings' mean over the folds is not below that of the first fold's favourite."""
    names = ("collaborative",)

    def mean(recipe):
        worth = []
        for profiles, wanted in folds:
            judge = tune.Validation(profiles, wanted, 10)
            fitted = signals.fit("collaborative", profiles, side, recipe)
            worth.append(judge.ndcg(judge.normalised(fitted)))
        return np.mean(worth)

    quick = tune.choose(folds, side, names=names).recipes["collaborative"]
    thorough = tune.choose(folds, side, names=names, thorough=True).recipes["collaborative"]
    assert mean(thorough) >= mean(quick) and thorough != signals.DEFAULTS["collaborative"]


def test_a_choice_survives_its_document(chosen):
    """What is stored is what was chosen, settings included."""
    again = tune.Choice.from_document(chosen.document())
    assert again == chosen


def test_the_blend_without_the_description_is_chosen_as_if_there_were_none(folds, side, chosen):
    """The others get the weights that they get alone on the same folds; a build does not ask."""
    both = tune.choose(folds, side, without=True)
    others = tuple(name for name in signals.NAMES if name != "description")
    assert both.without == tune.choose(folds, side, names=others).accurate
    assert set(both.without) == set(others)
    assert both.accurate == chosen.accurate and chosen.without == {}
    assert tune.Choice.from_document(both.document()) == both


def test_without_a_search_the_settings_are_the_defaults(folds, side):
    """Large catalogues keep them; weights are fitted all the same."""
    choice = tune.choose(folds, side, search=False)
    assert choice.recipes == signals.DEFAULTS
    assert max(choice.weights.values()) > 0


def test_a_better_setting_is_found():
    """Coordinate search walks to the best option of every setting."""
    start = signals.CollaborativeRecipe()
    grid = {"reg": (100.0, 200.0, 300.0), "level": (0.0, 0.2)}

    def attempt(recipe):
        worth = -abs(recipe.reg - 200) - abs(recipe.level - 0.2)
        return recipe, worth, np.zeros(0)

    best, _, _ = choosing.best_recipe(start, attempt, grid)
    assert (best.reg, best.level) == (200.0, 0.2)


def test_a_blend_that_gives_the_description_no_weight_is_not_beaten_by_itself(monkeypatch):
    """Where the ascent without it ends lower than the blend's other weights, these are taken."""
    folds = [fold_of(seed, 1.5, 1.5) for seed in range(3)]
    blend = {"s0": 1.0, "s1": 0.75}
    own, _ = tune.fit_weights(folds)
    assert choosing.bare(folds, {"s0": 1.0, "s1": 0.0, "description": 1.0}) == own
    monkeypatch.setattr(choosing, "fit_weights", lambda judged: ({"s0": 1.0, "s1": 0.0}, 0.1))
    assert choosing.bare(folds, blend | {"description": 0.0}) == blend


def test_sums_shared_between_fits_change_no_fit(folds, side):
    """With and without a memo, in any order of settings, the arrays are equal."""
    profiles, memo = folds[0][0], signals.Memo()
    for name, about in signals.SIGNALS.items():
        if name in ("neural", "liking"):  # they share nothing, and take long
            continue
        grid = about.module.GRID
        recipes = [signals.DEFAULTS[name]]
        for setting, options in grid.items():
            fields = {f: getattr(recipes[0], f) for f in recipes[0].document() if f in grid}
            recipes += [type(recipes[0])(**fields | {setting: option}) for option in options]
        for recipe in recipes:
            shared = signals.fit(name, profiles, side, recipe, memo).arrays()
            fresh = signals.fit(name, profiles, side, recipe).arrays()
            assert all(np.array_equal(shared[key], fresh[key]) for key in fresh), recipe


@pytest.mark.parametrize("kind", list(SplitKind))
def test_folds_hold_out_what_their_profiles_do_not_have(kind):
    """No held-out row of any fold is among the rows its profiles were made of."""
    rows, inner = world.behaviour(), []
    tune.make_folds(rows, Split(kind=kind), lambda part: inner.append(part) or part)
    recipes = tune.splits_like(Split(kind=kind))
    assert len(inner) == len(recipes) == (1 if kind == SplitKind.LAST_ONE else 3)
    for part, recipe in zip(inner, recipes, strict=True):
        held_out = split(rows, recipe)[1]
        assert len(held_out) > 0
        assert not set(part.row) & set(held_out.row)


def test_seen_items_cannot_be_hits(folds):
    """An item that is both seen and held out does not count, whatever its score."""
    profiles, held = folds[0]
    everything = replace(held, relevant=csr_matrix(np.ones(held.relevant.shape)))
    judge = tune.Validation(profiles, everything, 10)
    assert not judge.relevant[judge.seen].any()
    assert (judge.n_relevant == world.N - np.diff(profiles.history().indptr)).all()


def test_a_perfect_score_is_worth_one_and_a_reversed_one_less(folds):
    """NDCG of the held-out rows themselves is 1."""
    judge = tune.Validation(*folds[0], 10)
    perfect = judge.relevant.astype(np.float32)
    perfect[judge.seen] = -1e9
    assert judge.ndcg(perfect) == pytest.approx(1)
    assert judge.ndcg(np.where(perfect > -1, -perfect, perfect)) < 0.7


def test_matrices_that_are_large_are_not_kept():
    """What fits is made once; what is larger is given and let go, so that folds do not add up."""
    memo, made = signals.Memo(most_bytes=800), []

    def make(size):
        made.append(size)
        return np.zeros(size), np.zeros(size)

    for size in (50, 50, 51, 51):  # 8 bytes each, two of them
        assert len(memo.get("sums", size, lambda size=size: make(size))[0]) == size
    assert made == [50, 51, 51]


@pytest.mark.parametrize(("large", "threads"), [(world.N, None), (world.N + 1, 1)])
def test_large_catalogues_are_fitted_on_all_threads(folds, side, monkeypatch, large, threads):
    """A choice keeps to one thread only where small products want it."""
    from threadpoolctl import threadpool_info, threadpool_limits

    def counts():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    seen = set()
    fit = signals.fit

    def watched(*given):
        seen.update(counts())
        return fit(*given)

    monkeypatch.setattr("llmrec_core.threads.LARGE", large)
    monkeypatch.setattr(signals, "fit", watched)
    with threadpool_limits(2, user_api="blas"):
        tune.choose(folds, side, names=("popularity",), search=False)
        assert seen == ({threads} if threads else counts())
