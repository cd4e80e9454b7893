"""Published models fitted here, on the same rows: whether their figures come out as published."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.behaviour import Split, SplitKind, split
from llmrec_core.errors import InputError
from llmrec_core.evaluate.bench import Bench
from llmrec_core.evaluate.bpr import fit_bpr
from llmrec_core.metrics import ranking_metrics
from llmrec_core.protocol.candidates import Candidates, candidates
from llmrec_core.protocol.published import RERUN, TABLES
from llmrec_core.threads import one_thread
from llmrec_core.validation import best

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.evaluate.data import Data
    from llmrec_core.profile import Profiles

SEED = 42

WIDTH = {"microsoft-100k": 200, "recbole": 64, "recommenders-jl": 64, "cornac": 10}
"""How many factors the source's BPR has (64 where it does not say), by protocol."""

NEIGHBOURS = 100
"""Items that an item votes for in ItemKNN."""

Scores = Callable[[np.ndarray], np.ndarray]
"""User numbers -> (users, n_items) scores."""


@dataclass(frozen=True)
class Published:
    """A published model as a signal: scores of the study's users, looked up by id."""

    place: dict[str, int]
    of: Scores

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items) float32 for users of the study."""
        users = np.array([self.place[str(user)] for user in profiles.ids])
        return np.asarray(self.of(users), np.float64 if exact else np.float32)


@dataclass(frozen=True)
class Reruns:
    """Rows for those models of the protocol's table that are fitted here too: BPR, ItemKNN."""

    protocol: str

    def check(self, data: Data) -> None:
        """Raises `InputError` where no table was published, or on other data."""
        table, rows = TABLES.get(self.protocol), len(data.tables.interactions.frame)
        if table is None:
            raise InputError(
                f"No table was published under the protocol {self.protocol}: choose one of "
                f"{', '.join(TABLES)}, or leave --against out."
            )
        if table.rows != rows:
            raise InputError(
                f"The table of {self.protocol} is of {table.data} ({table.rows:,} rows), and "
                f"this study has {rows:,}: import that data, or leave --against out."
            )

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """One row a model, and nothing else."""
        rows = []
        names = {model.here for model in TABLES[self.protocol].models}
        for kind, fit in (("BPR", self._bpr), ("ItemKNN", _item_knn)):
            name = f"{kind} {RERUN}"
            if name in names:
                bench.tell(f"fitting {name}", 0, 1)
                begun = time.perf_counter()
                with one_thread():
                    scores, settings = fit(bench.data)
                seconds = time.perf_counter() - begun
                place = {str(user): k for k, user in enumerate(bench.data.train.user_ids)}
                lists = bench.lists({name: {name: 1.0}}, fitted={name: Published(place, scores)})  # type: ignore[dict-item]
                rows.append(bench.row(name, lists[name], settings, seconds=seconds))
        return rows, {}

    def _bpr(self, data: Data) -> tuple[Scores, dict[str, Any]]:
        """BPR with its own user factors, its epochs chosen by NDCG@10 on rows that it did not see.

        On the protocol's validation rows where there are such, as RecBole does; else on a tenth of
        the training rows, which it is then fitted with for as many epochs.
        """
        width = WIDTH.get(self.protocol, 64)
        inner, held_out = data.train, data.validation
        if held_out is None:
            inner, held_out = split(data.train, Split(kind=SplitKind.RANDOM, share=0.1, seed=43))
        judge = _ndcg(inner.matrix(), candidates(inner, held_out))
        users, items, epochs = fit_bpr(inner.matrix(), dim=width, seed=SEED, worth=judge)
        if data.validation is None:
            users, items, _ = fit_bpr(data.train.matrix(), dim=width, seed=SEED, epochs=epochs)
        return (lambda some: users[some] @ items.T), {"factors": width, "epochs": epochs}


def _ndcg(taken: csr_matrix, wanted: Candidates) -> Callable[[np.ndarray, np.ndarray], float]:
    """NDCG@10 of factors on held-out rows."""
    hidden = wanted.left_out(taken, np.arange(taken.shape[0])).nonzero()

    def worth(users: np.ndarray, items: np.ndarray) -> float:
        scores = users @ items.T
        scores[hidden] = -np.inf
        lists = best(scores, 10, wanted.id_rank)
        return float(np.nanmean(ranking_metrics(lists, wanted.relevant)["ndcg@10"]))

    return worth


def _item_knn(data: Data) -> tuple[Scores, dict[str, Any]]:
    """Item neighbours by cosine."""
    from implicit.nearest_neighbours import CosineRecommender

    taken = data.train.matrix()
    model = CosineRecommender(K=NEIGHBOURS, num_threads=1)
    model.fit(taken.tocsr(), show_progress=False)
    votes = model.similarity.tocsr()
    return (lambda users: (taken[users] @ votes).toarray()), {"neighbours": NEIGHBOURS}
