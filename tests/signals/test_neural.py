"""The neural sequence signal: order is learned, nothing looks ahead, every score adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from llmrec_core import signals
from llmrec_core.errors import InputError
from llmrec_core.profile import Profiles, new_profile
from llmrec_core.signals.base import Kind
from llmrec_core.signals.neural import Neural, NeuralRecipe, fit, load
from llmrec_core.signals.neural.losses import Tasks
from llmrec_core.signals.neural.network import NextItem
from llmrec_core.signals.neural.training import hold_out, judge, train
from llmrec_core.signals.neural.windows import latest, stretches

RING = 10
"""Items that follow one another in a ring, 0 -> 1 -> … -> 9 -> 0."""
SMALL = {"dim": 16, "layers": 1, "dropout": 0.0, "window": 1, "lr": 0.02, "batch": 16}


def histories(rows: np.ndarray, n_items: int) -> Profiles:
    """One profile for each row of item numbers, oldest first."""
    n, h = rows.shape
    one = new_profile([], n_items, dim=1)
    return Profiles(
        np.arange(n).astype(object), n_items, np.arange(n + 1) * h,
        rows.ravel().astype(np.int32), np.ones(n * h, np.float32), np.arange(n * h),
        np.zeros(n + 1, np.int64), one.sentence_vector, one.sentence_weight, (),
        np.zeros(n, np.int8),
    )


def ring() -> Profiles:
    """Thirty histories of six items each, along the ring from everywhere."""
    return histories((np.arange(30)[:, None] + np.arange(6)) % RING, RING)


def side(n: int = RING) -> signals.ItemSide:
    """Every item has a text of its own."""
    return signals.ItemSide(np.eye(n, dtype=np.float32), ("about",))


@pytest.fixture(scope="module")
def followed() -> Neural:
    """A network that has read the ring."""
    return fit(ring(), side(), NeuralRecipe(**SMALL, epochs=25))


def after(signal: Neural, *items: int) -> np.ndarray:
    """(n_items,) scores for a history of `items`."""
    n = len(signal.items.vectors)
    return signal.score(new_profile(items, n, dim=1))[0]


@pytest.mark.parametrize("setting", [{}, {"shape": "lstm"}, {"loss": "sampled", "negatives": 6}])
def test_what_always_follows_is_expected_next(setting: dict[str, object]) -> None:
    """After k comes k + 1, and not k - 1, in every shape and with either loss."""
    signal = fit(ring(), side(), NeuralRecipe(**{**SMALL, "epochs": 25, **setting}))
    expected = [after(signal, k, (k + 1) % RING).argmax() for k in range(RING)]
    assert expected == [(k + 2) % RING for k in range(RING)]


@pytest.mark.parametrize("shape", ["attention", "lstm"])
def test_a_causal_state_does_not_see_what_comes_later(shape: str) -> None:
    """Another last item changes the last state alone; looking both ways it changes them all."""
    torch.manual_seed(0)
    network = NextItem(side().vectors, np.ones(RING, bool), NeuralRecipe(**SMALL, shape=shape))
    network.eval()
    table = network.table()
    one, other = table[[1, 2, 3]][None], table[[1, 2, 7]][None]
    lengths = torch.tensor([3])
    moved = (network.states(one, lengths) - network.states(other, lengths)).abs().amax(dim=2)[0]
    assert (moved > 1e-4).tolist() == [False, False, False, True]
    both = network.states(one, lengths, causal=False) - network.states(
        other, lengths, causal=False
    )
    assert (both.abs().amax(dim=2)[0] > 1e-6).all()


@pytest.mark.parametrize("shape", ["attention", "lstm"])
def test_padding_says_nothing(shape: str) -> None:
    """A short history scores the same alone and beside a long one, in both ways of looking."""
    torch.manual_seed(0)
    network = NextItem(side().vectors, np.ones(RING, bool), NeuralRecipe(**SMALL, shape=shape))
    network.eval()
    short = network.table()[[4, 5]][None]
    padded = torch.cat([short, network.table()[[8, 9]][None]], dim=1)
    for causal in (True, False):
        alone = network.states(short, torch.tensor([2]), causal=causal)
        beside = network.states(padded, torch.tensor([2]), causal=causal)[:, :3]
        assert torch.allclose(alone, beside, atol=1e-5)


def test_an_item_that_nobody_took_is_scored_by_its_text() -> None:
    """Of two items that nobody took, the one with the text of what comes next leads."""
    texts = np.vstack([np.eye(RING), np.eye(RING)[[3, 8]]]).astype(np.float32)
    taken = ring()
    profiles = histories(taken.item.reshape(-1, 6), RING + 2)
    recipe = NeuralRecipe(**SMALL, epochs=25, forget=0.3)
    signal = fit(profiles, signals.ItemSide(texts, ("about",)), recipe)
    assert after(signal, 1, 2)[RING] > after(signal, 1, 2)[RING + 1]
    assert after(signal, 6, 7)[RING] < after(signal, 6, 7)[RING + 1]
    alone = fit(
        profiles, signals.ItemSide(texts, ("about",)), NeuralRecipe(**SMALL, identity=False)
    )
    assert after(alone, 1, 2)[RING] == pytest.approx(after(alone, 1, 2)[3], abs=1e-5)


def test_parts_are_past_items_a_rest_and_the_hidden_history(followed: Neural) -> None:
    """They sum to the exact score; the rest is small beside what was explained."""
    one = new_profile([2, 3, 4, 3], RING, dim=1)
    parts = followed.contributions(one, 5).set_index("kind")
    past = parts.loc[[Kind.PAST_ITEM]]
    assert sorted(past["evidence"]) == [2, 3, 4]
    exact = followed.score(one, exact=True)[0, 5]
    assert parts["contribution"].sum() == pytest.approx(exact, abs=1e-9)
    explained = past["contribution"].abs().sum()
    assert abs(parts.loc[Kind.RESIDUAL, "contribution"]) < 0.02 * explained
    nothing = followed.contributions(new_profile([], RING, dim=1), 5)
    assert nothing["contribution"].abs().sum() == pytest.approx(
        abs(after(followed)[5]), rel=1e-4
    )


def test_the_last_part_is_the_score_with_every_item_hidden(followed: Neural) -> None:
    """The line that is no past item and no rest is the network's word on hidden items."""
    one = new_profile([7, 8], RING, dim=1)
    network = followed._exact
    hidden = network.hidden.expand(1, 2, 16)
    empty = (network.states(hidden, torch.tensor([2]))[:, -1] @ network.table()[9]).item()
    parts = followed.contributions(one, 9).set_index("kind")["contribution"]
    assert parts[Kind.WHOLE] == pytest.approx(empty, abs=1e-9)


