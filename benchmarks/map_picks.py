"""What a lasso on the map costs: 300 picked users of a built study, view by view.

    python benchmarks/map_picks.py [STUDY]

CPU milliseconds, one thread, the median of five after one that warms up; reading all descriptions,
which a session does once, is told apart.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from studies import named_or_demo

from llmrec_core import selection
from llmrec_core.recommender import Recommender
from llmrec_core.selection import Phrases
from llmrec_core.threads import one_thread

PICKED, ALL = 300, 1_000


def main() -> None:
    """Measure the study that is named, or the demo."""
    with named_or_demo(*sys.argv[1:2]) as study:
        report(Recommender(study))


def report(recommender: Recommender) -> None:
    """Print a line for each view."""
    n_users, counts = recommender.behaviour.n_users, recommender.behaviour.counts()
    users = np.sort(np.random.default_rng(0).permutation(n_users)[:PICKED])
    profiles, weights = recommender.profiles_in_force(), recommender.weights()
    with one_thread():
        told = recommender.descriptions()
        phrases = Phrases.of(told, recommender.titles.tolist())
        everybody = selection.some_lists(
            recommender, profiles, weights, np.arange(n_users), most=ALL
        )
        them = selection.some_lists(recommender, profiles, weights, users)
        views: dict[str, Callable[[], object]] = {
            "all descriptions read, once": lambda: Phrases.of(told, recommender.titles.tolist()),
            "what is said of them": lambda: selection.shared_phrases(phrases, users),
            "their lists": lambda: selection.some_lists(recommender, profiles, weights, users),
            "their list, most frequent": lambda: selection.listed_for(them, everybody, len(counts)),
            "exposure, 20 draws": lambda: selection.exposure_of(them, everybody, counts),
        }
        for name, view in views.items():
            print(f"{name:30}{milliseconds(view):9.1f} ms")


def milliseconds(view: Callable[[], object], times: int = 5) -> float:
    """The median CPU milliseconds of `view`, after one call that warms up."""
    spent = []
    for _ in range(times + 1):
        begun = time.process_time()
        view()
        spent.append(time.process_time() - begun)
    return float(np.median(spent[1:])) * 1000


if __name__ == "__main__":
    main()
