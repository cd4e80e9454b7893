"""How exactly the ledger accounts for the score: the largest gap between leaves' sum and score.

Protocol: 1,000 (user, item) pairs of a built study, users and items each drawn uniformly with
replacement by a generator seeded with 42, seen items included. The score is the number that lists
and the ledger's page show, as float32: the fitted weights times the user's normalised signals. The
gap of a pair is |sum of all leaves - score| / |score|. No pair is left out, however near to 0 its
score is.

    python benchmarks/ledger.py [STUDY [PAIRS]]

Without a study MovieLens-100K (or the demo) is imported and built in a folder of its own.
"""

from __future__ import annotations

import sys

import numpy as np
from studies import measured_study
from timing import machine, one_thread

from llmrec_core.blend import parts
from llmrec_core.explain import total
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study

PAIRS = 1000
SEED = 42
LIMIT = 1e-4


def gaps(recommender: Recommender, pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """(relative gaps, scores), both (pairs,) float64."""
    rng = np.random.default_rng(SEED)
    rows = recommender.behaviour
    users = rng.integers(0, rows.n_users, pairs)
    items = rng.integers(0, rows.n_items, pairs)
    weights = recommender.weights()
    gap, shown = np.zeros(pairs), np.zeros(pairs)
    for k, (user, item) in enumerate(zip(users, items, strict=True)):
        profile = recommender.profile(rows.user_ids[user])
        block = recommender.block(profile)
        shown[k] = np.float32(parts(block, weights, [item]).sum())
        leaves = total(recommender.explain(profile, block, weights, int(item)))
        gap[k] = abs(leaves - shown[k]) / abs(shown[k])
    return gap, shown


def report(study: Study, name: str, pairs: int) -> None:
    """Print the largest and the median gap, and the score where the largest was found."""
    with one_thread():
        gap, shown = gaps(Recommender(study), pairs)
    worst = int(gap.argmax())
    print(machine())
    print(f"study {name}, {pairs:,} random (user, item) pairs, seed {SEED}")
    print(f"largest relative gap  {gap[worst]:.2e}  (at a score of {shown[worst]:+.6f})")
    print(f"median relative gap   {np.median(gap):.2e}")
    print(f"limit                 {LIMIT:.0e}  {'kept' if gap[worst] < LIMIT else 'BROKEN'}")


def main() -> None:
    """Measure the study that is named, or a fresh one."""
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else PAIRS
    with measured_study(*sys.argv[1:2]) as (study, name):
        report(study, name, pairs)


if __name__ == "__main__":
    main()