def test_only_the_latest_items_are_read() -> None:
    """With a length of two, what came before changes nothing and is no part."""
    signal = fit(ring(), side(), NeuralRecipe(**SMALL, length=2, epochs=2))
    assert np.array_equal(after(signal, 0, 5, 6), after(signal, 9, 5, 6))
    parts = signal.contributions(new_profile([0, 5, 6], RING, dim=1), 7)
    assert sorted(parts.loc[parts["kind"] == Kind.PAST_ITEM, "evidence"]) == [5, 6]


def test_training_stops_when_held_out_items_gain_no_more_and_keeps_the_best() -> None:
    """The network kept is the one of the best epoch, and patience ends the rest."""
    recipe = NeuralRecipe(**SMALL, epochs=200, patience=2)
    trained = train(ring(), side().vectors, recipe, "cpu", lambda done, total: None)
    figures = trained.arrays()[1]
    assert len(figures) < 200
    assert len(figures) - 1 - figures.argmax() == 2
    kept, judged = hold_out(ring(), recipe, np.random.default_rng(recipe.seed))
    assert judge(trained.network, kept, judged, recipe.length) == pytest.approx(figures.max())


def test_held_out_items_are_the_last_ones_and_out_of_training() -> None:
    """A fifth of the histories loses its last item, the others nothing."""
    kept, judged = hold_out(ring(), NeuralRecipe(), np.random.default_rng(0))
    assert len(judged) == 6
    for number, items in judged:
        assert items.tolist() == [(number + 5) % RING]
        assert kept.lengths[number] == 5
    assert kept.lengths.sum() == 30 * 6 - 6


def test_equal_seeds_give_equal_weights_and_leave_the_dice_alone() -> None:
    """Twice the same training, with and without random numbers drawn in between."""
    recipe = NeuralRecipe(dim=16, layers=1, epochs=2)
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one = fit(ring(), side(), recipe)
    assert torch.equal(torch.rand(1), expected)
    other = fit(ring(), side(), recipe)
    first, second = one.arrays(), other.arrays()
    assert all(np.array_equal(first[name], second[name]) for name in first)
    another = fit(ring(), side(), NeuralRecipe(dim=16, layers=1, epochs=2, seed=1))
    assert not np.array_equal(another.weights["text"], one.weights["text"])


