"""The long tail: how often each item is shown over all users' lists, and what became of the rest.

Popularity is the number of training interactions. The popularity order of the catalogue is by
falling count, ties by rising item number; position 0 is the most popular item.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

DECILES = 10
LORENZ_POINTS = 201
FIGURES = {
    "gini": "gini", "coverage": "coverage@{n}", "tail_share": "tail_share@{n}",
    **{f"average_{x}": f"average_{x}" for x in ("popularity", "log_popularity", "percentile")},
}
"""Figures of a report, and the names of the metrics: n stands in those that depend on it."""


@dataclass(frozen=True, eq=False)
class ExposureReport:
    """What one setting shows to all users together; arrays are read-only.

    `gini` of exposure over the whole catalogue; `coverage` the share of the catalogue shown at
    least once; `tail_share` the share of shown places that go to the tail, the
    floor(tail x n_items) last items of the popularity order; `average_popularity` the mean
    training count over shown places, `average_log_popularity` the mean of log(1 + count);
    `average_percentile` the mean over shown places of the share of the catalogue with a smaller
    count (half of those with an equal one, itself included): .5 is an average item.

    nan: all of these with nothing shown, except a coverage of 0; `tail_share` also when the tail
    is empty (a catalogue of one item) or all counts are equal, for then nobody is less popular.
    """

    n: int
    """Places in a list."""
    n_lists: int
    tail: float
    """The share of the catalogue that is called the tail."""
    counts: np.ndarray
    """(n_items,) int64 or float64: training interactions of each item."""
    shown: np.ndarray
    """(n_items,) int64: in how many lists each item stands."""
    gini: float
    coverage: float
    tail_share: float
    average_popularity: float
    average_log_popularity: float
    average_percentile: float
    deciles: pd.DataFrame
    """One row a decile of the popularity order, see `decile_frame`."""
    lorenz: np.ndarray
    """(points, 2): the Lorenz curve of exposure, see `lorenz_points`."""
    setting: Mapping[str, Any] = field(default_factory=dict)
    """What the caller says the lists were made with; goes into the JSON as it is."""

    def __post_init__(self) -> None:
        for array in (self.counts, self.shown, self.lorenz):
            array.setflags(write=False)

    @property
    def n_items(self) -> int:
        """Items of the whole catalogue, shown or not."""
        return len(self.shown)

    @property
    def metrics(self) -> dict[str, float]:
        """Name -> value, nan where undefined; n stands in the names that depend on it."""
        return {shown.format(n=self.n): getattr(self, name) for name, shown in FIGURES.items()}

    def to_json(self) -> dict[str, Any]:
        """`{"setting", "metrics", "deciles"}` as plain JSON values; undefined is None (null)."""
        sizes = {"n": self.n, "n_lists": self.n_lists, "n_items": self.n_items, "tail": self.tail}
        return {
            "setting": {**self.setting, **sizes},
            "metrics": {name: _plain(value) for name, value in self.metrics.items()},
            "deciles": [
                {str(name): _plain(value) for name, value in row.items()}
                for row in self.deciles.to_dict("records")
            ],
        }


def exposure_report(
    lists: np.ndarray,
    counts: np.ndarray,
    n_items: int | None = None,
    tail_share: float = 0.8,
    *,
    setting: Mapping[str, Any] | None = None,
) -> ExposureReport:
    """Count who is shown in `lists` and hold it against the training `counts`.

    `lists` is (n_lists, n) int, best first, -1 where a list is shorter; `counts` is (n_items,);
    `n_items`, where given, must be its length. With no list at all nothing is shown. Raises
    `InputError` for an item outside the catalogue or counts that are negative or not finite.
    """
    n_items = len(counts) if n_items is None else n_items
    counts = _checked_counts(counts, n_items)
    shown = _times_shown(lists, n_items)
    return ExposureReport(
        n=lists.shape[1],
        n_lists=len(lists),
        tail=tail_share,
        counts=counts,
        shown=shown,
        **_figures(shown, counts, tail_share),
        deciles=decile_frame(shown, counts),
        lorenz=lorenz_points(shown),
        setting=dict(setting or {}),
    )


def tail_metrics(
    lists: np.ndarray, counts: np.ndarray, tail_share: float = 0.8
) -> dict[str, float]:
    """`exposure_report(…).metrics` without its frame and curve, which cost more than the figures.
    """
    counts = _checked_counts(counts, len(counts))
    figures = _figures(_times_shown(lists, len(counts)), counts, tail_share)
    return {FIGURES[name].format(n=lists.shape[1]): x for name, x in figures.items()}


def _figures(shown: np.ndarray, counts: np.ndarray, tail: float) -> dict[str, float]:
    """The figures of a report, by the names of its attributes."""
    last = tail_items(counts, tail)
    tail_known = len(last) > 0 and counts.min() < counts.max()
    return {
        "gini": gini(shown),
        "coverage": float(np.mean(shown > 0)),
        "tail_share": _share(shown[last].sum(), shown.sum() * tail_known),
        "average_popularity": _weighted_mean(counts, shown),
        "average_log_popularity": _weighted_mean(np.log1p(counts), shown),
        "average_percentile": _weighted_mean(popularity_percentiles(counts), shown),
    }


def tail_items(counts: np.ndarray, tail: float = 0.8) -> np.ndarray:
    """The floor(tail x n_items) last items of the popularity order, as numbers.

    Raises `InputError` for a tail that is no share.
    """
    if not 0 <= tail <= 1:
        raise InputError(f"A tail of {tail} of the catalogue is no share: choose 0 to 1.")
    # The small number keeps 0.29 x 100 from falling to 28 by rounding.
    n_tail = math.floor(tail * len(counts) + 1e-9)
    return popularity_order(counts)[len(counts) - n_tail :]


def compare(now: ExposureReport, other: ExposureReport) -> pd.DataFrame:
    """Who gains and who loses when the setting goes from `now` to `other`.

    Columns `item` (number), `before` (times shown now), `after` (in the other setting), `change`;
    only items whose exposure changes, the largest gain first, the largest loss last, ties by item
    number. Raises `InputError` when the two are not over the same catalogue and as many lists of
    the same length, since the numbers could not be subtracted.
    """
    import pandas as pd

    sizes = [(r.n_items, r.n_lists, r.n) for r in (now, other)]
    if sizes[0] != sizes[1]:
        told = [f"{lists} lists of {n} from {items} items" for items, lists, n in sizes]
        raise InputError(
            f"One setting has {told[0]}, the other {told[1]}: "
            "compare lists of one length, for the same users and catalogue."
        )
    change = other.shown - now.shown
    item = np.flatnonzero(change)
    item = item[np.lexsort((item, -change[item]))]
    return pd.DataFrame(
        {
            "item": item,
            "before": now.shown[item],
            "after": other.shown[item],
            "change": change[item],
        }
    )


def popularity_order(counts: np.ndarray) -> np.ndarray:
    """(n_items,) int64 item numbers, most popular first, ties by item number."""
    return np.argsort(-np.asarray(counts), kind="stable")


def popularity_percentiles(counts: np.ndarray) -> np.ndarray:
    """(n_items,) float64: share of items with a smaller count, plus half of those with an equal."""
    ascending = np.sort(counts)
    below = np.searchsorted(ascending, counts, "left")
    return (below + np.searchsorted(ascending, counts, "right")) / (2 * max(1, len(counts)))


def gini(amounts: np.ndarray) -> float:
    """Gini index of non-negative `amounts` (n_items,): 0 all equal, towards 1 one item has all.

    sum_i (2 i - n - 1) x_i / (n sum x) with x sorted, i = 1..n (Gini 1912; Fleder and Hosanagar
    2009 for recommenders). Its largest value is (n - 1) / n. nan when the amounts sum to 0.
    """
    x = np.sort(np.asarray(amounts, np.float64))
    n, total = len(x), x.sum()
    return _share(float(((2 * np.arange(1, n + 1) - n - 1) * x).sum()), n * total)


def lorenz_points(amounts: np.ndarray, points: int = LORENZ_POINTS) -> np.ndarray:
    """(at most `points`, 2): share of items, smallest amount first, against share of the total.

    From (0, 0) to (1, 1). A larger catalogue is drawn through evenly spaced exact points. The
    second column is nan when the amounts sum to 0.
    """
    x = np.sort(np.asarray(amounts, np.float64))
    reached = np.concatenate([[0.0], np.cumsum(x)])
    at = np.unique(np.linspace(0, len(x), min(points, len(x) + 1)).round().astype(np.int64))
    share = reached[at] / reached[-1] if reached[-1] > 0 else np.full(len(at), np.nan)
    return np.column_stack([at / max(1, len(x)), share])


def decile_frame(shown: np.ndarray, counts: np.ndarray) -> pd.DataFrame:
    """Ten rows: `decile` (1 = the most popular tenth of the catalogue), `items` in it,
    `interaction_share` and `exposure_share` of all, `items_shown` at least once.

    The item at position p of the popularity order is in decile floor(10 p / n_items) + 1, so with
    fewer than ten items some deciles are empty, and with equal counts the item number decides.
    A share of nothing (no interactions, nothing shown) is nan.
    """
    import pandas as pd

    order = popularity_order(counts)
    decile = np.arange(len(order)) * DECILES // max(1, len(order))

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(decile, values[order], minlength=DECILES)

    return pd.DataFrame(
        {
            "decile": np.arange(1, DECILES + 1),
            "items": np.bincount(decile, minlength=DECILES),
            "interaction_share": _shares(total(counts)),
            "exposure_share": _shares(total(shown)),
            "items_shown": total(shown > 0).astype(np.int64),
        }
    )


def _times_shown(lists: np.ndarray, n_items: int) -> np.ndarray:
    """(n_items,) int64: how often each item stands in `lists`; -1 is no item."""
    if lists.ndim != 2:
        raise InputError(f"The lists have shape {lists.shape}: pass (lists, places), -1 for none.")
    if lists.size and (lists.max() >= n_items or lists.min() < -1):
        wrong = int(lists.max()) if lists.max() >= n_items else int(lists.min())
        raise InputError(
            f"A list holds item {wrong} but there are counts for {n_items} items: "
            "rank and count over the same catalogue (-1 stands for no item)."
        )
    # One place further, so that padding falls into a bin of its own and no mask is needed.
    return np.bincount(lists.ravel() + 1, minlength=n_items + 1)[1:]


def _checked_counts(counts: np.ndarray, n_items: int) -> np.ndarray:
    """A copy of `counts` that is known to fit the catalogue."""
    if len(counts) != n_items or n_items < 1:
        raise InputError(
            f"There are {len(counts)} training counts for a catalogue of {n_items} items: "
            "pass one count for each of at least one item."
        )
    if not np.isfinite(counts).all() or counts.min() < 0:
        item = int(np.flatnonzero(~(np.isfinite(counts) & (counts >= 0)))[0])
        raise InputError(f"Item {item} has a training count of {counts[item]}: count its rows.")
    return np.array(counts)


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _weighted_mean(values: np.ndarray, weights: np.ndarray) -> float:
    # Not `@`: a threaded dot product stalls when the cores are busy, at ten times the cost.
    return _share(float((values * weights).sum()), float(weights.sum()))


def _shares(amounts: np.ndarray) -> np.ndarray:
    total = amounts.sum()
    return amounts / total if total > 0 else np.full(len(amounts), np.nan)


def _plain(value: Any) -> int | float | None:
    """A JSON number; whole numbers stay whole, nan becomes None."""
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(value) if math.isfinite(value) else None
