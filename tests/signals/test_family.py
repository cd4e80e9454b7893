"""The collaborative family: each is its formula on a small world, and a function of the history."""

from __future__ import annotations

import numpy as np
import pytest
import world
from scipy.sparse import csr_matrix

from llmrec_core import signals
from llmrec_core.profile import Profiles, ValueScale, from_behaviour, new_profile
from llmrec_core.signals import collaborative, ials, itemknn, puresvd
from llmrec_core.signals.inputs import Entities, ItemSide
from llmrec_core.signals.taste import past_weights

FAMILY = ("ials", "bpr", "itemknn", "puresvd")
SIDE = ItemSide(np.eye(world.N, dtype=np.float32), ("about",))


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    """The checkerboard's users."""
    rows = world.behaviour()
    return from_behaviour(rows, ValueScale.of(rows.value), dim=1)


def _small(name: str):
    return {
        "ials": signals.known("ials").recipe.__class__(factors=4, reg=1.0, alpha=5.0),
        "bpr": signals.known("bpr").recipe.__class__(factors=4, learning_rate=0.05),
        "itemknn": signals.known("itemknn").recipe.__class__(neighbours=12),
        "puresvd": signals.known("puresvd").recipe.__class__(
            factors=3, damping=0.0, user_damping=0.0
        ),
    }[name]


def _dense(history: Profiles, level: float) -> np.ndarray:
    return history.history(past_weights(history, level, 0.0)).toarray().astype(np.float64)


@pytest.mark.parametrize("name", FAMILY)
def test_the_withheld_item_of_ones_own_kind_wins(profiles, name):
    """Item u is the only unseen item of user u's kind: it must lead the unseen ones."""
    score = signals.fit(name, profiles, SIDE, _small(name)).score(profiles).copy()
    score[profiles.history().toarray() > 0] = -np.inf
    assert (score.argmax(axis=1) == np.arange(world.N)).mean() > 0.9


@pytest.mark.parametrize("name", FAMILY)
def test_two_fits_are_the_same(profiles, name):
    """Seeds and one thread: equal bytes, whoever asks."""
    one, two = (signals.fit(name, profiles, SIDE, _small(name)).arrays() for _ in range(2))
    assert all(np.array_equal(one[key], two[key]) for key in one)


@pytest.mark.parametrize("name", FAMILY)
def test_exact_parts_add_up_for_a_newcomer(profiles, name):
    """A person who was in no fit is explained as exactly as a stored user."""
    signal = signals.fit(name, profiles, SIDE, _small(name))
    newcomer = new_profile([0, 2, 4, 7], world.N, dim=1, levels=[1.0, 0.5, 1.0, 0.0])
    score = signal.score(newcomer, exact=True)
    assert score.dtype == np.float64
    for item in (1, 6, 7, 23):
        parts = signal.contributions(newcomer, item)
        assert parts["contribution"].sum() == pytest.approx(score[0, item], rel=1e-9, abs=1e-12)
        assert set(parts["evidence"]) <= {0, 2, 4, 7, -1}


@pytest.mark.parametrize("name", FAMILY)
def test_an_item_that_nobody_took_gets_nothing(profiles, name):
    """It has no factors and no neighbours: its score is 0 and has no part but 0."""
    without = profiles.keep_rows(profiles.item != 5)
    signal = signals.fit(name, without, SIDE, _small(name))
    assert (signal.score(without)[:, 5] == 0).all()
    assert signal.contributions(profiles.at(1), 5)["contribution"].sum() == 0


@pytest.mark.parametrize("likeness", list(itemknn.Likeness))
def test_what_a_user_without_weight_took_alone_is_no_neighbour(likeness):
    """Who took all items but one has an idf of 0: every score is a number all the same."""
    rows = np.array([(0, 0), (0, 1), (1, 1), (2, 1)])  # log(3) - log(1 + 2) = 0 for user 0
    profiles = Profiles(
        np.arange(3).astype(object), 3, np.array([0, 2, 3, 4]), rows[:, 1].astype(np.int32),
        np.ones(4, np.float32), np.arange(4), np.zeros(4, np.int64), np.zeros((0, 1), np.float32),
        np.zeros(0, np.float32), (), np.zeros(0, np.int8),
    )  # fmt: skip
    side = ItemSide(np.eye(3, dtype=np.float32), ("about",))
    recipe = itemknn.ItemKnnRecipe(likeness=likeness.value, neighbours=3)
    signal = signals.fit("itemknn", profiles, side, recipe)
    assert np.isfinite(signal.score(profiles)).all()


