"""Cornac's first example on given ratings: its split, its BPR, its evaluator; factors as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import cornac
import numpy as np
from answering import answer
from cornac.eval_methods import RatioSplit
from cornac.metrics import AUC, NDCG, Precision, Recall

folder = Path(sys.argv[1])
ratings = np.load(folder / "ratings.npz", allow_pickle=False)
rows = list(zip(ratings["user"], ratings["item"], ratings["value"].astype(float), strict=True))


def train() -> dict[str, float]:
    """Cornac's own figures, and `bpr.npz` beside the ratings."""
    method = RatioSplit(data=rows, test_size=0.2, rating_threshold=4.0, seed=123)
    model = cornac.models.BPR(
        k=10, max_iter=200, learning_rate=0.001, lambda_reg=0.01, seed=123, verbose=False
    )
    metrics = [AUC(), NDCG(k=10), Precision(k=10), Recall(k=10)]
    found, _ = method.evaluate(model, metrics, user_based=True, show_validation=False)
    np.savez(
        folder / "bpr.npz", users=model.u_factors, items=model.i_factors, bias=model.i_biases,
        user_ids=np.array(list(method.train_set.user_ids)),
        item_ids=np.array(list(method.train_set.item_ids)),
    )
    return {name: float(value) for name, value in found.metric_avg_results.items()}


answer({"train": train}, ("cornac",))
