"""The weight landscape: points are what the slow way says, kept by name, refused when damaged."""

from __future__ import annotations

import argparse
import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from commands import document, refused, run
from conftest import FakeEncoder

from llmrec_core import arguments, cli, headless, landscape, lock, progress, signals
from llmrec_core.behaviour import Split, split
from llmrec_core.blend import lists_for
from llmrec_core.errors import DamagedArtefactError, InputError
from llmrec_core.exposure import tail_metrics
from llmrec_core.landscape import LandscapeRecipe, Scores, planes, points, scores
from llmrec_core.landscape.planes import within
from llmrec_core.landscape.points import paired
from llmrec_core.landscape.recipe import LEAST_USERS
from llmrec_core.landscape.stored import LOCK, PROGRESS
from llmrec_core.metrics import ranking_metrics
from llmrec_core.recommender import Recommender
from llmrec_core.tune.intervals import no_worse

N, USERS, ITEMS = 5, 12, 30
NAMES = ("good", "tail", "noise", "still")
AXES = NAMES[:3]
BASE = {"good": 1.0, "tail": 0.5, "noise": 0.75, "still": 0.0}


def hand_made(seed: int = 0) -> Scores:
    """«good» knows the held-out items, «tail» puts the least popular first, the rest knows nothing.

    Item 0 is the most popular; every user has taken one item and holds out two.
    """
    rng = np.random.default_rng(seed)
    held = np.array([rng.choice(ITEMS, 3, replace=False) for _ in range(USERS)])
    values = rng.standard_normal((USERS, 4, ITEMS)).astype(np.float32)
    for user, mine in enumerate(held):
        values[user, 0, mine[:2]] += 3
        values[user, 1] = (np.arange(ITEMS) - (ITEMS - 1) / 2) / 9
    values[:, 3] = 0
    users = np.arange(USERS)
    relevant = np.array([np.repeat(users, 2), held[:, :2].ravel()], np.int32)
    return Scores(
        NAMES, values, np.array([users, held[:, 2]], np.int32), relevant,
        np.arange(ITEMS, 0, -1) * 10, np.arange(ITEMS, dtype=np.int32), users.astype(str),
    )


@pytest.fixture(scope="module")
def made():
    return hand_made()


@pytest.fixture(scope="module")
def triangle(made):
    return landscape.plane(made, AXES, BASE, 6, N)


def slowly(made: Scores, weights: np.ndarray, n: int) -> tuple[list[float], np.ndarray]:
    """(NDCG a user, lists) by sorting everything, one user at a time."""
    worth, lists = [], []
    for user, values in enumerate(made.values):
        hidden = set(made.hidden[1][made.hidden[0] == user].tolist())
        score = weights.astype(np.float64) @ values
        order = sorted(set(range(ITEMS)) - hidden, key=lambda i: (-score[i], made.id_rank[i]))[:n]
        wanted = set(made.relevant[1][made.relevant[0] == user].tolist())
        gained = sum(1 / np.log2(k + 2) for k, item in enumerate(order) if item in wanted)
        worth.append(gained / sum(1 / np.log2(k + 2) for k in range(min(n, len(wanted)))))
        lists.append(order)
    return worth, np.array(lists)


def test_every_point_is_what_sorting_everything_says(made, triangle):
    """NDCG user by user, tail share, coverage and Gini of lists made the slow way."""
    for k in range(0, len(triangle.points), 3):
        worth, lists = slowly(made, triangle.points.weights[k], N)
        assert triangle.points.ndcg[k] == pytest.approx(worth)
        told = tail_metrics(lists, made.counts)
        assert triangle.points.tail_share[k] == pytest.approx(told[f"tail_share@{N}"])
        assert triangle.points.coverage[k] == told[f"coverage@{N}"]
        assert triangle.points.gini[k] == pytest.approx(told["gini"])
        assert triangle.points.tail[k].mean() == pytest.approx(triangle.points.tail_share[k])


def test_corners_of_the_triangle_are_single_signals(made, triangle):
    """All of the sum on one of three, the others at 0: its own list, and the sum is kept."""
    alone = landscape.measured(made, landscape.rows_of(NAMES, [{name: 1.0} for name in AXES]), N)
    for corner, name in enumerate(AXES):
        k = next(k for k in range(len(triangle.points)) if triangle.weights(k)[name] == 2.25)
        assert triangle.weights(k) == {**dict.fromkeys(NAMES, 0.0), name: 2.25}
        assert np.array_equal(triangle.points.ndcg[k], alone.ndcg[corner])
    assert triangle.points.weights[:, :3].sum(axis=1) == pytest.approx(2.25, abs=0.011)
    assert len(triangle.points) == 7 * 8 // 2
    good, tail = (triangle.names.index(name) for name in ("good", "tail"))
    assert triangle.points.weights[triangle.best, good] > 0
    most = int(np.argmax(triangle.points.weights[:, tail]))
    assert triangle.points.tail_share[most] == 1 > triangle.points.tail_share[triangle.best]


