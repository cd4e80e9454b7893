"""Which rows differ from the signal best in the test and from plain EASE by more than luck."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from llmrec_core.evaluate.bench import BASELINE, mean_of
from llmrec_core.metrics import against

LEVEL = 0.05
"""A corrected p below this is called significant."""


def significance(
    values: Mapping[str, Mapping[str, np.ndarray]], metric: str, singles: Collection[str]
) -> dict[str, Any]:
    """Every row against the best of the rows `singles` and against plain EASE, on the same users.

    The best is the one with the highest figure on these users: its luck is in it, so whoever beats
    it beats a little more than the signal that validation would have named ("best" holds its name).
    `values` is row -> metric -> (users,). Returns {"metric", "level", "correction",
    "best", "references": {reference: {row: `Paired.document()`}}}: differences with intervals and
    p-values, Holm's correction over all rows held against one reference. No reference where its
    row is missing.
    """
    of_metric = {name: per_user[metric] for name, per_user in values.items()}
    alone = [name for name in singles if name in of_metric]
    best = max(alone, key=lambda name: _or_less(mean_of(of_metric[name])), default=None)
    references = dict.fromkeys(name for name in (best, BASELINE) if name in of_metric)
    return {
        "metric": metric, "level": LEVEL, "correction": "Holm", "test": "random sign flips",
        "best": best or "",
        "references": {
            str(name): {
                row: found.document() for row, found in against(of_metric, str(name)).items()
            }
            for name in references
        },
    }


def significance_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Up to three lines a reference: which rows are better or worse than it, beyond luck."""
    for reference, rows in found["references"].items():
        told: dict[str, list[str]] = {"better": [], "worse": []}
        for row, one in rows.items():
            if one["p"] < found["level"]:
                words = f"{row} {one['points']:+.4f} (p {_p(one['p'])})"
                told["better" if one["points"] > 0 else "worse"].append(words)
        unclear = len(rows) - sum(map(len, told.values()))
        best = ", the best signal in the test" if reference == found.get("best") else ""
        yield (
            f"against {reference}{best} ({found['metric']}, user by user, corrected for "
            f"{len(rows)} comparisons): {unclear} of {len(rows)} rows cannot be told apart from it"
        )
        for side, named in told.items():
            if named:
                yield f"    {side}: {', '.join(named)}"


def _or_less(mean: float) -> float:
    """`mean`, less than any where it is undefined."""
    return -np.inf if np.isnan(mean) else mean


def _p(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< .001"
