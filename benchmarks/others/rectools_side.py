"""RecTools' half of the comparison: its metrics on given lists, and its EASE.

Reads `training.csv`, `held_out.csv`, `lists.csv` and `arrays.npz` of the folder; writes `ease.csv`.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from answering import answer
from rectools import Columns
from rectools import metrics as theirs
from rectools.dataset import Dataset
from rectools.models import EASEModel

warnings.filterwarnings("ignore")


class Cosine(theirs.PairwiseDistanceCalculator):
    """1 - cosine of any pair, looked up: all pairs of items were multiplied before."""

    def __init__(self, vectors: np.ndarray) -> None:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self.distance = 1 - unit @ unit.T

    def _get_distances_for_item_pairs(self, items_0: np.ndarray, items_1: np.ndarray) -> np.ndarray:
        return self.distance[np.asarray(items_0, np.int64), np.asarray(items_1, np.int64)]


def wanted(n: int, distance: Cosine) -> dict[str, theirs.base.MetricAtK]:
    """Their metrics by our names."""
    return {
        f"precision@{n}": theirs.Precision(k=n), f"recall@{n}": theirs.Recall(k=n),
        f"ndcg@{n}": theirs.NDCG(k=n, divide_by_achievable=True), f"map@{n}": theirs.MAP(k=n),
        f"mrr@{n}": theirs.MRR(k=n), f"hit_rate@{n}": theirs.HitRate(k=n),
        f"novelty@{n}": theirs.MeanInvUserFreq(k=n),
        f"diversity@{n}": theirs.IntraListDiversity(k=n, distance_calculator=distance),
        f"serendipity@{n}": theirs.Serendipity(k=n),
        f"coverage@{n}": theirs.CatalogCoverage(k=n, normalize=True),
        "average_popularity": theirs.AvgRecPopularity(k=n),
    }


def main(folder: Path) -> None:
    """Load everything once, then answer."""
    training, held_out, lists = (
        pd.read_csv(folder / f"{name}.csv") for name in ("training", "held_out", "lists")
    )
    arrays = np.load(folder / "arrays.npz")
    n, catalogue = int(arrays["n"]), np.arange(int(arrays["items"]))
    chosen = wanted(n, Cosine(arrays["vectors"]))
    known = training.assign(**{Columns.Weight: 1, Columns.Datetime: "2020-01-01"})
    dataset = Dataset.construct(known)

    def measure() -> dict[str, object]:
        return {"values": theirs.calc_metrics(chosen, lists, held_out, training, catalogue)}

    def ease() -> pd.DataFrame:
        model = EASEModel(regularization=float(arrays["reg"]), recommend_n_threads=1)
        model.fit(dataset)
        return model.recommend(
            users=arrays["users"], dataset=dataset, k=n, filter_viewed=True
        )

    def written() -> None:
        ease().to_csv(folder / "ease.csv", index=False)

    actions = {"metrics": measure, "ease": ease, "lists of ease": written}
    answer(actions, ("rectools", "numpy", "pandas"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
