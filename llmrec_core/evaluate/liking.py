"""How good P(like) is on held-out rows, beside what means alone would say."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import signals
from llmrec_core.errors import InputError
from llmrec_core.evaluate.bench import difference, mean_of
from llmrec_core.metrics.chances import CERTAIN, chance_metrics, classified, reliability
from llmrec_core.signals.liking import Liking, LikingRecipe
from llmrec_core.signals.liking_fit import likes, not_taken
from llmrec_core.signals.liking_parts import latest
from llmrec_core.threads import one_thread

if TYPE_CHECKING:
    from llmrec_core.evaluate.bench import Bench
    from llmrec_core.evaluate.data import Data

MODEL, MEANS, RATE = "P(like)", "means of item and user", "one rate for all"
"""The model and what it is held against."""
AT_ONCE = 512
"""Users whose probabilities are held at once."""


@dataclass(frozen=True)
class Pairs:
    """Held-out (user, item) pairs and whether each is a like, all (k,)."""

    user: np.ndarray
    item: np.ndarray
    like: np.ndarray


@dataclass
class Likes:
    """The entry "liking" of an evaluation; no rows, for probabilities are no lists."""

    seed: int = 42

    def check(self, data: Data) -> None:
        """Nothing is refused: where levels do not differ, taken items are told from others."""

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """No rows; the entry "liking"."""
        recipe = self.recipe(bench)
        bench.tell("fitting P(like)", 0, 1)
        begun = time.perf_counter()
        with one_thread():
            model = signals.fit("liking", bench.profiles, bench.data.items, recipe)
            seconds = time.perf_counter() - begun
            means = signals.fit(
                "liking", bench.profiles, bench.data.items, replace(recipe, means_only=True)
            )
            assert isinstance(model, Liking) and isinstance(means, Liking)
            pairs = test_pairs(bench, recipe, model.parts.taken, self.seed)
            said = {
                MODEL: _told(bench, model, pairs), MEANS: _told(bench, means, pairs),
                RATE: np.full(len(pairs.like), rate(bench, recipe, model.parts.taken)),
            }
        found = _document(pairs, said)
        return [], {"liking": {
            "like": like_words(recipe, model.parts.taken), "settings": recipe.document(),
            "seconds": round(seconds, 2), **found,
        }}  # fmt: skip

    def recipe(self, bench: Bench) -> LikingRecipe:
        """The settings in the blend, or the usual ones."""
        if "liking" in bench.choice.recipes:
            return LikingRecipe.from_document(bench.choice.recipes["liking"].document())
        return LikingRecipe(seed=self.seed)


def test_pairs(bench: Bench, recipe: LikingRecipe, taken: bool, seed: int) -> Pairs:
    """The held-out pairs that training does not have, each once, the latest row of each.

    Without levels all are likes, and as many drawn from neither training nor test stand for the
    others. Raises `InputError` where no pair is new.
    """
    data, n = bench.data, bench.data.train.n_items
    key = data.test.user.astype(np.int64) * n + data.test.item
    _, from_behind = np.unique(key[::-1], return_index=True)
    row = np.sort(len(key) - 1 - from_behind)
    known = data.train.user.astype(np.int64) * n + data.train.item
    row = row[~np.isin(key[row], known)]
    if not len(row):
        raise InputError("No held-out pair is new: a like can be predicted for none of them.")
    user, item = data.test.user[row].astype(np.int64), data.test.item[row].astype(np.int64)
    if not taken:
        level = data.scale.levels(data.test.value[row])
        return Pairs(user, item, likes(latest(bench.profiles), user, level, recipe))
    other, drawn = not_taken(user, np.concatenate([known, key]), n, seed)
    like = np.repeat([True, False], [len(user), len(other)])
    return Pairs(np.concatenate([user, other]), np.concatenate([item, drawn]), like)


def rate(bench: Bench, recipe: LikingRecipe, taken: bool) -> float:
    """The share of likes in the training rows."""
    if taken:
        return 0.5
    own = latest(bench.profiles)
    return float(likes(own, own.owner(), own.level, recipe).mean())


def like_words(recipe: LikingRecipe, taken: bool) -> str:
    """What a like is, in words."""
    if taken:
        return "an item that was taken, against one drawn from all others"
    if recipe.like == "own":
        return "a value above the user's own mean"
    low, high = "0 is the study's lowest value", "1 its highest"
    return f"a level of at least {recipe.threshold:g} ({low}, {high})"


def _told(bench: Bench, model: Liking, pairs: Pairs) -> np.ndarray:
    """(k,) the probability of each pair."""
    out = np.zeros(len(pairs.user))
    users = np.unique(pairs.user)
    for first in range(0, len(users), AT_ONCE):
        some = users[first : first + AT_ONCE]
        bench.tell("probabilities", first, len(users))
        chance = model.probability(bench.profiles.select(some))
        mine = np.isin(pairs.user, some)
        out[mine] = chance[np.searchsorted(some, pairs.user[mine]), pairs.item[mine]]
    return out


def _document(pairs: Pairs, said: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Every model's figures; curve and report of the model."""
    losses = {name: _per_user(pairs, _loss(chance, pairs.like)) for name, chance in said.items()}
    areas = {name: _areas(pairs, chance) for name, chance in said.items()}
    return {
        "pairs": len(pairs.like), "users": len(np.unique(pairs.user)),
        "likes": float(pairs.like.mean()),
        "models": [
            {
                "model": name,
                "metrics": chance_metrics(chance, pairs.like)
                | {"auc_per_user": mean_of(areas[name])},
            }
            for name, chance in said.items()
        ],
        "worth": {
            "log_loss": difference(losses[MODEL], losses[MEANS]),
            "auc_per_user": difference(areas[MODEL], areas[MEANS]),
        },
        "reliability": {
            name: reliability(said[name], pairs.like) for name in (MODEL, MEANS)
        },
        "report": classified(said[MODEL], pairs.like),
    }


