"""Knowledge: what an item shares with past items, such as a director, and how much that counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from llmrec_core.describe.grammar import noun
from llmrec_core.recipe import Recipe
from llmrec_core.signals import entities as of_entities
from llmrec_core.signals import sharing
from llmrec_core.signals.base import Kind, contribution_frame
from llmrec_core.signals.memo import Memo
from llmrec_core.signals.taste import past_weights, sum_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell

GRID = {"recency": (0.0, 0.4, 0.7), "own": (0.003, 0.01, 0.03), "level": (0.0, 0.5)}
"""What is tried on validation rows, in this order."""

MOST_SAID = 8
"""Relations whose weights are told in one line."""


@dataclass(frozen=True, kw_only=True)
class KnowledgeRecipe(Recipe):
    """Settings of the knowledge signal."""

    stage: ClassVar[str] = "knowledge"
    own: float = 0.03
    """Ridge penalty, relative to the mean diagonal, on what an entity's weight differs from the
    weight of its relation."""
    level: float = 0.5
    """How much ratings matter: a past item weighs 1 - level + level x (its level in [0, 1])."""
    recency: float = 0.4
    """Share of a past item's weight that fades with age."""
    splits: int = 4
    """Into how many random (past, future) pairs each history is cut."""
    seed: int = 42


@dataclass(frozen=True)
class Learned:
    """What sharing an entity counts: never below 0, so that no shared entity speaks against.

    `keys` (k,) uint64 name the entities (`entities.keys`), `rarity` (k,) their idf at the time of
    fitting, `weight` (k,) float64; `relations` (r,) str with `relation_weight` (r,).
    """

    keys: np.ndarray
    rarity: np.ndarray
    weight: np.ndarray
    relations: np.ndarray
    relation_weight: np.ndarray


@dataclass(frozen=True)
class Knowledge:
    """score(u, i) = sum_e v_e p_ue q_ie over shared entities e.

    q_i are an item's entities times their idf, of norm 1 in each relation; p_u the weighted sum of
    q over past items / sqrt(their number); v the learned weights. An item that shares nothing with
    the past scores 0, and so does every item of a catalogue without entities.
    """

    recipe: KnowledgeRecipe
    items: ItemSide
    learned: Learned

    name: ClassVar[str] = "knowledge"

    @cached_property
    def _placed(self) -> tuple[np.ndarray, csr_matrix] | None:
        """(weight of each entity of today's catalogue, items' rows); None without entities.

        Entities are found by name: a rebuild numbers them anew, and an edited item may bring one
        that nothing was learned of.
        """
        known = self.items.entities
        if known is None:
            return None
        place = {key: at for at, key in enumerate(self.learned.keys.tolist())}
        at = np.array([place.get(key, -1) for key in of_entities.keys(known).tolist()], np.int64)
        weight = np.where(at >= 0, np.append(self.learned.weight, 0)[at], 0.0)
        rarity = np.where(at >= 0, np.append(self.learned.rarity, 0)[at], 0.0)
        return weight, of_entities.unit_rows(known, rarity, by_relation=True)

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); 0 for a profile with no history."""
        dtype = np.float64 if exact else np.float32
        if self._placed is None:
            return np.zeros((len(profiles), profiles.n_items), dtype)
        from scipy.sparse import diags

        weight, rows = self._placed
        past = sum_rows(profiles, self._past(profiles)) @ rows
        return np.asarray((past @ diags(weight) @ rows.T).toarray(), dtype)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each shared entity and past item that has it: the path item, entity, item.
        """
        if self._placed is None:
            return _frame(np.zeros((0, 2), np.int64), np.zeros(0), [])
        weight, rows = self._placed
        own = rows[[item]]
        met = own.indices
        past, place = np.unique(profile.item, return_inverse=True)
        counts = np.bincount(place, self._past(profile), minlength=len(past))
        shared = rows[past][:, met].tocoo()
        entity = met[shared.col]
        points = counts[shared.row] * shared.data * weight[entity] * own.data[shared.col]
        kept = points != 0
        paths = np.stack([entity[kept], past[shared.row[kept]]], axis=1)
        known = self.items.entities
        assert known is not None  # or there would be no rows
        return _frame(paths, points[kept], [of_entities.words(known, e) for e in paths[:, 0]])

    def _past(self, profiles: Profiles) -> np.ndarray:
        """(h,) float64: what each past interaction weighs, the share of sqrt(n) included."""
        past = past_weights(profiles, self.recipe.level, self.recipe.recency).astype(np.float64)
        return past / np.sqrt(np.repeat(profiles.lengths, profiles.lengths))

    def relation_weights(self) -> dict[str, float]:
        """What sharing counts, by relation: how much an entity that is not known better weighs."""
        pairs = zip(self.learned.relations, self.learned.relation_weight, strict=True)
        return {str(name): float(weight) for name, weight in pairs}

    def arrays(self) -> dict[str, np.ndarray]:
        """All that was learned."""
        return dict(vars(self.learned))


def relations_said(weights: Mapping[str, float]) -> str:
    """«What sharing counts: creator 1.00, genre 0.25.», the strongest relation as 1; "" without.
    """
    most = max(weights.values(), default=0.0)
    if not most > 0:
        return ""
    order = sorted(weights, key=lambda name: -weights[name])
    told = [f"{noun(name, 1)} {weights[name] / most:.2f}" for name in order[:MOST_SAID]]
    rest = len(order) - len(told)
    return f"What sharing counts: {', '.join(told)}{f', and {rest} more' if rest else ''}."


def _frame(paths: np.ndarray, points: np.ndarray, words: list[str]) -> pd.DataFrame:
    return contribution_frame(
        Kind.ENTITY, paths[:, 0], [""] * len(paths), points, words=words, past=paths[:, 1]
    )


def fit(
    profiles: Profiles, items: ItemSide, recipe: KnowledgeRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Knowledge:
    """Learn the weights on histories cut at random into past and future, in closed form.

    The future F (1 for what was taken) is predicted from sum_e v_e p_ue q_ie, every entity's part
    centred over the items: what all items get alike says nothing. The normal equations of v are
    (P'P * Q'Q) v = diag(P'F Q), * by elements. First one weight a relation by non-negative least
    squares, then a ridge towards those for every entity that enough items have, cut at 0.
    """
    r, memo, known = recipe, memo or Memo(), items.entities
    if known is None:
        nothing = np.zeros(0)
        learned = Learned(np.zeros(0, np.uint64), nothing, nothing, np.zeros(0, str), nothing)
        return Knowledge(r, items, learned)
    rarity = of_entities.rarity(known)
    held = sharing.most_held(known.holds, rarity)
    gram, target = memo.get(
        "knowledge sums", (r.level, r.recency, r.splits, r.seed),
        lambda: sharing.equations(profiles, known, rarity, held, r),
    )
    relation = known.relation[held]
    by_relation = sharing.relation_weights(gram, target, relation, len(known.relations))
    weight = by_relation[known.relation]
    if len(held):
        weight[held] = sharing.own_weights(gram, target, weight[held], r.own)
    learned = Learned(
        of_entities.keys(known), rarity, weight, np.array(known.relations), by_relation
    )
    return Knowledge(r, items, learned)


def load(
    recipe: KnowledgeRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide
) -> Knowledge:
    """The signal as it was stored."""
    return Knowledge(recipe, items, Learned(**{name: arrays[name] for name in (
        "keys", "rarity", "weight", "relations", "relation_weight")}))
