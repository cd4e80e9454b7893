"""One signal's scores of one profile as concepts and a rest, and what weights make of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import blend
from llmrec_core.concepts.spread import spread_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmrec_core.blend import Block
    from llmrec_core.concepts.basis import Concepts
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.meeting import ReadsTexts


@dataclass(frozen=True)
class Explained:
    """Scores of k items in parts: `shares` (k, K) and `rest` (k,), both float64.

    A row of shares and its rest sum to the score.
    """

    shares: np.ndarray
    rest: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """(k,): the scores."""
        return np.asarray(self.shares.sum(axis=1) + self.rest)


@dataclass(frozen=True)
class Weighing:
    """score = sum_k alpha_k sum_f m_fk z_fk + rest, m where the profile points and z an item.

    m_fk and z_fk are coordinates along concept k in text field f; the concepts are orthonormal,
    so that alpha = 1 changes nothing and the rest is what lies beside all of them (and, of a
    signal such as a squared distance, what is no product of texts).

    Attributes
    ----------
    block : all signals of the profile, as they are without weights of concepts.
    name : the signal that is weighed; one of `block.names`.
    mapped : (E,) float64, where the profile points.
    targets : (n_items, E) float32, the items as the signal multiplies them.
    """

    block: Block
    name: str
    concepts: Concepts
    mapped: np.ndarray
    targets: np.ndarray

    @classmethod
    def of(
        cls, name: str, signal: ReadsTexts, profile: Profiles, block: Block,
        concepts: Concepts, targets: np.ndarray | None = None,
    ) -> Weighing:
        """The weighing of one profile, whose block is `block`; `targets` where they are known."""
        met = signal.targets() if targets is None else targets
        return cls(block, name, concepts, signal.mapped(profile, exact=True)[0], met)

    @property
    def row(self) -> int:
        """The signal's row of the block."""
        return self.block.names.index(self.name)

    @cached_property
    def raw(self) -> np.ndarray:
        """(n_items,) float64: the signal's scores with all weights at 1, as it gave them."""
        s, block = self.row, self.block
        exact = block.values[s].astype(np.float64) + block.rest[s]
        return np.asarray(exact * block.sd[s] + block.mean[s])

    def scores(self, alpha: np.ndarray) -> np.ndarray:
        """(n_items,) float64: the signal's scores under the weights (K,)."""
        beyond = self.concepts.weighed(self.mapped[None], alpha)[0] - self.mapped
        if not beyond.any():
            return self.raw
        return np.asarray(self.raw + self.targets @ beyond.astype(self.targets.dtype))

    def weighed(self, alpha: np.ndarray) -> Block:
        """The block under the weights: this signal's row alone is other, normalised as ever.

        The last one is kept: a list and an item's score are asked for under the same weights.
        """
        key = np.asarray(alpha, np.float64).tobytes()
        found = self._last.get(key)
        if found is None:
            scores = self.scores(alpha)
            found = self.block if scores is self.raw else self._with(scores)
            self._last.clear()
            self._last[key] = found
        return found

    @cached_property
    def _last(self) -> dict[bytes, Block]:
        return {}

    def _with(self, scores: np.ndarray) -> Block:
        """The block with other scores of the signal."""
        old, s = self.block, self.row
        one = blend.normalise((self.name,), scores[None], old.excluded, old.id_rank)
        values, rest, mean, sd = (
            a.copy() for a in (old.values, old.rest, old.mean, old.sd)
        )
        values[s], rest[s], mean[s], sd[s] = one.values[0], one.rest[0], one.mean[0], one.sd[0]
        return replace(old, values=values, rest=rest, mean=mean, sd=sd)

    def explained(self, items: Sequence[int] | np.ndarray, alpha: np.ndarray) -> Explained:
        """What each concept and the rest make of the signal's scores of `items`."""
        numbers = np.asarray(items, np.int64)
        met = self.targets[numbers].astype(np.float64)
        product, score = met @ self.mapped, self.raw[numbers]
        return self._weigh(self._split(met, score - product), alpha)

    def average(self, alpha: np.ndarray) -> Explained:
        """The same of the average candidate, one row."""
        return self._weigh(self._usual, alpha)

    @cached_property
    def _usual(self) -> Explained:
        """The average candidate with all weights at 1: only they change while sliders move."""
        mean = self._candidates @ self.targets / self._candidates.sum()
        score = self.block.mean[self.row]
        met = mean[None].astype(np.float64)
        return self._split(met, score - met @ self.mapped)

    def points(
        self, items: Sequence[int] | np.ndarray, weights: np.ndarray, alpha: np.ndarray
    ) -> Explained:
        """The same in points of the blended score, above the average candidate.

        Each part less the average candidate's, times w_s / sd_s; they sum to what the signal adds
        to the blend of `weighed(alpha)`. `weights` (signals,).
        """
        factor = float(weights[self.row]) / float(self.weighed(alpha).sd[self.row])
        its, usual = self.explained(items, alpha), self.average(alpha)
        return Explained(factor * (its.shares - usual.shares), factor * (its.rest - usual.rest))

    @cached_property
    def telling(self) -> np.ndarray:
        """(K,): which share of the spread of this profile's scores each concept makes.

        See `spread_shares`; nan where all candidates have one score.
        """
        raw, seen = self.raw[None].astype(np.float32), (self._candidates == 0)[None]
        mine = self.mapped[None].astype(np.float32)
        return spread_shares(mine, self.targets, raw, seen, self.concepts)[0]

    @cached_property
    def _candidates(self) -> np.ndarray:
        """(n_items,) float32: 1 for candidates."""
        out = np.ones(len(self.targets), np.float32)
        out[self.block.excluded] = 0
        return out

    def _weigh(self, plain: Explained, alpha: np.ndarray) -> Explained:
        return Explained(plain.shares * np.asarray(alpha, np.float64), plain.rest)

    def _split(self, met: np.ndarray, beyond: np.ndarray) -> Explained:
        mine = self.concepts.coordinates(self.mapped[None])[0]  # (fields, K)
        together = np.einsum("fk,nfk->nk", mine, self.concepts.coordinates(met))
        none = np.zeros(len(self.concepts))
        beside = self.concepts.weighed(self.mapped[None], none)[0]  # m less its share along all
        return Explained(together, met @ beside + beyond)