def _loss(chance: np.ndarray, like: np.ndarray) -> np.ndarray:
    kept = np.clip(chance, CERTAIN, 1 - CERTAIN)
    return np.asarray(-np.log(np.where(like, kept, 1 - kept)))


def _per_user(pairs: Pairs, values: np.ndarray) -> np.ndarray:
    """(users,) the mean of each user's pairs."""
    _, owner = np.unique(pairs.user, return_inverse=True)
    return np.asarray(np.bincount(owner, values) / np.bincount(owner))


def _areas(pairs: Pairs, chance: np.ndarray) -> np.ndarray:
    """(users,) AUC within each user's pairs, nan for one without both likes and others."""
    from scipy.stats import rankdata

    _, owner = np.unique(pairs.user, return_inverse=True)
    # Ranks within users: users' numbers lie further apart than probabilities do.
    place = rankdata(owner * 2.0 + chance)
    first = np.concatenate([[0], np.cumsum(np.bincount(owner))[:-1]])
    liked = np.bincount(owner, pairs.like)
    others = np.bincount(owner) - liked
    wins = np.bincount(owner, (place - first[owner]) * pairs.like) - liked * (liked + 1) / 2
    out = np.full(len(liked), np.nan)
    return np.divide(wins, liked * others, out=out, where=liked * others > 0)


def liking_lines(found: Mapping[str, Any] | None) -> Iterator[str]:
    """A line a model, what it gains, and whether it means what it says."""
    if not found:
        return
    yield (
        f"P(like): {found['pairs']:,} held-out pairs of {found['users']:,} users, "
        f"{100 * found['likes']:.1f} % likes; a like is {found['like']}"
    )
    head = ("auc", "auc_per_user", "log_loss", "brier", "ece")
    yield f"    {'':<26}" + "".join(f"{name:>13}" for name in head)
    for row in found["models"]:
        values = "".join(f"{row['metrics'][name]:13.4f}" for name in head)
        yield f"    {row['model']:<26}{values}"
    for name, gain in found["worth"].items():
        low, high = gain["interval"]
        yield (
            f"    {name} by user against {MEANS}: {gain['points']:+.4f} "
            f"(95 % {low:+.4f} to {high:+.4f})"
        )
    yield from _curve(found["reliability"][MODEL])


def _curve(bins: list[dict[str, Any]]) -> Iterator[str]:
    for b in bins:
        low, high = b["interval"]
        yield (
            f"    said {100 * b['said']:5.1f} %, happened {100 * b['happened']:5.1f} % "
            f"({100 * low:.1f} to {100 * high:.1f} %) of {b['pairs']:,} pairs"
        )