def test_many_histories_are_solved_together(profiles, monkeypatch):
    """A solve takes all profiles of a length, not one: people do not cost a loop each; whoever is
    alone gets the same scores, and an empty history nothing but the bias."""
    signal = signals.fit("ials", profiles, SIDE, _small("ials"))
    short = profiles.keep_rows(np.arange(len(profiles.item)) % 3 > 0)
    none = short.keep_rows(short.owner() != 2)
    calls, real = [], np.linalg.solve
    monkeypatch.setattr(np.linalg, "solve", lambda a, b: calls.append(len(a)) or real(a, b))
    together = signal.score(none)
    lengths = {n for n in none.lengths if n}
    assert len(calls) == len(lengths) and sum(calls) == len(none) - 1
    alone = np.concatenate([signal.score(none.at(u)) for u in range(len(none))])
    assert np.allclose(together, alone, atol=1e-5) and not together[2].any()


def test_ials_refolds_a_history_as_its_equations_say(profiles):
    """x = (Y'Y + sum (c - 1) y y' + reg I)^-1 sum c y, with c = alpha x the weight of the row."""
    recipe = _small("ials")
    signal = signals.fit("ials", profiles, SIDE, recipe)
    y = signal.factors.y.astype(np.float64)
    history = _dense(profiles.at(3), recipe.level)[0]
    taken = history > 0
    sure = recipe.alpha * history[taken]
    equations = y.T @ y + (y[taken].T * (sure - 1)) @ y[taken] + recipe.reg * np.eye(y.shape[1])
    expected = y @ np.linalg.solve(equations, y[taken].T @ sure)
    assert np.allclose(signal.score(profiles.at(3), exact=True)[0], expected)


def test_ials_without_a_row_is_ials_of_the_other_rows(profiles):
    """A what-if that deletes a row finds the factors of what is left, with no trace of the row."""
    signal = signals.fit("ials", profiles, SIDE, _small("ials"))
    one = profiles.at(3)
    kept = np.arange(len(one.item)) != 2
    whatif = one.keep_rows(kept)
    others = new_profile(one.item[kept].tolist(), world.N, dim=1, levels=one.level[kept].tolist())
    assert np.allclose(signal.score(whatif), signal.score(others), atol=1e-6)
    assert not np.allclose(signal.score(whatif), signal.score(one), atol=1e-3)
    parts = signal.contributions(whatif, 9)
    assert int(one.item[2]) not in set(parts["evidence"])


def test_ials_agrees_with_the_librarys_own_users(profiles):
    """Refolding finds what `implicit` finds for the same histories."""
    from implicit.cpu.als import AlternatingLeastSquares

    recipe = _small("ials")
    history = csr_matrix(_dense(profiles, recipe.level).astype(np.float32))
    model = AlternatingLeastSquares(
        factors=recipe.factors, regularization=recipe.reg, alpha=recipe.alpha,
        iterations=recipe.iterations, random_state=recipe.seed, num_threads=1,
    )
    model.fit(history, show_progress=False)
    users = model.recalculate_user(np.arange(world.N), history)
    theirs = users @ model.item_factors.T
    assert np.allclose(ials.fit(profiles, SIDE, recipe).score(profiles), theirs, atol=1e-3)


@pytest.fixture(scope="module")
def uneven(profiles) -> Profiles:
    """Some rows of the checkerboard at random: no two singular values are equal."""
    return profiles.keep_rows(np.random.default_rng(3).random(len(profiles.item)) < 0.6)


def test_puresvd_is_its_formula(uneven):
    """x V V' with V the first right singular vectors of the weighted histories."""
    recipe = _small("puresvd")
    x = _dense(uneven, recipe.level)
    v = np.linalg.svd(x)[2][: recipe.factors].T
    ours = puresvd.fit(uneven, SIDE, recipe).score(uneven)
    assert np.allclose(ours, x @ v @ v.T, atol=1e-3)


