"""One more sentence in everybody's description: words of an item, «Wants more X.», «… less X.»"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import metrics
from llmrec_core.blend import standardise_many
from llmrec_core.describe.sentences import Description, Sentence
from llmrec_core.profile import Profiles, sentence_layout
from llmrec_core.steer.edits import TAUGHT, Wording, about, wanting
from llmrec_core.steer.measures import kind_ndcg, places, top_lists
from llmrec_core.steer.weights import STEERED
from llmrec_core.steer.words import telling_words

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender
    from llmrec_core.steer.swaps import Swaps

WINDOW = (100, 500)
"""The places that an item may have whose words are put in."""


class Trials:
    """Sampled users, ready to be told one more thing.

    `window` are the first and last place of the items whose words are put in: 100 to 500, or the
    middle three fifths of a catalogue that is smaller.
    """

    def __init__(
        self, swaps: Swaps, recommender: Recommender, seed: int, wording: Wording = TAUGHT
    ) -> None:
        self.wording = wording
        self.profiles, self.kinds, self.seed = swaps.before, swaps.kinds, seed
        self.favourite = swaps.favourite
        self.signals, self.texts = recommender.signals, recommender.texts
        self.center = recommender.center
        n = recommender.behaviour.n_items
        self.window = WINDOW if n >= 2 * WINDOW[1] else (max(1, n // 5), max(1, 4 * n // 5))
        self.words = telling_words(recommender.tables.items)
        self.seen = self.profiles.history().nonzero()
        self.candidates = np.ones((len(self.profiles), n), bool)
        self.candidates[self.seen] = False
        self.before = {
            name: standardise_many(signal.score(self.profiles), self.seen)
            for name, signal in self.signals.items()
        }

    def measure(self, weights: Mapping[str, float]) -> dict[str, Any]:
        """{"words", "more", "less"} under these weights of the blend."""
        rest = np.zeros(self.candidates.shape, np.float32)
        for name, weight in weights.items():
            if weight and name != STEERED:
                rest += np.float32(weight) * self.before[name]
        x = np.float32(weights.get(STEERED, 0.0))
        score = self._open(rest + x * self.before[STEERED])
        return {"words": self._words(score, rest, x), **self._wants(score, rest, x)}

    def _open(self, score: np.ndarray) -> np.ndarray:
        score[self.seen] = -np.inf
        return score

    def _after(
        self, rest: np.ndarray, x: np.float32, said: Sequence[Sentence], told: np.ndarray
    ) -> np.ndarray:
        """Scores when user k is told `said[told[k]]`."""
        texts, weights, _ = sentence_layout([Description("", tuple(said))])
        vectors, _ = self.texts.sentences(texts, self.center)
        profiles = with_sentence(self.profiles, vectors[told], weights[told])
        value = standardise_many(self.signals[STEERED].score(profiles), self.seen)
        return self._open(rest + x * value)

    def _words(self, score: np.ndarray, rest: np.ndarray, x: np.float32) -> dict[str, Any]:
        """Places gained by one item a user, drawn from those in the window that have words."""
        first, last = self.window
        telling = np.array([bool(words) for words in self.words])
        rng = np.random.default_rng(self.seed)
        order = np.argsort(-score, axis=1, kind="stable")[:, first - 1 : last]
        target = np.full(len(score), -1)
        for user, row in enumerate(order):
            open_to = row[telling[row] & self.candidates[user, row]]
            if len(open_to):
                target[user] = rng.choice(open_to)
        users = np.flatnonzero(target >= 0)
        if len(users) == 0:
            return {"median": float("nan"), "users": 0, "gained": []}
        # Somebody without a target is told of the first one's, and left out below.
        asked = np.where(target < 0, target[users[0]], target)
        items, told = np.unique(asked, return_inverse=True)
        blank = Description("", ())
        said = [
            about(blank, self.words[i], self.kinds, self.wording).sentences[-1] for i in items
        ]
        after = self._after(rest, x, said, told)
        gained = (places(score, target) - places(after, target))[users]
        low, high = _median_interval(gained, self.seed)
        return {
            "median": float(np.median(gained)), "interval": [low, high], "users": len(users),
            "risen": float((gained > 0).mean()), "gained": gained.tolist(),
        }

    def _wants(self, score: np.ndarray, rest: np.ndarray, x: np.float32) -> dict[str, Any]:
        """Shares of users whose list holds more, or less, of a kind when they ask for it.

        More of a kind drawn at random, less of the favourite one; a user whose list has no room
        for it (nothing but the kind, or none of it) is not counted.
        """
        n = len(self.kinds.values)
        drawn = np.random.default_rng(self.seed).integers(0, n, len(score))
        row, blank = np.arange(len(score)), Description("", ())
        before = kind_ndcg(top_lists(score), self.kinds.has, self.candidates)
        out = {}
        for name, more, asked in (("more", True, drawn), ("less", False, self.favourite)):
            said = [
                wanting(blank, kind, more, self.kinds, self.wording).sentences[-1]
                for kind in range(n)
            ]
            after = self._after(rest, x, said, asked)
            now = kind_ndcg(top_lists(after), self.kinds.has, self.candidates)
            change = now[row, asked] - before[row, asked]
            room = before[row, asked] < 1 - 1e-9 if more else before[row, asked] > 0
            right = (change > 0 if more else change < 0)[room]
            out[name] = {
                "right": float(right.mean()) if len(right) else float("nan"),
                "interval": list(metrics.bootstrap_interval(right.astype(float), seed=self.seed)),
                "users": len(right),
            }
        return out


def with_sentence(profiles: Profiles, vectors: np.ndarray, weights: np.ndarray) -> Profiles:
    """Every profile with one more sentence at its end; `vectors` (n, dim), `weights` (n,)."""
    ends = profiles.sentence_start[1:]
    texts = [""] * (len(profiles.sentence_text) + len(profiles))  # nobody reads them here
    start = profiles.sentence_start + np.arange(len(profiles) + 1)
    return profiles.with_text(
        np.insert(profiles.sentence_vector, ends, vectors, axis=0),
        np.insert(profiles.sentence_weight, ends, weights), texts, start,
    )


def _median_interval(values: np.ndarray, seed: int, draws: int = 1000) -> tuple[float, float]:
    """The percentile bootstrap interval (95 %) of the median."""
    rng = np.random.default_rng(seed)
    medians = [np.median(rng.choice(values, len(values))) for _ in range(draws)]
    low, high = np.quantile(medians, [0.025, 0.975])
    return float(low), float(high)