def test_progress_is_told_and_an_interruption_passes_through() -> None:
    """tell hears of every epoch; what it raises ends the fit."""
    told: list[tuple[int, int]] = []
    recipe = NeuralRecipe(dim=16, layers=1, epochs=2)
    fit(ring(), side(), recipe, tell=lambda done, total: told.append((done, total)))
    assert told[:2] == [(1, 2), (2, 2)]

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(ring(), side(), recipe, tell=interrupt)


def test_the_same_fit_is_made_once() -> None:
    """A memo gives back what was trained with the same settings, and nothing else."""
    memo, told = signals.Memo(), []
    recipe = NeuralRecipe(dim=16, layers=1, epochs=1)
    for seed in (1, 1, 2):
        fit(ring(), side(), replace(recipe, seed=seed), memo, lambda d, t, s=seed: told.append(s))
    assert set(told) == {1, 2} and told.count(1) == told.count(2)


def test_stored_weights_are_plain_arrays_that_score_the_same(followed: Neural) -> None:
    """float32 arrays by name, the epochs' figures among them, and nothing else."""
    arrays = followed.arrays()
    assert {a.dtype for a in arrays.values()} == {np.dtype(np.float32)}
    again = load(followed.recipe, arrays, followed.items)
    assert np.array_equal(after(again, 1, 2), after(followed, 1, 2))


def test_nobody_took_anything() -> None:
    """A study without rows gives a network that scores, and no epoch."""
    signal = fit(histories(np.zeros((3, 0), int), RING), side(), NeuralRecipe(dim=16))
    assert np.isfinite(after(signal, 1)).all() and len(signal.figures) == 0


def test_an_unknown_first_item_and_a_window_of_three_can_be_trained_on() -> None:
    """Targets are padded with item 0: nobody having taken it breaks nothing."""
    rows = 1 + (np.arange(30)[:, None] + np.arange(6)) % (RING - 1)
    signal = fit(histories(rows, RING), side(), NeuralRecipe(**{**SMALL, "window": 3}, epochs=2))
    assert np.isfinite(after(signal, 1, 2)).all()


def test_drawing_every_item_is_the_full_loss() -> None:
    """A target that is drawn too counts once: with all items drawn both losses are equal."""
    torch.manual_seed(0)
    profiles = ring()
    losses = []
    for kind in ("full", "sampled"):
        recipe = NeuralRecipe(**SMALL, loss=kind, negatives=RING)
        network = NextItem(side().vectors, np.ones(RING, bool), recipe)
        rng = np.random.default_rng(0)
        tasks = Tasks(network, stretches(profiles, 6, rng), recipe, rng)
        states = torch.from_numpy(np.random.default_rng(1).normal(size=(5, 16))).float()
        table = torch.from_numpy(np.random.default_rng(2).normal(size=(RING, 16))).float()
        targets, inside = torch.tensor([[k, k + 2] for k in range(5)]), torch.ones(5, 2).bool()
        losses.append(tasks.next_items(states, table, targets, inside).item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_stretches_hold_every_row_once_and_targets_stay_in_their_history() -> None:
    """Histories of seven in stretches of three; what follows may lie in the next stretch."""
    profiles = histories(np.arange(14).reshape(2, 7), 14)
    cut = stretches(profiles, 3, np.random.default_rng(0))
    rows = np.concatenate([np.arange(a, b) for a, b in zip(cut.begin, cut.end, strict=True)])
    assert sorted(rows) == list(range(14)) and (cut.end - cut.begin).max() <= 3
    short = latest(histories(np.array([[4, 5, 6]]), 14), 2)
    items, lengths = short.items(np.array([0]))
    assert items.tolist() == [[5, 6]] and lengths.tolist() == [2]
    targets, inside = short.targets(np.array([0]), 2)
    assert [t[i].tolist() for t, i in zip(targets[0], inside[0], strict=True)] == [[5, 6], [6], []]


@pytest.mark.parametrize("wrong", [{"shape": "gru"}, {"loss": "hinge"}, {"dim": 10, "heads": 3}])
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    """The error names the setting."""
    with pytest.raises(InputError, match="|".join(wrong)):
        NeuralRecipe(**wrong)