def test_a_square_moves_two_weights_and_keeps_the_others(made):
    """From 0 to 3 along both; where all weights are 0 nothing is ranked, so nothing is said."""
    square = landscape.plane(made, ("good", "tail"), {"good": 9.0, "noise": 0.0}, 4, N)
    weights = square.points.weights
    edge = [0.0, 0.75, 1.5, 2.25, 3.0]
    assert weights[:, :2].tolist() == [list(xy) for xy in itertools.product(edge, edge)]
    assert not weights[:, 2:].any()
    assert np.isnan(square.points.mean[0]) and not np.isnan(square.points.mean[1:]).any()
    assert np.isnan(square.points.tail_share[0]) and square.points.coverage[0] == 0
    assert not square.front[0] and not square.as_good[0] and square.best != 0
    kept = landscape.plane(made, ("good", "tail"), BASE, 4, N)
    assert (kept.points.weights[:, 2] == 0.75).all()
    assert not np.isnan(kept.points.mean).any()


def test_the_front_is_what_nothing_beats(triangle):
    """Every pair of points compared by hand."""
    x, y = triangle.points.mean, triangle.points.tail_share
    for k in range(len(x)):
        beaten = any(
            x[j] >= x[k] and y[j] >= y[k] and (x[j] > x[k] or y[j] > y[k]) for j in range(len(x))
        )
        assert triangle.front[k] == (not beaten)
    assert triangle.front.any() and not triangle.front.all() and triangle.front[triangle.best]


def test_as_good_is_within_the_noise_of_the_users_differences(triangle):
    """1.96 standard errors of the mean paired difference to the best point."""
    for k, good in enumerate(triangle.as_good):
        gap = triangle.points.ndcg_gap(k, triangle.points, triangle.best)
        assert good == (gap.mean + gap.reach >= 0) == no_worse(
            triangle.points.ndcg[k], triangle.points.ndcg[triangle.best]
        )
    assert triangle.as_good[triangle.best] and not triangle.as_good.all()


def test_a_difference_is_more_than_noise_only_beyond_its_interval():
    """Always .1 better is sure; +1 for half the users and -1 for the others is not."""
    ten = np.arange(10) / 10
    assert paired(ten + 0.1, ten).beyond and paired(ten + 0.1, ten).mean == pytest.approx(0.1)
    assert not paired(ten + np.where(np.arange(10) % 2, 1.0, -1.0), ten).beyond
    spread = np.where(np.arange(10) % 2, 0.3, 0.1)
    assert paired(spread, 0 * ten).reach == pytest.approx(
        1.96 * spread.std(ddof=1) / np.sqrt(10)
    )


def test_weightings_lie_in_a_plane_where_only_its_axes_differ(made, triangle):
    """Scaled where nothing else weighs; another sum or another rest lies elsewhere."""
    assert triangle.place(BASE) == pytest.approx((1.0, 0.5, 0.75))
    assert triangle.place({"good": 4.5}) == pytest.approx((2.25, 0, 0))
    assert triangle.place({**BASE, "still": 1.0}) is None
    rest = landscape.plane(made, ("good", "tail"), BASE, 2, N)
    assert rest.place({**BASE, "good": 2.0}) == pytest.approx((2.0, 0.5))
    assert rest.place({**BASE, "noise": 0.5}) is None
    assert rest.place({**BASE, "good": 3.5}) is None


def test_weights_within_the_sliders_make_the_same_lists(made):
    """Only proportions matter."""
    given = {"good": 6.0, "tail": 1.5, "noise": 0.3, "still": 0.0}
    small = within(given)
    assert max(small.values()) == 3.0 and within(small) == small
    one, two = (
        landscape.measured(made, landscape.rows_of(NAMES, [w]), N) for w in (given, small)
    )
    assert np.array_equal(one.ndcg, two.ndcg)


