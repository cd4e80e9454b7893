"""What comes next: the neural signal (attention, LSTM), the closed form and RecTools' SASRec.

MovieLens-100K (or the demo), each user's last 20 % by time held out, NDCG@10 with 95 % intervals
over users. Everything is chosen on rows held out of the training rows: the closed form's settings
on its grid, SASRec's epochs in rounds of ten. The neural signal has its default settings; it stops
by the last items of some training histories, which it does not learn from. SASRec reads item ids
alone and as many of the latest items, as wide and as deep. One thread each, CPU seconds of the
final fit.

    python benchmarks/sequence_models.py
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from elsewhere import Elsewhere, environment
from timing import machine, one_thread
from worlds import World, real

from llmrec_core import blend, metrics, signals, tune
from llmrec_core.behaviour import Behaviour, Split, split
from llmrec_core.embed import load_encoder
from llmrec_core.profile import Profiles, ValueScale, from_behaviour
from llmrec_core.signals.neural import NeuralRecipe
from llmrec_core.study import home
from llmrec_core.texts import Texts

REQUIREMENTS = ("rectools[torch]==0.19.0", "numpy==1.26.4", "pandas==2.3.3", "torch==2.13.0")
N, SEED, ROUND, ROUNDS, PATIENCE = 10, 42, 10, 12, 2
NEURAL = {
    "neural, attention": NeuralRecipe(),
    "neural, attention, next item alone": NeuralRecipe(masked=0.0, order_weight=0.0),
    "neural, LSTM": NeuralRecipe(shape="lstm"),
}


def item_side(world: World) -> signals.ItemSide:
    """Item texts by the bundled encoder; known vectors are not made again."""
    assert world.tables is not None
    vectors = Texts(load_encoder(), home() / "cache").items(world.tables.items)
    return signals.item_side(vectors, world.tables)


def profiles_of(rows: Behaviour) -> Profiles:
    """Histories alone."""
    return from_behaviour(rows, ValueScale.of(rows.value))


def line(name: str, lists: np.ndarray, world: World, seconds: float, more: str = "") -> None:
    """Print one recipe's figures."""
    values = metrics.ranking_metrics(lists, world.test.matrix()[world.users], n=N)
    ndcg = values[f"ndcg@{N}"]
    low, high = metrics.bootstrap_interval(ndcg, seed=SEED)
    print(f"{name:40} {np.nanmean(ndcg):.4f} [{low:.4f}, {high:.4f}]  {seconds:7.1f} s  {more}",
          flush=True)


def ours(world: World, items: signals.ItemSide, name: str, recipe: object, label: str) -> None:
    """Fit one signal on all training rows, and print what its lists are worth."""
    profiles = profiles_of(world.train)
    begun = time.process_time()
    fitted = signals.fit(name, profiles, items, recipe)
    seconds = time.process_time() - begun
    chosen = profiles.select(world.users)
    id_rank = np.arange(world.train.n_items)
    lists = blend.lists_for(chosen, {name: fitted}, {name: {name: 1.0}}, N, id_rank)[name]
    line(label, lists, world, seconds, f"{len(getattr(fitted, 'figures', ()))} epochs")


def closed_form(world: World, items: signals.ItemSide) -> object:
    """Settings of the directed ridge, chosen on rows held out of the training rows."""
    folds = tune.make_folds(world.train, Split(seed=SEED + 1), profiles_of)
    return tune.choose(folds[:1], items, names=("sequence",)).recipes["sequence"]


def written(rows: Behaviour, path: Path) -> None:
    """Rows with numbers for ids, every history oldest first."""
    pd.DataFrame({"user_id": rows.user, "item_id": rows.item}).to_csv(path, index=False)


def read_lists(path: Path, users: np.ndarray) -> np.ndarray:
    """(users, N) item numbers, -1 where a list is shorter."""
    out = np.full((len(users), N), -1)
    found = pd.read_csv(path)
    found = found[found["user_id"].isin(users)]
    out[np.searchsorted(users, found["user_id"]), found["rank"] - 1] = found["item_id"]
    return out


def sasrec(world: World) -> None:
    """Choose SASRec's epochs, fit it on all training rows, and print what its lists are worth."""
    inner, held_out = split(world.train, Split(seed=SEED + 1))
    users = np.unique(held_out.user)
    like = NeuralRecipe()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(inner, folder / "inner.csv")
        written(world.train, folder / "training.csv")
        settings = {
            "layers": like.layers, "heads": like.heads, "dim": like.dim, "length": like.length,
            "dropout": like.dropout, "lr": 0.001, "batch": 128, "round": ROUND, "n": N,
            "seed": SEED,
        }
        (folder / "settings.json").write_text(json.dumps(settings), "utf-8")
        python = environment("sasrec", REQUIREMENTS)
        with Elsewhere(python, "sasrec_side.py", folder) as there:

            def worth() -> float:
                there.ask("a further round")
                there.ask("inner lists")
                lists = read_lists(folder / "inner_lists.csv", users)
                hits = metrics.ranking_metrics(lists, held_out.matrix()[users], n=N)
                return float(np.nanmean(hits[f"ndcg@{N}"]))

            rounds, figures = best_round(worth)
            (folder / "rounds.json").write_text(json.dumps(rounds), "utf-8")
            seconds = there.seconds("fit")
            there.ask("lists")
            lists = read_lists(folder / "lists.csv", world.users)
            told = ", ".join(f"{figure:.4f}" for figure in figures)
            line(f"RecTools' SASRec {there.versions}", lists, world, seconds,
                 f"{rounds * ROUND} epochs (validation by rounds of {ROUND}: {told})")


def best_round(worth: Callable[[], float]) -> tuple[int, list[float]]:
    """(rounds of the best figure, all figures); ends after PATIENCE rounds without a gain."""
    figures: list[float] = []
    while len(figures) < ROUNDS and len(figures) - int(np.argmax([*figures, 0])) <= PATIENCE:
        figures.append(worth())
    return int(np.argmax(figures)) + 1, figures


def main() -> None:
    """Measure and print."""
    import torch

    torch.set_num_threads(1)
    print(machine())
    world = real()
    print(world.sizes())
    with one_thread():
        items = item_side(world)
        ours(world, items, "popularity", signals.DEFAULTS["popularity"], "popularity")
        ours(world, items, "sequence", closed_form(world, items), "closed form, settings chosen")
        for label, recipe in NEURAL.items():
            ours(world, items, "neural", recipe, label)
        sasrec(world)
    print(machine())


if __name__ == "__main__":
    main()
