"""All metrics of the same lists: the studio's against RecTools' `calc_metrics`, values and time.

Lists are those of EASE (top 10, training items left out) for all users with held-out rows, of
MovieLens-100K (or the demo) and of a simulated catalogue. Both sides get what is held out, the
training rows and item vectors in their own form in memory, and give the means of precision,
recall, NDCG, MAP, MRR, hit rate, novelty (MIUF), intra-list diversity, serendipity, coverage and
average popularity at 10; the studio also Gini and tail share. Vectors are drawn (384 wide, items
of 20 kinds); RecTools' diversity looks cosines up in a table of all pairs that was made beforehand.
One thread each, CPU seconds, in turn.

    python benchmarks/against_rectools.py [REPETITIONS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from elsewhere import Elsewhere, environment
from timing import machine, one_thread
from worlds import World, real, simulated

from llmrec_core import blend, exposure, metrics, signals
from llmrec_core.profile import Profiles

REQUIREMENTS = ("rectools==0.19.0", "numpy==1.26.4", "pandas==2.3.3")
REPETITIONS = 15
N, REG, DIM, KINDS, SEED = 10, 300.0, 384, 20, 42
LIMIT, TARGET = 1e-6, 10.0


def top_lists(world: World, profiles: Profiles | None = None) -> np.ndarray:
    """(users, N) the lists of EASE for the users with held-out rows, through the studio."""
    profiles, name = profiles or world.profiles, "collaborative"
    recipe = signals.CollaborativeRecipe(reg=REG)
    nothing = signals.ItemSide(np.zeros((world.train.n_items, 1), np.float32), ("about",))
    fitted = signals.fit(name, profiles, nothing, recipe)
    chosen = profiles.select(world.users)
    id_rank = np.arange(world.train.n_items)
    return blend.lists_for(chosen, {name: fitted}, {name: {name: 1.0}}, N, id_rank)[name]


def hand_over(world: World, lists: np.ndarray, vectors: np.ndarray, folder: Path) -> None:
    """Write the world and the lists for the other side."""
    for name, rows in (("training", world.train), ("held_out", world.test)):
        pd.DataFrame({"user_id": rows.user, "item_id": rows.item}).to_csv(
            folder / f"{name}.csv", index=False
        )
    user, place = np.nonzero(lists >= 0)
    pd.DataFrame({
        "user_id": world.users[user], "item_id": lists[user, place], "rank": place + 1,
    }).to_csv(folder / "lists.csv", index=False)  # fmt: skip
    np.savez(
        folder / "arrays.npz", vectors=vectors, users=world.users, items=world.train.n_items,
        reg=REG, n=N,
    )


def ours(world: World, lists: np.ndarray, vectors: np.ndarray) -> Callable[[], dict[str, float]]:
    """All metrics from matrices that are in memory, as the other side has its frames."""
    held_out, training = world.test.matrix()[world.users], world.train.matrix()
    counts = world.train.counts()

    def measure() -> dict[str, float]:
        known = metrics.Known.of(training, counts, vectors)
        found = metrics.list_metrics(lists, held_out, known, n=N)
        means = {name: float(np.nanmean(values)) for name, values in found.items()}
        return means | exposure.tail_metrics(lists, counts)

    return measure


def in_turn(
    mine: Callable[[], object], others: Mapping[str, Callable[[], float]], repetitions: int
) -> dict[str, list[float]]:
    """CPU seconds of both sides, one after the other; the first round is not counted."""
    out: dict[str, list[float]] = {"studio": [], **{name: [] for name in others}}
    for repetition in range(repetitions + 1):
        begun = time.process_time()
        mine()
        spent = {"studio": time.process_time() - begun}
        spent |= {name: theirs() for name, theirs in others.items()}
        if repetition:
            for name, seconds in spent.items():
                out[name].append(seconds)
    return out


def compare(world: World, repetitions: int) -> bool:
    """Print both sides' figures and times; whether values agree and the target is met."""
    rng = np.random.default_rng(SEED)
    kinds = rng.standard_normal((KINDS, DIM))[rng.integers(0, KINDS, world.train.n_items)]
    vectors = (kinds + rng.standard_normal(kinds.shape)).astype(np.float32)
    lists = top_lists(world)
    mine = ours(world, lists, vectors)
    with tempfile.TemporaryDirectory() as folder:
        hand_over(world, lists, vectors, Path(folder))
        python = environment("rectools", REQUIREMENTS)
        with Elsewhere(python, "rectools_side.py", Path(folder)) as there:
            print(f"\n{world.sizes()}; {len(lists):,} lists; {there.versions}")
            theirs, found = there.ask("metrics")["values"], mine()
            seconds = in_turn(mine, {"RecTools": lambda: there.seconds("metrics")}, repetitions)
    worst = max(abs(found[name] - value) / max(1.0, abs(value)) for name, value in theirs.items())
    for name, value in theirs.items():
        print(f"    {name:<20} studio {found[name]:.9f}  RecTools {value:.9f}")
    median = {name: statistics.median(values) for name, values in seconds.items()}
    ratios = [b / a for a, b in zip(*seconds.values(), strict=True)]
    ratio = statistics.median(ratios)
    print(
        f"largest difference {worst:.1e} (limit {LIMIT:g}); studio {median['studio'] * 1e3:.1f} "
        f"ms, RecTools {median['RecTools'] * 1e3:.1f} ms, ratio {ratio:.1f} "
        f"({min(ratios):.1f} to {max(ratios):.1f}; goal {TARGET:g})"
    )
    return worst <= LIMIT and ratio >= TARGET


def main() -> None:
    """Both worlds; exit 1 where values differ or the ratio is missed."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS
    print(machine())
    with one_thread():
        met = [compare(real(), repetitions), compare(simulated(), max(2, repetitions // 5))]
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