def test_damping_divides_columns_before_and_multiplies_after(uneven):
    """x D^-1 V V' D with D the items' counts to the power `damping`, V of rows damped too."""
    recipe = type(_small("puresvd"))(factors=3, damping=0.5, user_damping=0.5)
    x = _dense(uneven, recipe.level)
    d = np.sqrt(np.bincount(uneven.item, minlength=world.N))
    rows = np.sqrt(uneven.lengths)[:, None]
    v = np.linalg.svd(x / d / rows)[2][:3].T
    ours = puresvd.fit(uneven, SIDE, recipe).score(uneven)
    assert np.allclose(ours, x / d @ v @ v.T * d, atol=1e-3)


def test_itemknn_is_the_cosine_of_the_nearest(profiles):
    """Each item hears its k most alike ones, never itself."""
    recipe = type(_small("itemknn"))(likeness="cosine", neighbours=3, level=0.4)
    x = _dense(profiles, recipe.level)
    unit = x / np.linalg.norm(x, axis=0)
    cosine = unit.T @ unit
    np.fill_diagonal(cosine, 0)
    ours = itemknn.fit(profiles, SIDE, recipe).likeness.toarray()
    assert (np.count_nonzero(ours, axis=0) <= 3).all() and (ours.diagonal() == 0).all()
    for item in range(world.N):
        nearest = np.sort(cosine[:, item])[::-1][:3]
        assert np.allclose(np.sort(ours[:, item])[::-1][:3], nearest, atol=1e-5)


def test_a_profile_of_nothing_has_bprs_biases(profiles):
    """Without a history the factors are 0, and what is left is one line that sums to the score."""
    signal = signals.fit("bpr", profiles, SIDE, _small("bpr"))
    nobody = new_profile([], world.N, dim=1)
    assert np.allclose(signal.score(nobody)[0], signal.factors.bias)
    assert signal.contributions(nobody, 4)["kind"].tolist() == ["whole"]


@pytest.mark.parametrize("zero_diagonal", [True, False])
def test_what_is_known_of_items_counts_as_users_who_took_them(profiles, zero_diagonal):
    """With content, G + content x mean(diag G) Z Z' stands for G; the penalty stays that of G."""
    side = ItemSide(np.random.default_rng(1).random((world.N, 5)).astype(np.float32), ("about",))
    recipe = signals.CollaborativeRecipe(
        reg=7, dropout=0.5, content=0.3, known="texts", zero_diagonal=zero_diagonal
    )
    x, z = _dense(profiles, 0.0), side.vectors.astype(np.float64)
    gram = x.T @ x
    rich = gram + 0.3 * gram.diagonal().mean() * z @ z.T
    p = np.linalg.inv(rich + np.diag(7 + gram.diagonal()))
    expected = np.eye(world.N) - p / np.diag(p) if zero_diagonal else p @ rich
    ours = collaborative.fit(profiles, side, recipe).matrix.weight
    assert np.allclose(ours, expected, atol=1e-3)


def test_rare_entities_bring_items_closer_than_common_ones(profiles):
    """Of two pairs of items that nobody took together, the one sharing a rare entity is nearer."""
    holds = np.zeros((world.N, 2), np.float32)
    holds[[0, 1], 0] = 1  # rare: an even and an odd item
    holds[2:22, 1] = 1  # common
    entities = Entities(csr_matrix(holds), np.zeros(2, np.int32), ("genre",), ("a", "b"))
    side = ItemSide(np.eye(world.N, dtype=np.float32), ("about",), entities=entities)
    plain = signals.CollaborativeRecipe(reg=7)
    rich = signals.CollaborativeRecipe(reg=7, content=0.3, known="entities")
    before = collaborative.fit(profiles, side, plain).matrix.weight
    after = collaborative.fit(profiles, side, rich).matrix.weight
    assert after[0, 1] > before[0, 1] + 0.05
    assert after[0, 1] - before[0, 1] > 2 * (after[2, 3] - before[2, 3])
