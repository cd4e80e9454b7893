"""What the log-odds of a like are a sum of, before anybody weighs it: means, votes and texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.signals.item_item import ItemItem, covered_items
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.ridge import inverse, item_side_inverse, relative, semantic_map
from llmrec_core.signals.taste import sum_rows

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles

PARTS = ("item", "user", "rated", "met", "text")
"""The parts in the order of their coefficients: how high everybody rates the item, how high the
user rates, what the user's ratings say through ratings, what having met items says, and texts."""
MATRICES = 6
"""Item-item matrices of float32 that a fit holds at a time: two of votes, and four on the way."""
SHRINK = 10.0
"""Rows at which a mean of an item or a user counts half."""
REG_MET = 500.0
"""L2 penalty where it only counts that an item was met, whatever was thought of it."""
REG_TEXT, REG_ITEM_TEXT, SPLITS = 3.0, 0.3, 4
"""Penalties of the map between texts, as for taste, and how often a history is cut for it."""


@dataclass(frozen=True)
class Parts:
    """Everything learned but the coefficients.

    Attributes
    ----------
    taken : whether levels do not differ, so that a row only says that the item was taken.
    mean : the mean level of all rows.
    item : (n_items,) what the item's mean lies above it, shrunken; log counts where `taken`.
    rated, met : votes from past items' residuals, and from their having been met.
    text : (D, D) map from residual-weighted past texts to item texts.
    """

    taken: bool
    mean: float
    item: np.ndarray
    rated: ItemItem
    met: ItemItem
    text: np.ndarray

    def user(self, profiles: Profiles) -> np.ndarray:
        """(n,) what each profile's mean lies above its items' means, shrunken; 0 without rows."""
        if self.taken:
            return np.log1p(profiles.lengths.astype(np.float64))
        over = profiles.level - self.mean - self.item[profiles.item]
        total = np.bincount(profiles.owner(), over, len(profiles))
        return np.asarray(total / (profiles.lengths + SHRINK))

    def residual(self, profiles: Profiles) -> np.ndarray:
        """(h,) float64: what each row says beyond both means; 1 where rows have no levels."""
        if self.taken:
            return np.ones(len(profiles.item))
        over = profiles.level - self.mean - self.item[profiles.item]
        return np.asarray(over - self.user(profiles)[profiles.owner()], np.float64)

    def columns(
        self, profiles: Profiles, vectors: np.ndarray, dtype: type = np.float32
    ) -> list[np.ndarray]:
        """The parts in the order of PARTS: (n_items,), (n, 1), then three (n, n_items)."""
        exact = dtype is np.float64
        rest = sum_rows(profiles, self.residual(profiles).astype(dtype))
        ones = sum_rows(profiles, np.ones(len(profiles.item), dtype))
        past = rest @ vectors.astype(dtype, copy=False)
        past = past / np.sqrt(np.maximum(profiles.lengths, 1)).astype(dtype)[:, None]
        texts = (past @ self.text.astype(dtype)) @ vectors.T.astype(dtype, copy=False)
        return [
            self.item.astype(dtype), self.user(profiles).astype(dtype)[:, None],
            self.rated.score(rest, exact=exact), self.met.score(ones, exact=exact), texts,
        ]  # fmt: skip

    def votes(self, profile: Profiles, item: int, vectors: np.ndarray) -> np.ndarray:
        """(3, h): what each past item of one profile says for one item, by rated, met and text."""
        rest = self.residual(profile)
        mapped = self.text.astype(np.float64) @ vectors[item]
        texts = rest / np.sqrt(max(len(profile.item), 1)) * (vectors[profile.item] @ mapped)
        rated, met = (_column(of, profile.item, item) for of in (self.rated, self.met))
        return np.stack([rest * rated, met, texts])

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, for storing."""
        return {
            "taken": np.array(self.taken), "mean": np.array(self.mean), "item": self.item,
            "covered": self.rated.items, "rated": self.rated.weight, "met": self.met.weight,
            "text": self.text,
        }

    @classmethod
    def load(cls, arrays: Mapping[str, np.ndarray]) -> Parts:
        """The parts as they were stored."""
        covered = arrays["covered"]
        return cls(
            bool(arrays["taken"]), float(arrays["mean"]), arrays["item"],
            ItemItem(covered, arrays["rated"]), ItemItem(covered, arrays["met"]), arrays["text"],
        )


def latest(profiles: Profiles) -> Profiles:
    """The same profiles with one row an item, the latest: what somebody thought of it last."""
    key = profiles.owner() * profiles.n_items + profiles.item
    _, from_behind = np.unique(key[::-1], return_index=True)
    keep = np.zeros(len(key), bool)
    keep[len(key) - 1 - from_behind] = True
    return profiles if keep.all() else profiles.keep_rows(keep)


def fit_parts(
    profiles: Profiles, vectors: np.ndarray, *, taken: bool, reg: float, seed: int,
    means_only: bool = False, memo: Memo | None = None,
) -> Parts:
    """Fit everything but the coefficients, on profiles with one row an item.

    What does not depend on `reg` is made once for a `memo` of these profiles.

    Means are shrunken towards the mean of all rows (Koren 2008, the baseline estimates). With R
    the residuals and X the 0/1 histories, the votes are two ridge regressions with a zero
    diagonal: R on R (EASE of residuals, `reg` times 100 mean squares of R) and X on R; where rows
    have no levels X on X alone. With `means_only` there are no votes and no texts.
    """
    mean = 0.0 if taken else float(profiles.level.mean())
    count = np.bincount(profiles.item, minlength=profiles.n_items)
    over = np.bincount(profiles.item, profiles.level - mean, profiles.n_items) / (count + SHRINK)
    item = np.log1p(count) - float(np.log1p(count).mean()) if taken else over
    nothing = ItemItem(np.zeros(0, np.int64), np.zeros((0, 0), np.float32))
    no_text = np.zeros((vectors.shape[1],) * 2, np.float32)
    bare = Parts(taken, mean, item, nothing, nothing, no_text)
    if means_only:
        return bare
    covered = covered_items(profiles, matrices=MATRICES)
    rest = bare.residual(profiles).astype(np.float32)
    memo = memo or Memo(keep=1)
    met = memo.get("liking met", taken, lambda: _met(profiles, rest, covered, taken))
    text = memo.get("liking texts", seed, lambda: _text_map(profiles, vectors, rest, seed))
    rated = _rated(profiles, rest, covered, reg)
    return Parts(taken, mean, item, ItemItem(covered, rated), ItemItem(covered, met), text)


def _rated(
    profiles: Profiles, rest: np.ndarray, covered: np.ndarray, reg: float
) -> np.ndarray:
    """(m, m) float32: the votes of residuals, diagonal 0."""
    r = sum_rows(profiles, rest)[:, covered]
    scale = float(np.square(rest).mean()) if len(rest) else 1.0
    solved = inverse(_dense(r.T @ r), 100 * reg * max(scale, 1e-12))
    solved /= -np.maximum(solved.diagonal(), 1e-12)
    np.fill_diagonal(solved, 0.0)
    return solved.astype(np.float32, copy=False)


def _met(
    profiles: Profiles, rest: np.ndarray, covered: np.ndarray, taken: bool
) -> np.ndarray:
    """(m, m) float32: the votes of having met items, diagonal 0; no penalty is chosen for them."""
    if taken:
        return np.zeros((len(covered),) * 2, np.float32)
    r = sum_rows(profiles, rest)[:, covered]
    x = sum_rows(profiles, np.ones_like(rest))[:, covered]
    met = inverse(_dense(x.T @ x), REG_MET) @ _dense(x.T @ r)
    np.fill_diagonal(met, 0.0)
    return np.asarray(met, np.float32)


def _text_map(
    profiles: Profiles, vectors: np.ndarray, rest: np.ndarray, seed: int
) -> np.ndarray:
    """(D, D): the semantic ridge from residual-weighted past texts to future ones, see `taste`."""
    rng = np.random.default_rng(seed)
    gram = np.zeros((vectors.shape[1],) * 2)
    cross = np.zeros_like(gram)
    for _ in range(SPLITS):
        share = rng.uniform(0.3, 0.9, len(profiles))
        is_past = rng.random(len(rest)) < share[profiles.owner()]
        past = sum_rows(profiles, np.where(is_past, rest, 0).astype(np.float32)) @ vectors
        count = np.bincount(profiles.owner()[is_past], minlength=len(profiles))
        past /= np.sqrt(np.maximum(count, 1))[:, None]
        future = sum_rows(profiles, np.where(is_past, 0, rest).astype(np.float32))
        gram += past.T @ past
        cross += past.T @ (future @ vectors)
    if relative(gram, 1.0) <= 1e-12:  # nothing is said beyond the means
        return np.zeros(gram.shape, np.float32)
    return semantic_map(gram, cross, item_side_inverse(vectors, REG_ITEM_TEXT), REG_TEXT)


def _dense(product: object) -> np.ndarray:
    return np.asarray(product.toarray(), np.float32)  # type: ignore[attr-defined]


def _column(votes: ItemItem, past: np.ndarray, item: int) -> np.ndarray:
    """(h,) float64: the weights from `past` items to one item; 0 outside what is covered."""
    if not len(votes.items):
        return np.zeros(len(past))
    place = np.minimum(np.searchsorted(votes.items, [*past, item]), len(votes.items) - 1)
    there = votes.items[place] == [*past, item]
    if not there[-1]:
        return np.zeros(len(past))
    return np.where(there[:-1], votes.weight[place[:-1], place[-1]], 0.0).astype(np.float64)
