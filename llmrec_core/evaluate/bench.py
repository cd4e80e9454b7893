"""All signals fitted on all training rows, ready to rank for users with these or other texts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from llmrec_core import metrics, signals, tune
from llmrec_core.blend import lists_for
from llmrec_core.evaluate.data import Data, Progress, new_to_their_users
from llmrec_core.evaluate.result import Result
from llmrec_core.profile import Profiles
from llmrec_core.steer.weights import STEERED
from llmrec_core.threads import one_thread

BASELINE = "plain EASE"
"""A row for the collaborative model with nothing but its penalty chosen: no recency, no ratings."""

WITHOUT = "blend without description"
"""A row for the other signals alone, their weights fitted without it on the same folds."""

@dataclass(frozen=True)
class Ranked:
    """`lists` (users, n) item numbers, best first, -1 for no item, and `auc` (users,) of the
    scores that they are the top of, nan where undefined."""

    lists: np.ndarray
    auc: np.ndarray

    def take(self, users: np.ndarray) -> Ranked:
        """Those of some users: a mask, or places."""
        return Ranked(self.lists[users], self.auc[users])


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
        self.training = data.train.matrix()
        self.known = metrics.Known.of(self.training, data.train.counts(), data.items.vectors)
        self.id_rank = data.wanted.id_rank
        self.fitted: dict[str, signals.Signal] = {}
        self.shown: dict[str, np.ndarray] = {}
        self.values: dict[str, dict[str, np.ndarray]] = {}
        self.seconds: dict[str, float] = {}
        for name, recipe in choice.recipes.items():
            self.add(name, name, recipe)
        self.mixed = {"blend": choice.accurate, "blend, steerable": choice.weights}
        if choice.without:  # fitted for it: other weights without a signal are a straw man
            self.mixed[WITHOUT] = choice.without
        self.seconds |= dict.fromkeys(self.mixed, sum(self.seconds.values()))

    def add(self, name: str, kind: str, recipe: Any) -> None:
        """Fit one more signal of `kind` under `name`."""
        self.tell(f"fitting {name}", 0, 1)
        begun = time.perf_counter()
        self.fitted[name] = signals.fit(
            kind, self.profiles, self.data.items, recipe,
            tell=lambda done, total: self.tell(f"fitting {name}", done, total),
        )
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
    ) -> dict[str, Ranked]:
        """Lists of `users` (default: all with held-out rows) under several weightings, by name.

        `profiles` (everybody's) and `fitted` stand in for those with training texts.
        """
        users = self.users if users is None else users
        held_out = self.held_out[users]
        areas = {name: np.full(len(users), np.nan) for name in blends}

        def look(name: str, first: int, scores: np.ndarray) -> None:
            part = slice(first, first + len(scores))
            areas[name][part] = metrics.auc(scores, held_out[part])

        with one_thread():
            lists = lists_for(
                (profiles or self.profiles).select(users), fitted or self.fitted, blends, self.n,
                self.id_rank, lambda done, total: self.tell("ranking", done, total),
                *self.data.wanted.of(users), look=look, never=self.data.wanted.never,
            )
        # A catalogue smaller than n gives shorter lists; the empty places are misses.
        return {
            name: Ranked(
                np.pad(x, ((0, 0), (0, self.n - x.shape[1])), constant_values=-1), areas[name]
            )
            for name, x in lists.items()
        }

    def per_user(self, ranked: Ranked, users: np.ndarray | None = None) -> np.ndarray:
        """(users,) NDCG@n of each list, nan where nothing new was held out."""
        held_out = self.held_out[self.users if users is None else users]
        return metrics.ndcg(*metrics.judged(ranked.lists, held_out, self.n))

    def per_user_metrics(
        self, ranked: Ranked, users: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        """metric -> (users,) float64, nan where undefined."""
        held_out = self.held_out[self.users if users is None else users]
        found = metrics.list_metrics(ranked.lists, held_out, self.known, n=self.n)
        return found | {"auc": ranked.auc}

    def measure(self, ranked: Ranked, per_user: dict[str, np.ndarray]) -> dict[str, Any]:
        """{"metrics", "intervals"}: means over users, 95 % bootstrap, and the long tail."""
        from llmrec_core.exposure import tail_metrics

        low, high = metrics.bootstrap_intervals(np.column_stack(list(per_user.values())), seed=42)
        return {
            "metrics": {
                **{k: mean_of(v) for k, v in per_user.items()},
                **tail_metrics(ranked.lists, self.known.counts),
            },
            "intervals": {
                name: [float(low[k]), float(high[k])] for k, name in enumerate(per_user)
            },
        }

    def row(
        self, name: str, ranked: Ranked, settings: Any, *, users: np.ndarray | None = None,
        seconds: float = 0.0,
    ) -> dict[str, Any]:
        """One row of the document; what lies behind a row of all test users is kept."""
        per_user = self.per_user_metrics(ranked, users)
        if users is None:
            self.shown[name], self.values[name] = ranked.lists, per_user
        return {
            "recipe": name, **self.measure(ranked, per_user), "seconds": round(seconds, 3),
            "settings": settings,
        }

    def result(self, document: dict[str, Any]) -> Result:
        """`document` with the values behind the rows that were measured so far."""
        pairs = self.held_out[self.users].tocoo()
        items, mainstream = user_facts(self.training[self.users], self.known.counts)
        return Result(
            document, self.data.train.user_ids[self.users], self.shown, self.values,
            held_out=np.column_stack([pairs.row, pairs.col]).astype(np.int32),
            counts=self.known.counts, history=items, mainstream=mainstream,
        )


def user_facts(training: Any, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many items each user has in training, and how popular these are on average.

    (users,) int64 and (users,) float64, from the csr of training pairs (users, n_items) and the
    training rows of items; popularity is the share of the catalogue with fewer rows (half of those
    with as many), nan for a user without any.
    """
    from llmrec_core.exposure import popularity_percentiles

    items = np.diff(training.indptr)
    percentile = popularity_percentiles(counts)[training.indices]
    user = np.repeat(np.arange(len(items)), items)
    total = np.bincount(user, percentile, minlength=len(items))
    return items, np.divide(total, items, out=np.full(len(items), np.nan), where=items > 0)


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
