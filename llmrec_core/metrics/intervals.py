"""How sure a mean over users is."""

from __future__ import annotations

import numpy as np

from llmrec_core.errors import InputError

BOOTSTRAP_BLOCK = 4_000_000
"""Drawn values held at once by `bootstrap_interval` (32 MB)."""


def bootstrap_interval(
    values: np.ndarray, *, seed: int, level: float = 0.95, draws: int = 1000
) -> tuple[float, float]:
    """The interval that holds the mean of `values` with probability `level`, over users.

    Percentile bootstrap (Efron 1979): `draws` means of as many users drawn with replacement, cut
    at both ends. nan values (users without relevant items) are left out first. For the difference
    of two settings on the same users pass the differences: that is the paired interval.
    (nan, nan) when nothing is left; a single value gives itself twice.

    >>> bootstrap_interval(np.array([0.5, np.nan, 0.5]), seed=0)
    (0.5, 0.5)
    """
    if not 0 < level < 1 or draws < 1:
        raise InputError(
            f"An interval at level {level} from {draws} draws cannot be computed: "
            "choose a level between 0 and 1 and at least one draw."
        )
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    if len(known) == 0:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    block = max(1, BOOTSTRAP_BLOCK // len(known))
    means = np.empty(draws)
    for start in range(0, draws, block):
        part = means[start : start + block]
        drawn = rng.integers(0, len(known), (len(part), len(known)), dtype=np.int32)
        part[:] = known[drawn].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap_intervals(
    table: np.ndarray, *, seed: int, level: float = 0.95, draws: int = 1000
) -> np.ndarray:
    """(2, k): low and high ends of the intervals of the means of k columns (users, k).

    As `bootstrap_interval`, with the same users drawn for all columns: one product for many
    metrics and recipes. nan values count for nobody; nan for a column without any value.
    """
    known = ~np.isnan(table)
    filled = np.where(known, table, 0.0)
    rng = np.random.default_rng(seed)
    means = np.full((draws, table.shape[1]), np.nan)
    block = max(1, BOOTSTRAP_BLOCK // max(1, len(table)))
    for start in range(0, draws if len(table) else 0, block):
        part = means[start : start + block]
        drawn = rng.integers(0, len(table), (len(part), len(table)))
        drawn += np.arange(len(part))[:, None] * len(table)
        times = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape).astype(float)
        count = times @ known
        np.divide(times @ filled, count, out=part, where=count > 0)
    out = np.full((2, table.shape[1]), np.nan)
    there = known.any(axis=0)
    cuts = [(1 - level) / 2, (1 + level) / 2]
    out[:, there] = np.nanquantile(means[:, there], cuts, axis=0)
    return out