def test_a_user_with_few_candidates_has_a_short_list(made):
    """Places without an item are of no tail and no head, and nothing hidden is shown."""
    hidden = np.array([[0] * (ITEMS - 2), range(ITEMS - 2)], np.int32)
    short = Scores(
        NAMES, made.values[:1], hidden, np.array([[0], [ITEMS - 1]], np.int32), made.counts,
        made.id_rank, made.user_ids[:1],
    )
    found = landscape.measured(short, landscape.rows_of(NAMES, [{"tail": 1.0}]), N)
    assert found.ndcg[0, 0] == 1 and found.tail_share[0] == 1
    assert found.coverage[0] == 2 / ITEMS


@pytest.mark.parametrize("axes", [("good",), ("good", "good"), ("good", "nobody"), NAMES])
def test_axes_that_span_no_plane_are_refused(made, axes):
    """Two or three different signals, by name."""
    with pytest.raises(InputError, match="two or three"):
        landscape.plane(made, axes, BASE)


def test_a_triangle_shares_no_weight_below_0(made):
    """Refused by name; a square, which gives its axes weights of its own, is drawn all the same."""
    against = {"good": 0.75, "tail": -0.75}
    with pytest.raises(InputError, match=r"weight of tail is -0.75.*square"):
        landscape.plane(made, AXES, against, 2, N)
    square = landscape.plane(made, ("good", "tail"), against, 2, N)
    assert square.points.weights.min() == 0 and square.place(against) is None
    usual = landscape.plane(made, AXES, BASE, 2, N)
    assert usual.place({"good": 3.0, "tail": -3.0}) is None
    assert usual.place({"good": 3.0, "tail": -0.75}) is None


def test_a_sum_too_small_for_sliders_is_shared_as_1_is(made):
    """Rounded to the hundredth all its points would weigh nothing."""
    small = landscape.plane(made, AXES, dict.fromkeys(AXES, 0.001), 2, N)
    assert small.points.weights[:, :3].sum(axis=1) == pytest.approx(1) and small.best >= 0


def test_more_points_than_there_is_room_for_are_refused(made, monkeypatch):
    """Before any list is made; and what the command takes is what the core does."""
    for steps in (0, planes.MOST_STEPS + 1):
        with pytest.raises(InputError, match="1 to 60"):
            landscape.plane(made, AXES, BASE, steps, N)
        with pytest.raises(argparse.ArgumentTypeError, match="1 to 60"):
            arguments.steps(str(steps))
    with pytest.raises(InputError, match="2 or more"):
        LandscapeRecipe(users=LEAST_USERS - 1)
    assert arguments.users(str(LEAST_USERS)) == LandscapeRecipe(users=LEAST_USERS).users
    monkeypatch.setattr(points, "MOST_PLACES", 28 * USERS * N - 1)
    assert len(landscape.plane(made, AXES, BASE, 5, N).points) == 21
    with pytest.raises(InputError, match=r"28 weightings of 12 users.*fewer steps"):
        landscape.plane(made, AXES, BASE, 6, N)


def test_lines_without_a_tail_have_no_nan_and_no_front(made):
    """All items as popular: a dash where the share would stand, and one sentence."""
    flat = replace(made, counts=np.full(ITEMS, 3))
    found = landscape.plane(flat, AXES, BASE, 2, N)
    assert not found.has_tail and landscape.plane(made, AXES, BASE, 2, N).has_tail
    named = landscape.measured(flat, landscape.rows_of(NAMES, [BASE]), N)
    about = landscape.About("k", USERS, 500, USERS, 9, 9, 42, 1.0, 0.0, 9)
    document = headless.planes._document(about, found, {"given": BASE}, named) | {"seconds": 1.0}
    told = list(headless.landscape_lines(document))
    assert "all items are as popular" in told[-1] and "nan" not in "".join(told)


def test_weights_of_other_signals_are_refused(made):
    """One weight a signal."""
    with pytest.raises(InputError, match="4 signals"):
        landscape.measured(made, np.ones((2, 3)))


# Of a built study.


