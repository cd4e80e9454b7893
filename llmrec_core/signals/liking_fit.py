"""How much each part of the log-odds of a like counts, learned on held-out training rows."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.signals.liking_parts import PARTS, Parts, fit_parts
from llmrec_core.signals.memo import Memo

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.liking import LikingRecipe
    from llmrec_core.signals.registry import Tell

REGS = (0.5, 2.0, 8.0)
"""Penalties tried for the votes of ratings."""
MOST_CELLS = 20_000_000
"""Scores of one part held at once; users beyond that are left out of the coefficients' fit."""
STEPS = 50
"""Steps of the calibration."""
FEWEST = 20
"""Held-out rows below which no coefficient is fitted: everything is as likely as in all rows."""


@dataclass(frozen=True)
class Coefficients:
    """`base` and one weight a part (see PARTS); `odds`, `chance` (k,) the calibration's steps."""

    base: float
    weights: tuple[float, ...]
    odds: np.ndarray
    chance: np.ndarray

    def log_odds(self, columns: Sequence[np.ndarray]) -> np.ndarray:
        """(n, n_items) from the parts' columns, in their precision."""
        total = np.full_like(columns[2], self.base)
        for weight, column in zip(self.weights, columns, strict=True):
            total += column.dtype.type(weight) * column
        return np.asarray(total)

    def probability(self, log_odds: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of any shape, rising with the log-odds."""
        if len(self.odds) == 0:
            return np.asarray(1 / (1 + np.exp(-log_odds)))
        return np.interp(log_odds, self.odds, self.chance)

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, for storing."""
        weights = np.array([self.base, *self.weights])
        return {"coefficients": weights, "odds": self.odds, "chance": self.chance}

    @classmethod
    def load(cls, arrays: Mapping[str, np.ndarray]) -> Coefficients:
        """The coefficients as they were stored."""
        base, *weights = map(float, arrays["coefficients"])
        return cls(base, tuple(weights), arrays["odds"], arrays["chance"])


def fit_coefficients(
    profiles: Profiles, vectors: np.ndarray, recipe: LikingRecipe, tell: Tell | None = None
) -> tuple[Coefficients, float, bool]:
    """Coefficients, the penalty of the votes, and whether a like is that an item was taken.

    Parts are fitted on what is left of the training rows, the logistic regression on the held-out
    ones; of REGS the penalty with the lowest log-loss there is kept. Isotonic regression on the
    same rows makes log-odds into the shown probability.
    """
    taken = len(profiles.level) == 0 or float(np.ptp(profiles.level)) == 0
    out = held_out_rows(profiles, recipe)
    inner = profiles.keep_rows(~out)
    some = _sample(profiles, recipe.seed)
    user, item, like = pairs(profiles, out & np.isin(profiles.owner(), some), recipe, taken)
    if len(like) < FEWEST or like.all() or not like.any() or not len(inner.item):
        rate = (like.sum() + 1) / (len(like) + 2)
        base = float(np.log(rate / (1 - rate)))
        return Coefficients(base, (0.0,) * len(PARTS), np.zeros(0), np.zeros(0)), REGS[0], taken
    found = []
    regs = REGS[:1] if recipe.means_only else REGS
    # However large: the one matrix kept is among those that MATRICES counts.
    memo = Memo(keep=1, most_bytes=sys.maxsize)
    for done, reg in enumerate(regs):
        if tell is not None:
            tell(done, len(regs) + 1)
        parts = fit_parts(inner, vectors, taken=taken, reg=reg, seed=recipe.seed,
                          means_only=recipe.means_only, memo=memo)  # fmt: skip
        features = _features(parts, inner, vectors, some, user, item)
        found.append((*_regression(features, like), reg))
    _, best, reg = min(found, key=lambda entry: entry[0])
    return best, reg, taken


def held_out_rows(profiles: Profiles, recipe: LikingRecipe) -> np.ndarray:
    """(h,) bool: the rows that coefficients are fitted on; raises `InputError` for another word."""
    if recipe.held_out == "last":
        return np.asarray(profiles.age() < np.floor(recipe.share * profiles.lengths)[
            profiles.owner()])  # fmt: skip
    if recipe.held_out == "random":
        draw = np.random.default_rng(recipe.seed).random(len(profiles.item))
        return np.asarray(draw < recipe.share)
    raise InputError(f"Rows cannot be held out as {recipe.held_out!r}: say «last» or «random».")


def likes(
    profiles: Profiles, owner: np.ndarray, level: np.ndarray, recipe: LikingRecipe
) -> np.ndarray:
    """(k,) bool: whether rows of these owners with these levels are likes.

    `profiles` hold the training rows, which users' own means are taken of.
    """
    if recipe.like == "level":
        return np.asarray(level >= recipe.threshold - 1e-6)
    if recipe.like == "own":
        total = np.bincount(profiles.owner(), profiles.level, len(profiles))
        return np.asarray(level > (total / np.maximum(profiles.lengths, 1))[owner] + 1e-6)
    raise InputError(f"A like cannot be {recipe.like!r}: say «level» or «own».")


def pairs(
    profiles: Profiles, rows: np.ndarray, recipe: LikingRecipe, taken: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(k,) users, items and whether each is a like: the marked rows of `profiles`.

    Without levels those are all likes, and as many items drawn from those that the users have not
    stand for the others.
    """
    user, item = profiles.owner()[rows], profiles.item[rows].astype(np.int64)
    if not taken:
        return user, item, likes(profiles, user, profiles.level[rows], recipe)
    known = profiles.owner() * profiles.n_items + profiles.item
    other, drawn = not_taken(user, known, profiles.n_items, recipe.seed)
    like = np.repeat([True, False], [len(user), len(other)])
    return np.concatenate([user, other]), np.concatenate([item, drawn]), like


def not_taken(
    user: np.ndarray, known: np.ndarray, n_items: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """For each entry of `user` an item drawn from those that are not `known` (user x n_items +
    item); left out for the few who know nearly all: (<= k,) users and items."""
    rng = np.random.default_rng(seed)
    item = rng.integers(0, n_items, len(user))
    wrong = np.isin(user * n_items + item, known)
    for _ in range(20):
        if not wrong.any():
            break
        item[wrong] = rng.integers(0, n_items, int(wrong.sum()))
        wrong = np.isin(user * n_items + item, known)
    return user[~wrong], item[~wrong]


def _sample(profiles: Profiles, seed: int) -> np.ndarray:
    """The users whose held-out rows are looked at, ascending."""
    most = max(MOST_CELLS // profiles.n_items, 1)
    if len(profiles) <= most:
        return np.arange(len(profiles))
    drawn = np.random.default_rng(seed).choice(len(profiles), most, replace=False)
    return np.sort(drawn)


def _features(
    parts: Parts, inner: Profiles, vectors: np.ndarray, some: np.ndarray, user: np.ndarray,
    item: np.ndarray,
) -> np.ndarray:
    """(k, parts) float64: the parts of each pair."""
    item_mean, user_mean, *votes = parts.columns(inner.select(some), vectors)
    place = np.searchsorted(some, user)
    columns = [item_mean[item], user_mean[place, 0], *(vote[place, item] for vote in votes)]
    return np.stack(columns, axis=1).astype(np.float64)


def _regression(features: np.ndarray, like: np.ndarray) -> tuple[float, Coefficients]:
    """The log-loss on these pairs and the coefficients that reach it, with their calibration."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    spread = features.std(axis=0)
    use = spread > 1e-9
    weights, base = np.zeros(len(PARTS)), float(np.log(like.mean() / (1 - like.mean())))
    if use.any():
        # The penalty only keeps a separable catalogue from infinite coefficients.
        model = LogisticRegression(C=100.0, max_iter=1000)
        model.fit(features[:, use] / spread[use], like)
        weights[use], base = model.coef_[0] / spread[use], float(model.intercept_[0])
    odds = base + features @ weights
    loss = float(log_loss(like, 1 / (1 + np.exp(-odds))))
    return loss, Coefficients(base, tuple(map(float, weights)), *_calibration(odds, like))


def _calibration(odds: np.ndarray, like: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(k,) log-odds and the probability at each, rising: the steps of isotonic regression.

    Over means of about as many neighbouring pairs each: steps of single pairs end in certainties
    (a few likes in a row at the top are no probability of 1).
    """
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(odds, kind="stable")
    bins = np.array_split(order, max(min(STEPS, len(odds) // FEWEST), 1))
    at = np.array([odds[b].mean() for b in bins])
    # One like and one dislike more: no bin is certain.
    share = np.array([(like[b].sum() + 1) / (len(b) + 2) for b in bins])
    rising = IsotonicRegression().fit(at, share, sample_weight=[len(b) for b in bins])
    return at, np.asarray(rising.predict(at), np.float64)
