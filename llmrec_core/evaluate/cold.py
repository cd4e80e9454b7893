"""The cold curve: how good lists are when 0, 1, 3, 5 or 10 interactions of a user are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import metrics
from llmrec_core.errors import InputError
from llmrec_core.evaluate.bench import mean_of
from llmrec_core.evaluate.refit import Refit, ndcgs, refit, sampled
from llmrec_core.profile import NO_FOLD

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.evaluate.bench import Bench
    from llmrec_core.evaluate.data import Data
    from llmrec_core.profile import Profiles

KNOWN = (0, 1, 3, 5, 10)
"""Known interactions at which the curve is measured."""

SHARE = 0.2
"""Share of the test users who are hidden from every fit."""

MOST = 500
"""Users of the curve at most: for each number of interactions their descriptions are written."""

KNOWING = "blend, by what is known"
"""The row of the blend with the weights for people of so few rows, see `tune.groups`."""

TYPED = "one typed sentence"
"""A point of the curve: no interaction, and one sentence that the person says of themselves."""


@dataclass
class ColdCurve:
    """NDCG by known interactions, for users of whom no fit has seen anything else.

    A fifth of the test users is hidden from every fit; settings and weights stay those that were
    chosen with all training rows, theirs too. Then their last k training interactions are known,
    with a description written from these k; candidates are those of the protocol for every k, as
    if all their training rows were known, and so is what was held out. With k = 0 there is
    nothing, or one sentence: the first one about a liking in the description that all their
    training rows give.
    """

    known: tuple[int, ...] = KNOWN
    seed: int = 42

    def check(self, data: Data) -> None:
        """Raises `InputError` where too few users are tested to hide some."""
        if len(np.unique(data.test.user)) < 5:
            raise InputError(
                "A cold curve hides a fifth of the tested users, and fewer than five are tested: "
                "choose a protocol or study with more."
            )

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """No rows of the table; the entry "cold_curve"."""
        users = np.sort(self._cold_users(bench))
        train = bench.data.train
        theirs = np.isin(train.user, users)
        warm = refit(bench, train.take(~theirs), "cold curve")
        blends = {name: {name: 1.0} for name in warm.fitted} | {
            name: weights for name, weights in bench.mixed.items() if name.startswith("blend")
        }
        wanted, held_out = bench.data.wanted, bench.held_out[users]
        masked, again = wanted.left_out(train.matrix()[users], users), wanted.of(users)[1]
        points: dict[str, dict[str, np.ndarray]] = {}
        for k in self.known:
            bench.tell("cold curve", k, max(self.known))
            told = self._knowing(bench, train, theirs, users, k)
            mixed = blends | {KNOWING: bench.choice.weights_for(k)}
            points[str(k)] = ndcgs(bench, told, warm.fitted, mixed, masked, held_out, again)
        said = _saying(bench, self._knowing(bench, train, theirs, users, 0), users, warm)
        mixed = blends | {KNOWING: bench.choice.weights_for(0)}
        points[TYPED] = ndcgs(bench, said, warm.fitted, mixed, masked, held_out, again)
        return [], {"cold_curve": self._document(bench, points, users)}

    def _cold_users(self, bench: Bench) -> np.ndarray:
        most = min(max(int(SHARE * len(bench.users)), 1), MOST)
        return sampled(bench.users, most, self.seed)

    def _knowing(
        self, bench: Bench, train: Behaviour, theirs: np.ndarray, users: np.ndarray, k: int
    ) -> Profiles:
        """Profiles of `users` of whom the last `k` training interactions are known."""
        bounds = train.bounds()
        from_end = bounds[train.user + 1] - 1 - np.arange(len(train))
        rows = train.take(~theirs | (from_end < k))
        told = bench.data.described(rows, bench.tell, f"cold curve, {k} known")
        return _unfolded(told.select(users))

    def _document(
        self, bench: Bench, points: dict[str, dict[str, np.ndarray]], users: np.ndarray
    ) -> dict[str, Any]:
        labels = list(points)
        return {
            "metric": f"ndcg@{bench.n}", "known": labels, "users": len(users), "seed": self.seed,
            "rows": [
                {
                    "recipe": name,
                    "values": [mean_of(points[label][name]) for label in labels],
                    "intervals": [
                        [float(x) for x in metrics.bootstrap_interval(
                            points[label][name], seed=self.seed
                        )] for label in labels
                    ],
                }
                for name in points[labels[0]]
            ],
        }


def _unfolded(profiles: Profiles) -> Profiles:
    """The same profiles as people who took part in no fit."""
    return replace(profiles, fold=np.full(len(profiles), NO_FOLD, np.int8))


def _saying(bench: Bench, nothing: Profiles, users: np.ndarray, warm: Refit) -> Profiles:
    """Profiles of nothing but the first liking in each one's full description, as if typed."""
    whole = bench.profiles.select(users)
    said = []
    for u in range(len(users)):
        mine = range(int(whole.sentence_start[u]), int(whole.sentence_start[u + 1]))
        liked = [whole.sentence_text[s] for s in mine if whole.sentence_weight[s] > 0]
        said.append(liked[:1])
    start = np.concatenate([[0], np.cumsum([len(one) for one in said])]).astype(np.int64)
    texts = [text for one in said for text in one]
    vectors, _ = bench.data.texts.sentences(texts, warm.center)
    return nothing.with_text(vectors, np.ones(len(texts), np.float32), texts, start)
