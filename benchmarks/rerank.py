"""Re-rank after a slider, against a bare product (alone, and with argpartition) and pandas.

Six signals, top 10, 100 items excluded. Prints medians of alternating repetitions in one thread.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from timing import alternate, machine, medians, one_thread

from llmrec_core import blend

SIGNALS = ("description", "taste", "collaborative", "sequence", "knowledge", "popularity")
SIZES = {10_000: 2000, 100_000: 300, 1_000_000: 60}
"""Items, and how often each is repeated."""
SEED = 42
N = 10


def signals(n_items: int, rng: np.random.Generator) -> np.ndarray:
    """(6, n_items) float32 raw scores: five bell curves of other units, and log counts."""
    raw = rng.standard_normal((len(SIGNALS), n_items)) * rng.uniform(0.1, 10, (len(SIGNALS), 1))
    raw[-1] = np.log1p(rng.zipf(1.6, n_items))
    return raw.astype(np.float32)


def with_pandas(frame: pd.DataFrame, weights: np.ndarray, excluded: np.ndarray) -> pd.Series:
    """The same list as most notebooks make it: a weighted sum of columns, then the largest."""
    score = (frame * weights).sum(axis=1)
    score.iloc[excluded] = -np.inf
    return score.nlargest(N)


def bare(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The least that numpy takes for an unsorted top N that knows no excluded item and no tie."""
    score = weights @ values
    return np.argpartition(score, len(score) - N)[-N:]


def measure(n_items: int, repetitions: int) -> dict[str, float]:
    """Median seconds of each way for one catalogue, the weights changing every time."""
    rng = np.random.default_rng(SEED)
    excluded = np.sort(rng.choice(n_items, 100, replace=False))
    block = blend.normalise(
        SIGNALS, signals(n_items, rng), excluded, rng.permutation(n_items)
    )
    values = block.values  # noqa: PD011 - an array, no frame
    frame = pd.DataFrame({name: values[row].copy() for row, name in enumerate(SIGNALS)})
    moves = iter(rng.uniform(0.05, 1, (8 * repetitions + 16, len(SIGNALS))).astype(np.float32))
    check_equal(block, frame, next(moves))
    fast = {
        "product": lambda: next(moves) @ values,
        "bare": lambda: bare(next(moves), values),
        "rank": lambda: blend.rank(block, next(moves), N),
    }
    out = medians(alternate(fast, repetitions))
    slow = {"pandas": lambda: with_pandas(frame, next(moves), excluded)}
    return out | medians(alternate(slow, max(10, repetitions // 10)))


def check_equal(block: blend.Block, frame: pd.DataFrame, weights: np.ndarray) -> None:
    """Both ways must give one list, or their times compare different work."""
    ours = blend.rank(block, weights, N)[0].tolist()
    theirs = with_pandas(frame, weights, block.excluded).index.tolist()
    if ours != theirs:
        raise SystemExit(f"The lists differ: {ours} and {theirs}.")


def main() -> None:
    """Print one line a catalogue size."""
    print(machine())
    print(f"{'items':>9} {'product':>10} {'and top 10':>10} {'re-rank':>10} {'pandas':>10} "
          f"{'re-rank / product':>18} {'/ and top 10':>13} {'pandas / re-rank':>17}")
    with one_thread():
        for n_items, repetitions in SIZES.items():
            t = measure(n_items, repetitions)
            print(
                f"{n_items:>9,} {t['product'] * 1e3:>7.3f} ms {t['bare'] * 1e3:>7.3f} ms "
                f"{t['rank'] * 1e3:>7.3f} ms "
                f"{t['pandas'] * 1e3:>7.2f} ms {t['rank'] / t['product']:>18.2f} "
                f"{t['rank'] / t['bare']:>13.2f} "
                f"{t['pandas'] / t['rank']:>17.1f}"
            )


if __name__ == "__main__":
    main()