@pytest.fixture(scope="module")
def kept_home(built_home, tmp_path_factory):
    """The built world with its landscape; never written to."""
    import shutil

    from llmrec_core.study import Study
    from llmrec_core.texts import LazyEncoder

    home = tmp_path_factory.mktemp("landscape") / "home"
    shutil.copytree(built_home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMREC_HOME", str(home))
        patch.setattr(LazyEncoder, "model", FakeEncoder())
        recommender = Recommender(Study.open("tiny"))
        steps = []
        key = landscape.measure_landscape(
            recommender, tell=lambda words, done, total: steps.append(words)
        )
        yield recommender, key, steps


def test_scores_are_those_of_signals_fitted_without_the_validation_rows(kept_home):
    """NDCG and exposure of `lists_for` and `ranking_metrics`, at several weights."""
    recommender, key, _ = kept_home
    kept = landscape.load(recommender, key)
    inner, held_out = split(recommender.behaviour, Split())
    whole, rules = _fold(recommender, inner, held_out)
    users = np.array([recommender.user_numbers[u] for u in kept.user_ids])
    side = signals.item_side(recommender.item_vectors, recommender.tables)
    side = _taught(recommender, whole, side)
    fitted = {
        name: signals.fit(name, whole, side, recipe)
        for name, recipe in recommender.choice.recipes.items()
    }
    blends = {
        "fitted": recommender.choice.weights, "taste": {"taste": 1.0},
        "other": {"collaborative": 0.35, "popularity": 2.0, "sequence": 0.5},
    }
    lists = lists_for(whole.select(users), fitted, blends, N, rules.id_rank)
    points = landscape.measured(kept, landscape.rows_of(kept.names, list(blends.values())), N)
    for k, name in enumerate(blends):
        told = ranking_metrics(lists[name], rules.relevant[users], n=N)[f"ndcg@{N}"]
        assert points.ndcg[k] == pytest.approx(told, abs=1e-6)
        tail = tail_metrics(lists[name], inner.counts())
        assert points.tail_share[k] == pytest.approx(tail[f"tail_share@{N}"], nan_ok=True)
        assert points.coverage[k] == tail[f"coverage@{N}"]


def _fold(recommender, inner, held_out):
    from llmrec_core.profile import described_profiles
    from llmrec_core.protocol.candidates import candidates

    items = recommender.tables.items
    whole = described_profiles(inner, items, recommender.scale, recommender.texts)
    return whole, candidates(inner, held_out)


def _taught(recommender, whole, side):
    from llmrec_core.steer import prepare

    return prepare(whole, side, recommender.tables.items, recommender.texts)[0]


def test_what_is_kept_says_what_it_is(kept_home):
    """Its card, its phases in order, and no second fit of what is there."""
    recommender, key, steps = kept_home
    about = landscape.about(recommender, key)
    assert about == landscape.newest(recommender) and about.key == key
    inner, held_out = split(recommender.behaviour, Split())
    assert (about.fitted, about.held_out) == (len(inner), len(held_out))
    assert about.users == about.tested <= len(recommender.profiles) and about.seed == 42
    words = [word.partition(":")[0] for word in steps]
    order = ["descriptions", "fitting", "keeping"]
    assert [w for k, w in enumerate(order) if w in words] == order and words[-1] == "keeping"
    again = []
    assert landscape.measure_landscape(recommender, tell=lambda *told: again.append(told)) == key
    assert not again
    assert progress.read(recommender.study.folder / PROGRESS).status == progress.DONE


def test_a_landscape_is_named_by_rows_settings_encoder_and_users(kept_home):
    """Each of them makes another name; weights make none."""
    recommender, key, _ = kept_home

    def named(**changes):
        class Other:
            def __getattr__(self, name):
                return changes.get(name, getattr(recommender, name))

        return landscape.key_of(Other(), LandscapeRecipe())

    choice, keys = recommender.choice, recommender.keys
    others = {
        landscape.key_of(recommender, LandscapeRecipe(users=100)),
        landscape.key_of(recommender, LandscapeRecipe(seed=1)),
        named(keys=replace(keys, choice="another")), named(keys=replace(keys, items="another")),
        named(made_with={"encoder": {"key": "another"}}),
        named(choice=replace(choice, recipes={
            **choice.recipes, "taste": replace(choice.recipes["taste"], recency=0.123)})),
    }  # fmt: skip
    assert len(others) == 6 and key not in others
    assert named(choice=replace(choice, weights={"taste": 1.0})) == key == named()


def test_other_rows_make_another_landscape(kept_home):
    """After another import, or other triples, nothing that was kept is shown."""
    recommender, key, _ = kept_home
    study = recommender.study

    class Moved:
        def __init__(self, **changes):
            self.study = SimpleNamespace(**{
                "key": study.key, "triples_key": study.triples_key, "artefacts": study.artefacts,
                **changes,
            })  # fmt: skip

        def __getattr__(self, name):
            return getattr(recommender, name)

    assert landscape.newest(Moved()).key == key
    for changes in ({"key": "another"}, {"triples_key": "another"}):
        assert landscape.key_of(Moved(**changes), LandscapeRecipe()) != key
        assert landscape.newest(Moved(**changes)) is None
    assert landscape.newest(recommender, 500).key == key
    assert landscape.newest(recommender, 7) is None


def test_damage_is_refused_and_measured_anew(kept_home, tmp_path):
    """One byte, one array or the card; a listing passes over a card it cannot read."""
    import shutil

    recommender, key, _ = kept_home
    folder = recommender.study.artefacts.folder / "landscape"
    shutil.copytree(folder, tmp_path / "safe")
    data = next(folder.glob(f"{key}.*.npz"))
    whole = data.read_bytes()
    try:
        data.write_bytes(whole[:-200] + bytes(200))
        with pytest.raises(DamagedArtefactError):
            landscape.load(recommender, key)
        assert landscape.measure_landscape(recommender) == key
        landscape.load(recommender, key)
        arrays = recommender.study.artefacts.load_arrays("landscape", key)
        card = recommender.study.artefacts.card("landscape", key)
        less = {name: array for name, array in arrays.items() if name != "counts"}
        for wrong in (less, {**arrays, "counts": arrays["counts"][1:]}):
            recommender.study.artefacts.save_arrays("landscape", key, wrong, card)
            with pytest.raises(DamagedArtefactError, match="llmrec landscape tiny"):
                landscape.load(recommender, key)
        (folder / f"{key}.json").write_text("{")
        assert landscape.newest(recommender) is None
    finally:
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "safe", folder)
    assert landscape.newest(recommender).key == key


