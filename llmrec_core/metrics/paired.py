"""Whether one recipe is better than another on the same users, or only luckier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.metrics.intervals import bootstrap_interval

FLIPS = 9_999
"""Random sign flips of the randomisation test: its smallest p is 1 / 10,000."""

BLOCK = 4_000_000
"""Signs drawn at a time (32 MB)."""


@dataclass(frozen=True)
class Paired:
    """One recipe against the reference, over the users for whom both have a value.

    `points` is the mean difference (positive: better than the reference), `interval` its 95 %
    bootstrap interval and `percent` its share of the reference's mean. `p_flips` is the p-value
    of the randomisation test, `p_t` of the paired t-test, `p_signed` of Wilcoxon's signed-rank
    test, all two-sided; `p` is `p_flips` after Holm's correction over all recipes that were held
    against this reference. nan where fewer than two users have both values.
    """

    users: int
    points: float
    interval: tuple[float, float]
    percent: float
    p_flips: float
    p_t: float
    p_signed: float
    p: float

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "interval": list(self.interval)}


def against(
    values: Mapping[str, np.ndarray], reference: str, *, seed: int = 42
) -> dict[str, Paired]:
    """Every recipe of `values` (name -> (users,), nan where undefined) against `reference`.

    All are for the same users in the same order. The randomisation test (Fisher 1935; Smucker et
    al. 2007 for retrieval) asks how often random signs on the users' differences give a mean as
    far from 0; it assumes nothing about their distribution, so its p is the one that is
    corrected. The same draws serve all recipes. Raises `InputError` for an unknown reference or
    values for other users.
    """
    if reference not in values:
        raise InputError(
            f"There is no row {reference!r} to hold the others against: the rows are "
            f"{', '.join(values)}."
        )
    base = np.asarray(values[reference], np.float64)
    names = [name for name in values if name != reference]
    for name in names:
        if len(values[name]) != len(base):
            raise InputError(
                f"{name} has values for {len(values[name])} users but {reference} for "
                f"{len(base)}: compare rows of the same users."
            )
    if not names:
        return {}
    differences = np.column_stack([values[name] - base for name in names])
    flips = _flipped(differences, seed)
    corrected = holm(flips)
    return {
        name: _paired(differences[:, k], base, flips[k], corrected[k], seed)
        for k, name in enumerate(names)
    }


def holm(p: np.ndarray) -> np.ndarray:
    """(k,) p-values corrected for there being k of them (Holm 1979); nan stays and is not counted.

    The i-th smallest is multiplied by k + 1 - i, is never below a smaller one, and at most 1.

    >>> holm(np.array([0.01, 0.04, np.nan, 0.03]))
    array([0.03, 0.06,  nan, 0.06])
    """
    out = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    raised = p[order] * np.arange(len(order), 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(raised), 1.0) if len(order) else raised
    return out


def _flipped(differences: np.ndarray, seed: int) -> np.ndarray:
    """(k,) p-values of the randomisation test for the columns of (users, k) differences."""
    known = ~np.isnan(differences)
    filled = np.where(known, differences, 0.0)
    observed = np.abs(filled.sum(axis=0))
    # What differs by rounding alone is a tie, and a tie counts.
    floor = observed - 1e-9 * np.abs(filled).sum(axis=0)
    rng = np.random.default_rng(seed)
    reached = np.zeros(differences.shape[1])
    step = max(1, BLOCK // max(1, len(differences)))
    for begin in range(0, FLIPS, step):
        size = (min(step, FLIPS - begin), len(differences))
        signs = rng.integers(0, 2, size, dtype=np.int8) * 2.0 - 1.0
        reached += (np.abs(signs @ filled) >= floor).sum(axis=0)
    return np.where(known.sum(axis=0) > 1, (reached + 1) / (FLIPS + 1), np.nan)


def _paired(
    difference: np.ndarray, base: np.ndarray, p_flips: float, p: float, seed: int
) -> Paired:
    """The figures of one recipe from its (users,) difference to the reference."""
    from scipy.stats import t, wilcoxon

    known = ~np.isnan(difference)
    left = difference[known]
    points = float(left.mean()) if len(left) else float("nan")
    mean = float(base[known].mean()) if len(left) else float("nan")
    p_t = p_signed = float("nan")
    if len(left) > 1:
        # Where nobody differs neither test is defined: nothing speaks for a difference.
        same, error = not left.any(), float(left.std(ddof=1)) / np.sqrt(len(left))
        far = abs(points) / error if error else np.inf
        p_t = 1.0 if same else 2 * float(t.sf(far, len(left) - 1))
        p_signed = 1.0 if same else float(wilcoxon(left).pvalue)
    return Paired(
        users=len(left), points=points, interval=bootstrap_interval(left, seed=seed),
        percent=100 * points / mean if mean else float("nan"), p_flips=float(p_flips), p_t=p_t,
        p_signed=p_signed, p=float(p),
    )
