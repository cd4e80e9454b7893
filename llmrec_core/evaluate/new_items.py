"""New items: a fifth of the catalogue is hidden from every fit and reached by text alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import metrics
from llmrec_core.errors import InputError
from llmrec_core.evaluate.bench import mean_of
from llmrec_core.evaluate.refit import MOST_CELLS, MOST_USERS, ndcg_of, ndcgs, refit, sampled

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.evaluate.bench import Bench
    from llmrec_core.evaluate.data import Data
    from llmrec_core.tables import Items

SHARE = 0.2
"""Share of the items that are hidden."""

DRAWS = 20
"""Random lists a user whose mean stands for chance."""

RANDOM, BY_ATTRIBUTES = "random", "popularity of attributes"


@dataclass
class NewItems:
    """NDCG among items that no fit has seen, for users whose other rows were.

    A random fifth of the items loses all training rows; settings and weights stay those that were
    chosen with all of them. Lists hold hidden items only, those that are candidates under the
    protocol, best first; relevant are the held-out rows among them. Beside the signals stand
    chance, and the popularity of an item's attribute values among the items that were seen.
    """

    seed: int = 42

    def check(self, data: Data) -> None:
        """Raises `InputError` where the catalogue is too small to hide a fifth of it."""
        if data.train.n_items < 10:
            raise InputError(
                f"New items are a fifth of the catalogue, and it has {data.train.n_items} items: "
                "take a study with at least ten."
            )

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """No rows of the table; the entry "new_items"."""
        train, n_items = bench.data.train, bench.data.train.n_items
        rng = np.random.default_rng(self.seed)
        hidden = np.zeros(n_items, bool)
        hidden[rng.choice(n_items, max(int(SHARE * n_items), 1), replace=False)] = True
        known = refit(bench, train.take(~hidden[train.item]), "new items")
        held_out, users = _among(bench, hidden, self.seed)
        masked = _mask(hidden, bench.data.wanted.left_out(train.matrix()[users], users))
        blends = {name: {name: 1.0} for name in known.fitted} | {
            name: weights for name, weights in bench.mixed.items() if name.startswith("blend")
        }
        profiles = known.profiles.select(users)
        found = ndcgs(bench, profiles, known.fitted, blends, masked, held_out)
        counts = np.where(hidden, 0, train.counts())
        by_attributes = attribute_popularity(bench.data.tables.items, counts, ~hidden)
        found[BY_ATTRIBUTES] = ndcg_of(bench, _same(bench, by_attributes, masked), held_out)
        found[RANDOM] = np.mean([
            ndcg_of(bench, _same(bench, row, masked), held_out)
            for row in rng.random((DRAWS, n_items))
        ], axis=0)
        return [], {"new_items": {
            "metric": f"ndcg@{bench.n}", "items": int(hidden.sum()), "users": len(users),
            "seed": self.seed, "rows": [
                {
                    "recipe": name, "value": mean_of(values),
                    "interval": [
                        float(x) for x in metrics.bootstrap_interval(values, seed=self.seed)
                    ],
                }
                for name, values in found.items()
            ],
        }}


def _among(bench: Bench, hidden: np.ndarray, seed: int) -> tuple[csr_matrix, np.ndarray]:
    """What was held out among the hidden items, and the users who have some of it."""
    from scipy.sparse import diags

    wanted = (bench.held_out @ diags(hidden.astype(np.float32))).tocsr()
    wanted.eliminate_zeros()
    most = min(MOST_USERS, max(MOST_CELLS // len(hidden), 1))
    users = sampled(np.flatnonzero(np.diff(wanted.indptr)), most, seed)
    if not len(users):
        raise InputError(
            "Nobody has a held-out row of a hidden item: take a study with more rows, or another "
            "protocol."
        )
    return wanted[users], users


def _mask(hidden: np.ndarray, left_out: csr_matrix) -> csr_matrix:
    """(users, n_items): all but the hidden items, and what the protocol leaves out."""
    from scipy.sparse import csr_matrix

    seen = np.flatnonzero(~hidden)
    n = left_out.shape[0]
    others = csr_matrix(
        (np.ones(n * len(seen), np.float32), np.tile(seen, n), np.arange(n + 1) * len(seen)),
        shape=left_out.shape,
    )
    return (others + left_out).tocsr()


def _same(bench: Bench, score: np.ndarray, masked: csr_matrix) -> np.ndarray:
    """(users, n) lists by one score for all users, -1 where fewer items are left."""
    order = np.lexsort((bench.id_rank, -score)).astype(np.int32)
    out = np.full((masked.shape[0], bench.n), -1, np.int32)
    gone = np.zeros(len(score), bool)
    for u in range(len(out)):
        columns = masked.indices[masked.indptr[u] : masked.indptr[u + 1]]
        gone[columns] = True
        left = order[~gone[order]][: bench.n]
        out[u, : len(left)] = left
        gone[columns] = False
    return out


def attribute_popularity(items: Items, counts: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(n_items,) float64: the mean, over an item's attribute values, of how often the seen items
    with that value were taken on average; 0 for an item without a value that was seen.

    `counts` (n_items,) are training rows, `seen` (n_items,) bool which items had any say.
    """
    totals, numbers = np.zeros(len(items)), np.zeros(len(items))
    for attribute in items.attributes:
        holders: dict[str, list[int]] = {}
        for number, cell in enumerate(items.frame[attribute]):
            for value in set(map(str, cell)):
                holders.setdefault(value, []).append(number)
        for those in holders.values():
            mine = np.array(those)
            if seen[mine].any():
                totals[mine] += counts[mine[seen[mine]]].mean()
                numbers[mine] += 1
    return np.divide(totals, numbers, out=np.zeros(len(items)), where=numbers > 0)