def test_users_are_drawn_by_seed_and_as_many_as_there_is_room_for(monkeypatch):
    """The same every time, never more than their scores may take."""
    tested = np.arange(0, 2000, 2)
    usual = scores.sampled(tested, LandscapeRecipe(), 7, 1000)
    assert len(usual) == 500 == len(set(usual)) and set(usual) <= set(tested)
    assert (np.diff(usual) > 0).all()
    assert np.array_equal(usual, scores.sampled(tested, LandscapeRecipe(), 7, 1000))
    assert not np.array_equal(usual, scores.sampled(tested, LandscapeRecipe(seed=1), 7, 1000))
    assert len(scores.sampled(tested[:20], LandscapeRecipe(), 7, 1000)) == 20
    large = scores.sampled(tested, LandscapeRecipe(), 10, 100_000)
    assert len(large) * 10 * 100_000 * 4 <= scores.MOST_BYTES < 51 * 10 * 100_000 * 4


# The command.


def test_the_command_answers_with_the_plane_and_the_points_that_have_names(kept_home, capsys):
    """Fitted, most accurate and given weights beside the best; every point once, as JSON."""
    kept_home[0].study.journal.save_weights("niche", {"popularity": 0.0, "description": 1.0})
    found = document(
        capsys, "landscape", "tiny", "--axes", "taste,popularity", "--steps", 3,
        "--weights", '{"taste": 2, "popularity": 1}',
    )
    assert found["shape"] == "square" and found["axes"] == ["taste", "popularity"]
    assert len(found["points"]) == 16 and found["points"][0]["ndcg@10"] is None
    named = {point["name"]: point for point in found["named"]}
    assert set(named) == {"given", "fitted", "most accurate", "niche"}
    assert named["given"]["weights"]["taste"] == 2.0 and named["given"]["in_plane"]
    assert not named["niche"]["in_plane"]
    best = max(p["ndcg@10"] for p in found["points"] if p["ndcg@10"] is not None)
    assert found["best"]["ndcg@10"] == best and found["best"]["as_good"]
    assert found["protocol"]["users"] == len(landscape.load(*kept_home[:2]).user_ids)
    code, out, _ = run(capsys, "landscape", "tiny")
    assert code == cli.OK and "triangle" in out and "most accurate" in out and "Pareto" in out


def test_the_command_refuses_in_one_sentence(kept_home, capsys):
    """A signal there is not, too many axes, weights nobody saved, no such study."""
    assert "two or three" in refused(capsys, "landscape", "tiny", "--axes", "taste,nobody")
    assert "two or three" in refused(capsys, "landscape", "tiny", "--axes", "taste")
    assert "no saved weights" in refused(capsys, "landscape", "tiny", "--weights", "none such")
    below = '{"taste": -0.75, "collaborative": 0.75}'
    triangle = ("--axes", "taste,collaborative,popularity", "--weights", below)
    assert "taste is -0.75" in refused(capsys, "landscape", "tiny", *triangle)
    refused(capsys, "landscape", "nowhere")
    for option, wrong in (("--users", 1), ("--users", 0), ("--steps", 61), ("--steps", 0)):
        code, _, err = run(capsys, "landscape", "tiny", option, wrong)
        assert code == cli.WRONG_USE and "list" not in err.splitlines()[-1]
    assert not lock.taken(kept_home[0].study.folder / LOCK)
