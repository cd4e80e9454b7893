"""What sharing an entity counts, learned from histories cut into past and future."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.signals import entities as of_entities
from llmrec_core.signals.taste import past_weights, sum_rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import Entities
    from llmrec_core.signals.knowledge import KnowledgeRecipe

MOST_ENTITIES = 3000
"""Entities that get a weight of their own, the most held ones: the equations have one row each."""
MOST_USERS = 4_000
"""Users whose histories weights are learned from. A pass over them makes a product of all entities
with equations, and a choice makes tens of passes; of more users a sample is looked at."""
_BATCH = 2048


def most_held(holds: csr_matrix, rarity: np.ndarray) -> np.ndarray:
    """The entities with equations of their own, ascending: those that most items share."""
    count = np.where(rarity > 0, np.bincount(holds.indices, minlength=holds.shape[1]), 0)
    best = np.argsort(-count, kind="stable")[:MOST_ENTITIES]
    return np.sort(best[count[best] > 0])


def equations(
    profiles: Profiles, known: Entities, rarity: np.ndarray, held: np.ndarray,
    recipe: KnowledgeRecipe,
) -> tuple[np.ndarray, np.ndarray]:
    """(P'P * Q'Q (k, k), diag(P'F Q) (k,)) of the entities `held`, float64, Q centred."""
    rows = of_entities.unit_rows(known, rarity, by_relation=True)[:, held]
    rows = rows.astype(np.float32).tocsr()
    mean = np.asarray(rows.mean(axis=0), np.float64).ravel()
    rng = np.random.default_rng(recipe.seed)
    if len(profiles) > MOST_USERS:
        profiles = profiles.select(np.sort(rng.choice(len(profiles), MOST_USERS, replace=False)))
    weight = past_weights(profiles, recipe.level, recipe.recency)
    gram = np.zeros((len(held), len(held)), np.float64)
    target = np.zeros(len(held), np.float64)
    for _ in range(recipe.splits):
        share = rng.uniform(0.3, 0.9, len(profiles))  # how much of each history is the past
        is_past = rng.random(len(profiles.item)) < share[profiles.owner()]
        count = np.bincount(profiles.owner()[is_past], minlength=len(profiles))
        scale = np.repeat(1 / np.sqrt(np.maximum(count, 1)), profiles.lengths)
        past = sum_rows(profiles, np.where(is_past, weight * scale, 0).astype(np.float32))
        future = sum_rows(profiles, np.where(is_past, 0, weight).astype(np.float32))
        for begin in range(0, len(profiles), _BATCH):
            batch = slice(begin, begin + _BATCH)
            p = (past[batch] @ rows).toarray()
            taken = np.asarray(future[batch].sum(axis=1), np.float64).ravel()
            gram += p.T @ p
            target += np.einsum("ue,ue->e", p, (future[batch] @ rows).toarray())
            target -= (p.T @ taken) * mean
    spread = (rows.T @ rows).toarray() - rows.shape[0] * np.outer(mean, mean)
    return gram * spread, target


def relation_weights(
    gram: np.ndarray, target: np.ndarray, relation: np.ndarray, n_relations: int
) -> np.ndarray:
    """(n_relations,): one weight for all entities of a relation, none below 0."""
    from scipy.optimize import nnls

    member = np.zeros((len(relation), n_relations))
    member[np.arange(len(relation)), relation] = 1
    small = member.T @ gram @ member
    jitter = 1e-9 * max(float(np.trace(small)), 1e-12)  # a relation of nothing shared is singular
    factor = np.linalg.cholesky(small + jitter * np.eye(n_relations))
    weights, _ = nnls(factor.T, np.linalg.solve(factor, member.T @ target))
    return np.asarray(weights, np.float64)


def own_weights(
    gram: np.ndarray, target: np.ndarray, towards: np.ndarray, reg: float
) -> np.ndarray:
    """(k,): the ridge solution of gram v = target near `towards`, cut at 0."""
    from scipy.linalg import solve

    penalty = reg * max(float(np.trace(gram)) / len(gram), 1e-12)
    lifted = gram + penalty * np.eye(len(gram))
    found = solve(lifted, target + penalty * towards, assume_a="pos")
    return np.maximum(found, 0.0)
