"""What shared entities are worth: the knowledge signal, and item vectors with them distilled.

MovieLens-100K, each user's last 20 % of rows by time held out (the template's descriptions of the
other rows); signals with their default settings, no row chosen by the held-out rows. NDCG@10 of
each signal alone, and on new items: 20 % of the items hidden from training, ranked among
themselves, against the order of chance.

    python benchmarks/knowledge.py [AMOUNT …]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from studies import files
from timing import machine

from llmrec_core import signals
from llmrec_core.behaviour import Behaviour, Split, from_tables, split
from llmrec_core.embed import load_encoder
from llmrec_core.metrics import ndcg
from llmrec_core.profile import ValueScale, described_profiles
from llmrec_core.protocol.candidates import candidates
from llmrec_core.readers import read
from llmrec_core.signals.distil import distilled
from llmrec_core.study import home
from llmrec_core.texts import Texts
from llmrec_core.validation import Validation

AMOUNTS = (0.0, 0.25, 0.5, 1.0)
HIDDEN, SEED, N = 0.2, 42, 10
SIGNALS = ("taste", "description", "knowledge")


def new_items(held_out: np.ndarray, score: np.ndarray, new: np.ndarray) -> float:
    """Mean NDCG@10 of the users who took a new item, all lists being of new items only."""
    relevant = held_out[:, new] > 0
    users = np.flatnonzero(relevant.any(axis=1))
    order = np.argsort(-score[np.ix_(users, new)], axis=1, kind="stable")[:, :N]
    hits = np.take_along_axis(relevant[users], order, axis=1)
    return float(np.nanmean(ndcg(hits, relevant[users].sum(axis=1))))


def rows_of(
    train: Behaviour, test: Behaviour, hidden: Behaviour, new: np.ndarray, texts: Texts,
    tables: object, amounts: tuple[float, ...],
) -> Iterator[tuple[str, float, float, float, float]]:
    """(signal, amount, NDCG@10, NDCG@10 on new items, seconds of its fit) for each row."""
    items = tables.items  # type: ignore[attr-defined]
    scale = ValueScale.of(train.value)
    whole, part = (described_profiles(rows, items, scale, texts) for rows in (train, hidden))
    judge = Validation(whole, candidates(train, test), N)
    taken = test.matrix().toarray() + (train.matrix() - hidden.matrix()).toarray()
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
            yield name, amount, worth, new_items(taken, blind.score(part), new), seconds
    chance = np.random.default_rng(SEED).random(taken.shape)
    yield "chance", 0.0, float("nan"), new_items(taken, chance, new), 0.0


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
    print(f"{'signal':<12} {'pulled by':>9} {'NDCG@10':>8} {'new items':>9} {'fit s':>6}")
    for name, amount, worth, fresh, seconds in rows_of(
        train, test, hidden, new, texts, tables, amounts
    ):
        print(f"{name:<12} {amount:>9.2f} {worth:>8.4f} {fresh:>9.4f} {seconds:>6.2f}", flush=True)


if __name__ == "__main__":
    main()
