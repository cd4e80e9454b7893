"""All signals fitted on all training rows, ready to rank for users with these or other texts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from llmrec_core import metrics, signals, tune
from llmrec_core.blend import lists_for
from llmrec_core.evaluate.data import Data, Progress, new_to_their_users
from llmrec_core.profile import Profiles
from llmrec_core.steer.weights import STEERED
from llmrec_core.threads import one_thread

BASELINE = "plain EASE"
"""A row for the collaborative model with nothing but its penalty chosen: no recency, no ratings."""

WITHOUT = "blend without description"
"""A row for the other signals alone, their weights fitted without it on the same folds."""

Lists = dict[str, np.ndarray]
"""name of a weighting -> (users, n) item numbers."""


class Bench:
    """What was chosen, fitted on all training rows.

    Parameters
    ----------
    profiles : everybody's, with descriptions written from training rows alone.
    n : length of a list.
    """

    def __init__(
        self, data: Data, choice: tune.Choice, profiles: Profiles, n: int, tell: Progress
    ) -> None:
        self.data, self.choice, self.profiles, self.n, self.tell = data, choice, profiles, n, tell
        self.users = np.unique(data.test.user)
        self.held_out = new_to_their_users(data)
        self.counts = data.train.counts()
        order = np.argsort(data.train.item_ids.astype(str))
        self.id_rank = np.argsort(order).astype(np.int32)
        self.fitted: dict[str, signals.Signal] = {}
        self.shown: Lists = {}
        self.values: dict[str, dict[str, np.ndarray]] = {}
        self.seconds: dict[str, float] = {}
        for name, recipe in choice.recipes.items():
            self.add(name, name, recipe)
        self.mixed = {
            "blend": choice.accurate, "blend, steerable": choice.weights, WITHOUT: choice.without,
        }
        self.seconds |= dict.fromkeys(self.mixed, sum(self.seconds.values()))

    def add(self, name: str, kind: str, recipe: Any) -> None:
        """Fit one more signal of `kind` under `name`."""
        self.tell(f"fitting {name}", 0, 1)
        begun = time.perf_counter()
        self.fitted[name] = signals.fit(kind, self.profiles, self.data.items, recipe)
        self.seconds[name] = time.perf_counter() - begun

    def retold(
        self, profiles: Profiles, center: np.ndarray | None = None
    ) -> dict[str, signals.Signal]:
        """The signals with the description's map fitted on profiles with other sentences.

        `center` (dim,) is what these sentences are centred on, where it is another one.
        """
        recipe = self.choice.recipes[STEERED]
        items = self.data.items if center is None else self.data.taught(center)
        with one_thread():
            told = signals.fit(STEERED, profiles, items, recipe)
        return {**self.fitted, STEERED: told}

    def lists(
        self, blends: Mapping[str, Mapping[str, float]], *, users: np.ndarray | None = None,
        profiles: Profiles | None = None, fitted: Mapping[str, signals.Signal] | None = None,
    ) -> Lists:
        """Lists of `users` (default: all with held-out rows) under several weightings.

        `profiles` (everybody's) and `fitted` stand in for those with training texts.
        """
        chosen = (profiles or self.profiles).select(self.users if users is None else users)
        with one_thread():
            return lists_for(
                chosen, fitted or self.fitted, blends, self.n, self.id_rank,
                lambda done, total: self.tell("ranking", done, total),
            )

    def per_user(self, lists: np.ndarray, users: np.ndarray | None = None) -> np.ndarray:
        """(users,) NDCG@n of each list, nan where nothing new was held out."""
        return self.per_user_metrics(lists, users)[f"ndcg@{self.n}"]

    def per_user_metrics(
        self, lists: np.ndarray, users: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        """metric -> (users,) float64, nan where nothing new was held out."""
        held_out = self.held_out[self.users if users is None else users]
        return metrics.ranking_metrics(self._padded(lists), held_out, n=self.n)

    def measure(self, lists: np.ndarray, per_user: dict[str, np.ndarray]) -> dict[str, Any]:
        """{"metrics", "intervals"}: means over users, 95 % bootstrap, and the long tail."""
        from llmrec_core.exposure import exposure_report

        tail = exposure_report(self._padded(lists), self.counts, len(self.counts)).metrics
        return {
            "metrics": {k: mean_of(v) for k, v in per_user.items()} | tail,
            "intervals": {
                k: [float(x) for x in metrics.bootstrap_interval(v, seed=42)]
                for k, v in per_user.items()
            },
        }

    def row(
        self, name: str, lists: np.ndarray, settings: Any, *, users: np.ndarray | None = None,
        seconds: float = 0.0,
    ) -> dict[str, Any]:
        """One row of the document; what lies behind a row of all test users is kept."""
        per_user = self.per_user_metrics(lists, users)
        if users is None:
            self.shown[name], self.values[name] = self._padded(lists), per_user
        return {
            "recipe": name, **self.measure(lists, per_user), "seconds": round(seconds, 3),
            "settings": settings,
        }

    def _padded(self, lists: np.ndarray) -> np.ndarray:
        """A catalogue smaller than n gives shorter lists; the empty places are misses."""
        return np.pad(lists, ((0, 0), (0, self.n - lists.shape[1])), constant_values=-1)


def mean_of(per_user: np.ndarray) -> float:
    """The mean over users for whom the metric is defined; nan where it is for none."""
    defined = per_user[~np.isnan(per_user)]
    return float(defined.mean()) if len(defined) else float("nan")


def difference(one: np.ndarray, other: np.ndarray) -> dict[str, Any]:
    """What `one` has beyond `other` on the same users: points, the paired interval, per cent."""
    base, gain = mean_of(other), mean_of(one - other)
    interval = metrics.bootstrap_interval(one - other, seed=42)
    return {
        "points": gain, "interval": [float(x) for x in interval],
        "percent": 100 * gain / base if base else float("nan"),
    }
