"""The chosen signals fitted once more on fewer rows: what is hidden is hidden from everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import metrics, signals
from llmrec_core.blend import lists_for
from llmrec_core.steer import center_of
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scipy.sparse import csr_matrix

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.evaluate.bench import Bench
    from llmrec_core.profile import Profiles

MOST_USERS = 2000
"""Users that are ranked for at most: a mean over more would hardly be surer."""

MOST_CELLS = 40_000_000
"""Users times items at most, where a mask names nearly all items of every user."""


@dataclass(frozen=True)
class Refit:
    """Signals by name, fitted on some rows, and the profiles and text center of these rows."""

    fitted: dict[str, signals.Signal]
    profiles: Profiles
    center: np.ndarray


def refit(bench: Bench, rows: Behaviour, stage: str) -> Refit:
    """The bench's signals, settings kept, on `rows` alone: descriptions, lessons and maps."""
    data = bench.data
    profiles = data.described(rows, bench.tell, stage)
    center = center_of(profiles, data.texts)
    side = data.taught(center)
    fitted = {}
    for done, (name, recipe) in enumerate(bench.choice.recipes.items()):
        bench.tell(f"{stage}: fitting", done, len(bench.choice.recipes))
        fitted[name] = signals.fit(name, profiles, side, recipe)
    return Refit(fitted, profiles, center)


def sampled(users: np.ndarray, most: int, seed: int) -> np.ndarray:
    """At most `most` of `users`, drawn without replacement, ascending."""
    if len(users) <= most:
        return users
    return np.sort(np.random.default_rng(seed).choice(users, most, replace=False))


def ndcgs(
    bench: Bench, profiles: Profiles, fitted: Mapping[str, signals.Signal],
    blends: Mapping[str, Mapping[str, float]], masked: csr_matrix, held_out: csr_matrix,
    again: csr_matrix | None = None,
) -> dict[str, np.ndarray]:
    """name -> (profiles,) NDCG@n of their lists, nan where `held_out` has nothing for them.

    `masked`, `held_out` and `again` are (profiles, n_items). A profile's own items are no
    candidates but for those in `again`.
    """
    with one_thread():
        lists = lists_for(
            profiles, fitted, blends, bench.n, bench.id_rank, masked=masked, again=again
        )
    return {name: ndcg_of(bench, found, held_out) for name, found in lists.items()}


def ndcg_of(bench: Bench, lists: np.ndarray, held_out: csr_matrix) -> np.ndarray:
    """(users,) NDCG@n of lists, padded where the catalogue is shorter than n."""
    wide = np.pad(lists, ((0, 0), (0, bench.n - lists.shape[1])), constant_values=-1)
    return metrics.ranking_metrics(wide, held_out, n=bench.n)[f"ndcg@{bench.n}"]
