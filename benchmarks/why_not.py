"""«Why not another»: how often something brings an item in, how exact that is, and what it costs.

    python benchmarks/why_not.py [STUDY [PAIRS]]

Protocol: users drawn uniformly, for each an item drawn from the ranks 11 to 100 under the fitted
weights (seed 42), list of 10. CPU time of one thread, medians, both sides of a ratio in turn. A
weight is held against the truth by ranking: at the weight that is told the item must be in the
list, 1e-4 short of the border (of a weight above 1: a share of 1e-4) it must not. Trials are held
against the same changes made one by one. Without a study MovieLens-100K (or the demo) is imported
and built in a folder of its own.
"""

from __future__ import annotations

import sys

import numpy as np
from studies import measured_study
from timing import alternate, machine, medians, one_thread

from llmrec_core import blend
from llmrec_core.explain.why_not import Sayings, Tried, changes, try_changes, why_not
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study

PAIRS, SEED, N = 60, 42, 10
HAIR = 1e-4
SIZES = (10_000, 100_000, 1_000_000)


class Pair:
    """One user and one item outside the list."""

    def __init__(self, recommender: Recommender, rng: np.random.Generator) -> None:
        self.recommender = recommender
        rows = recommender.behaviour
        self.user = str(rows.user_ids[rng.integers(0, rows.n_users)])
        self.profile = recommender.profile(self.user)
        self.block, self.weights = recommender.block(self.profile), recommender.weights()
        ranked, _ = blend.rank(self.block, self.weights, 100)
        self.item = int(ranked[rng.integers(N, len(ranked))])
        self.found = why_not(self.block, self.weights, self.item, N)
        rival = self.found.rival or 0
        explain = recommender.explain
        self.ledgers = (
            explain(self.profile, self.block, self.weights, self.item),
            explain(self.profile, self.block, self.weights, rival),
        )

    def rank_at(self, signal: str, value: float) -> int:
        """The rank with one weight moved."""
        moved = self.weights.copy()
        moved[self.block.names.index(signal)] = value
        return blend.rank_of(self.block, moved, self.item) or 0

    def wrong(self) -> int:
        """Weights that are told and do not do it, or do it too early."""
        out = 0
        for change in self.found.changes:
            out += self.rank_at(change.signal, change.weight) > N
            out += change.slider is not None and self.rank_at(change.signal, change.slider) > N
            away, hair = change.edge - change.now, HAIR * max(1.0, abs(change.edge))
            if abs(away) > 2 * hair:
                out += self.rank_at(change.signal, change.edge - np.sign(away) * hair) <= N
        return out

    def tried(self, sayings: Sayings) -> object:
        """All trials at once."""
        said = sayings.said_for(self.item)
        return try_changes(self.recommender, self.profile, self.block, self.weights, self.item, N,
                           self.ledgers, said)  # fmt: skip

    def one_by_one(self, trials) -> list[int]:
        """The ranks of the same removals, each scored by itself."""
        out = []
        for trial in trials:
            off = [trial.number] if trial.kind is Tried.SENTENCE else []
            gone = [trial.number] if trial.kind is Tried.PAST_ITEM else []
            profile = self.profile.without(items=gone, sentences=off)
            block = self.recommender.block(profile, exclude=gone)
            out.append(blend.rank_of(block, self.weights, self.item) or 0)
        return out


def report(study: Study, name: str, n_pairs: int) -> None:
    """Print what was found, how exact it is, and the times."""
    recommender = Recommender(study)
    sayings = Sayings.of(recommender.tables.items)
    rng = np.random.default_rng(SEED)
    pairs = [Pair(recommender, rng) for _ in range(n_pairs)]
    print(machine())
    print(f"study {name}: {n_pairs} pairs, ranks {N + 1} to 100, seed {SEED}")
    told = sum(len(pair.found.changes) for pair in pairs)
    print(f"weights told {told}, of which wrong {sum(pair.wrong() for pair in pairs)}")
    slider = [any(c.slider is not None for c in pair.found.changes) for pair in pairs]
    print(f"a position of one slider brings in      {np.mean(slider):6.1%}")
    runs = [pair.tried(sayings) for pair in pairs]
    for kind in Tried:
        inside = [any(trial.inside for trial in run.of(kind)) for run in runs]
        print(f"{kind + ' brings in':<40}{np.mean(inside):6.1%}")
    unlike = count = 0
    for pair, run in zip(pairs, runs, strict=True):
        removed = [trial for trial in run.trials if trial.kind is not Tried.ADDED]
        again = pair.one_by_one(removed)
        unlike += sum(t.rank != r for t, r in zip(removed, again, strict=True))
        count += len(removed)
    print(f"trials {count}, of another rank when made one by one: {unlike}")
    times(pairs[0], sayings)


def times(pair: Pair, sayings: Sayings) -> None:
    """The weights of one pair against one ranking, and its trials against single ones."""
    trials = pair.tried(sayings).trials
    removed = [trial for trial in trials if trial.kind is not Tried.ADDED]
    found = medians(alternate({
        "rank": lambda: blend.rank(pair.block, pair.weights, N),
        "why": lambda: why_not(pair.block, pair.weights, pair.item, N),
        "tried": lambda: pair.tried(sayings),
        "one by one": lambda: pair.one_by_one(removed),
    }, 15))  # fmt: skip
    print(f"one ranking {1000 * found['rank']:.2f} ms, all weights {1000 * found['why']:.2f} ms")
    print(
        f"{len(trials)} trials {1000 * found['tried']:.0f} ms; {len(removed)} of them one by one "
        f"{1000 * found['one by one']:.0f} ms"
    )


def sizes() -> None:
    """The weights of an item at rank 50, six simulated signals, against the bare product."""
    for m in SIZES:
        raw = np.random.default_rng(SEED).normal(size=(6, m))
        block = blend.normalise(list("abcdef"), raw, np.arange(100), np.arange(m))
        weights = np.array([0.75, 0.1, 0.2, 1.5, 0.75, 0.05], np.float32)
        item = int(blend.rank(block, weights, 50)[0][-1])
        found = medians(alternate({
            "product": lambda b=block, w=weights: w @ b.values,
            "changes": lambda b=block, w=weights, i=item: changes(b, w, i, N),
        }, 7))  # fmt: skip
        product, every = 1000 * found["product"], 1000 * found["changes"]
        print(f"{m:>9,} items: product {product:7.3f} ms, all weights {every:7.1f} ms")


def main() -> None:
    """Measure the study that is named, or a fresh one."""
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else PAIRS
    with one_thread():
        with measured_study(*sys.argv[1:2]) as (study, name):
            report(study, name, pairs)
        sizes()


if __name__ == "__main__":
    main()
