"""What shared entities are worth: the knowledge signal, and item vectors with them distilled.

MovieLens-100K, each user's last 20 % of rows by time held out (the template's descriptions of the
other rows); signals with their default settings, no row chosen by the held-out rows. NDCG@10 of
each signal alone, and on new items as `llmrec evaluate --new-items` measures them: 20 % of the
items (the same draw) lose their training rows, lists hold these items only, relevant are the
held-out rows among them; beside them chance and the popularity of attribute values.

    python benchmarks/knowledge.py [AMOUNT …]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from studies import files
from timing import machine

from llmrec_core import signals
from llmrec_core.behaviour import Behaviour, Split, from_tables, split
from llmrec_core.embed import load_encoder
from llmrec_core.evaluate.new_items import BY_ATTRIBUTES, DRAWS, RANDOM, attribute_popularity
from llmrec_core.metrics import ranking_metrics
from llmrec_core.profile import ValueScale, described_profiles
from llmrec_core.protocol.candidates import candidates, id_rank
from llmrec_core.readers import read
from llmrec_core.signals.distil import distilled
from llmrec_core.study import home
from llmrec_core.texts import Texts
from llmrec_core.validation import Validation, best

AMOUNTS = (0.0, 0.25, 0.5, 1.0)
HIDDEN, SEED, N = 0.2, 42, 10
SIGNALS = ("taste", "description", "knowledge")


@dataclass(frozen=True)
class NewJudge:
    """NDCG among the items `new`, of users with held-out rows of them.

    `relevant` and `taken` (n_users, n_new) bool are those rows and the training rows; `id_rank`
    (n_new,) orders equal scores.
    """

    new: np.ndarray
    relevant: np.ndarray
    taken: np.ndarray
    id_rank: np.ndarray

    @classmethod
    def of(cls, train: Behaviour, test: Behaviour, new: np.ndarray) -> NewJudge:
        """What was held out and taken among `new`."""
        held_out, taken = (rows.matrix().tocsc()[:, new].toarray() > 0 for rows in (test, train))
        return cls(new, held_out & ~taken, taken, id_rank(train.item_ids)[new])

    def ndcg(self, score: np.ndarray) -> float:
        """Mean NDCG@N of `score` (n_users, n_items)."""
        users = np.flatnonzero(self.relevant.any(axis=1))
        mine = np.where(self.taken[users], -np.inf, score[np.ix_(users, self.new)])
        lists = best(mine, N, self.id_rank)
        relevant = csr_matrix(self.relevant[users].astype(np.float32))
        return float(np.nanmean(ranking_metrics(lists, relevant, n=N)[f"ndcg@{N}"]))


def rows_of(
    train: Behaviour, test: Behaviour, hidden: Behaviour, new: np.ndarray, texts: Texts,
    tables: object, amounts: tuple[float, ...],
) -> Iterator[tuple[str, float, float, float, float]]:
    """(signal, amount, NDCG@10, NDCG@10 on new items, seconds of its fit) for each row."""
    items = tables.items  # type: ignore[attr-defined]
    scale = ValueScale.of(train.value)
    whole, part = (described_profiles(rows, items, scale, texts) for rows in (train, hidden))
    judge = Validation(whole, candidates(train, test), N)
    among = NewJudge.of(train, test, new)
    vectors = texts.items(items)
    for amount in amounts:
        side = signals.item_side(vectors, tables)  # type: ignore[arg-type]
        pulled = distilled(vectors, side.entities, amount)
        side = replace(side, vectors=pulled.concatenated)
        for name in SIGNALS:
            if name == "knowledge" and amount:
                continue  # it reads no vector
            begun = time.perf_counter()
            signal = signals.fit(name, whole, side, signals.DEFAULTS[name])
            seconds = time.perf_counter() - begun
            blind = signals.fit(name, part, side, signals.DEFAULTS[name])
            worth = judge.ndcg(judge.normalised(signal))
            yield name, amount, worth, among.ndcg(blind.score(part)), seconds
    nan, shape = float("nan"), (train.n_users, train.n_items)
    seen = np.ones(train.n_items, bool)
    seen[new] = False
    plain = attribute_popularity(items, hidden.counts(), seen)
    yield BY_ATTRIBUTES, 0.0, nan, among.ndcg(np.broadcast_to(plain, shape)), 0.0
    rng = np.random.default_rng(SEED)
    chance = [among.ndcg(np.broadcast_to(row, shape)) for row in rng.random((DRAWS, shape[1]))]
    yield RANDOM, 0.0, nan, float(np.mean(chance)), 0.0


def main() -> None:
    """Print one line a signal and amount."""
    amounts = tuple(map(float, sys.argv[1:])) or AMOUNTS
    paths = list(files().paths)
    triples = paths[0].parent / "triples.tsv"
    tables, _ = read([*paths, *([triples] if triples.exists() else [])])
    rows = from_tables(tables.interactions.frame, tables.items.frame)
    train, test = split(rows, Split())
    rng = np.random.default_rng(SEED)
    new = np.sort(rng.choice(rows.n_items, int(HIDDEN * rows.n_items), replace=False))
    hidden = train.take(~np.isin(train.item, new))
    texts = Texts(load_encoder(), home() / "cache")
    print(f"python benchmarks/knowledge.py {' '.join(sys.argv[1:])}".rstrip())
    print(machine(), f"· {len(new)} new items · threads {os.environ.get('OMP_NUM_THREADS', '?')}")
    print(f"{'signal':<26} {'pulled by':>9} {'NDCG@10':>8} {'new items':>9} {'fit s':>6}")
    for name, amount, worth, fresh, seconds in rows_of(
        train, test, hidden, new, texts, tables, amounts
    ):
        print(f"{name:<26} {amount:>9.2f} {worth:>8.4f} {fresh:>9.4f} {seconds:>6.2f}", flush=True)


if __name__ == "__main__":
    main()
