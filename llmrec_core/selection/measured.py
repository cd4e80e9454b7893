"""The figures of some users in an evaluation that was kept, beside everybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.metrics import bootstrap_intervals

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.evaluate.result import Result

COLUMNS = ("metric", "users", "value", "low", "high", "others")


def measured_for(
    result: Result, user_ids: Iterable[str], *, recipe: str = "blend", seed: int = 42
) -> pd.DataFrame:
    """Every metric of one row of an evaluation, over those of `user_ids` that it tested.

    Columns `metric`, `users` (with a value), `value` (their mean), `low` and `high` (its 95 %
    bootstrap interval) and `others`, the mean of all other test users; nan where nobody has one.
    Without the row, or without a test user among them, the frame is empty.
    """
    import pandas as pd

    which = np.isin(result.user_ids.astype(str), [str(one) for one in user_ids])
    values = result.per_user.get(recipe, {})
    if not values or not which.any():
        return pd.DataFrame(columns=list(COLUMNS))
    table = np.column_stack(list(values.values())).astype(np.float64)
    low, high = bootstrap_intervals(table[which], seed=seed)
    return pd.DataFrame(
        {
            "metric": list(values), "users": (~np.isnan(table[which])).sum(axis=0),
            "value": _means(table[which]), "low": low, "high": high,
            "others": _means(table[~which]),
        }
    )


def _means(table: np.ndarray) -> np.ndarray:
    """(k,) the means of the columns over the rows that have a value; nan without any."""
    known = ~np.isnan(table)
    count = known.sum(axis=0)
    sums = np.where(known, table, 0.0).sum(axis=0)
    return np.divide(sums, count, out=np.full(table.shape[1], np.nan), where=count > 0)
