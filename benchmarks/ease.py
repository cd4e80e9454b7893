"""EASE, from training rows to everybody's top 10: the studio's, RecTools' and RecBole's.

The same rows, the same penalty, training items left out, one thread each, CPU seconds, in turn.
Timed is fitting on rows that are in memory in each library's own form, and ranking all users with
held-out rows. How many places of the lists hold the same item is printed: scores that differ by
rounding may change places.

    python benchmarks/ease.py [REPETITIONS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
from against_rectools import REG, REQUIREMENTS, N, hand_over, in_turn, top_lists
from elsewhere import Elsewhere, environment
from timing import machine, one_thread
from worlds import World, real, simulated

REPETITIONS = 9
LARGE = (6_000, 4_000)
"""Users and items of the simulated catalogue: a general inverse there takes seconds."""
RECBOLE = (
    "colorama==0.4.4", "colorlog==4.7.2", "numpy==1.26.4", "pandas==2.2.3", "plotly==7.1.0",
    "psutil==7.2.2", "pyyaml==6.0.3", "scikit-learn==1.9.1", "scipy==1.14.1", "setuptools<81",
    "tabulate==0.10.0", "tensorboard==2.21.0", "texttable==1.7.2", "thop==0.1.1.post2209072238",
    "torch==2.13.0", "tqdm==4.70.1",
)
BARE = ("recbole==1.2.1",)
"""Without its requirements: it also wants ray, for a search that is not run here."""
SIDES = {
    "RecTools": ("rectools", REQUIREMENTS, (), "rectools_side.py"),
    "RecBole": ("recbole", RECBOLE, BARE, "recbole_side.py"),
}


def alike(lists: np.ndarray, users: np.ndarray, theirs: pd.DataFrame) -> float:
    """The share of places with the same item."""
    place = np.searchsorted(users, theirs["user_id"])
    return float((lists[place, theirs["rank"] - 1] == theirs["item_id"]).mean())


def compare(world: World, repetitions: int) -> bool:
    """Print the times, the ratios and how alike the lists are; whether nobody is faster."""
    lists = top_lists(world)
    profiles = world.profiles
    with ExitStack() as stack:
        there = {}
        for name, (made, requirements, bare, script) in SIDES.items():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            hand_over(world, lists, np.zeros((world.train.n_items, 1), np.float32), folder)
            python = environment(made, requirements, bare)
            there[name] = stack.enter_context(Elsewhere(python, script, folder))
            there[name].ask("lists of ease")
            same = alike(lists, world.users, pd.read_csv(folder / "ease.csv"))
            print(f"    {name} {there[name].versions}: {same:.2%} of {lists.size:,} places alike")
        others = {
            name: (lambda side=side: side.seconds("ease")) for name, side in there.items()
        }
        seconds = in_turn(lambda: top_lists(world, profiles), others, repetitions)
    print(f"{world.sizes()}; penalty {REG:g}, top {N}")
    for name, values in seconds.items():
        ratios = [b / a for a, b in zip(seconds["studio"], values, strict=True)]
        print(
            f"    {name:<10}{statistics.median(values) * 1e3:10.0f} ms, "
            f"{statistics.median(ratios):.2f} x the studio's "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )
    least = min(statistics.median(values) for values in seconds.values())
    return least == statistics.median(seconds["studio"])


def main() -> None:
    """Both worlds; exit 1 where another library is faster."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS
    print(machine())
    with one_thread():
        met = [compare(real(), repetitions), compare(simulated(*LARGE), max(2, repetitions // 3))]
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
