"""Whether the protocol «cornac» is Cornac's: its own BPR, judged by Cornac and by the studio.

Cornac runs its first example (RatioSplit, seed 123; BPR, seed 123) in an environment of its own, on
MovieLens-100K in the order of the file, and hands its factors over. The studio splits the same file
and judges the same factors by its own candidates and metrics. Equal figures mean equal rows, equal
candidates and equal denominators; those in Cornac's README should come out of both.

    python benchmarks/agreement.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from elsewhere import Elsewhere, environment
from published import study
from timing import machine

from llmrec_core import metrics
from llmrec_core.behaviour import Behaviour, from_tables, split
from llmrec_core.protocol import candidates, named
from llmrec_core.protocol.published import TABLES
from llmrec_core.tables import ITEM, USER, VALUE
from llmrec_core.validation import best

REQUIREMENTS = ("cornac==3.0.1", "numpy==2.3.5")
NAMES = {"auc": "AUC", "ndcg@10": "NDCG@10", "precision@10": "Precision@10",
         "recall@10": "Recall@10"}


def judged(rows: Behaviour, folder: Path) -> dict[str, float]:
    """What the studio finds for the factors in `folder`."""
    protocol = named("cornac")
    train, test = split(rows, protocol.split)
    wanted = candidates(train, test, protocol)
    factors = np.load(folder / "bpr.npz", allow_pickle=False)
    scores = np.full((rows.n_users, rows.n_items), -np.inf, np.float32)
    users = [rows.user_number(str(name)) for name in factors["user_ids"]]
    items = [rows.item_number(str(name)) for name in factors["item_ids"]]
    scores[np.ix_(users, items)] = factors["users"] @ factors["items"].T + factors["bias"]
    every = np.arange(rows.n_users)
    scores[wanted.left_out(train.matrix(), every).nonzero()] = -np.inf
    found = metrics.ranking_metrics(best(scores, 10, wanted.id_rank), wanted.relevant)
    found["auc"] = metrics.auc(scores, wanted.relevant)
    return {name: float(np.nanmean(values)) for name, values in found.items()}


def main() -> None:
    """Run both and print."""
    tables = study().tables()
    frame = tables.interactions.frame
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        np.savez(
            folder / "ratings.npz", user=frame[USER].to_numpy(str), item=frame[ITEM].to_numpy(str),
            value=frame[VALUE].to_numpy(float),
        )
        with Elsewhere(environment("cornac", REQUIREMENTS), "cornac_side.py", folder) as cornac:
            theirs = cornac.ask("train")
        ours = judged(from_tables(frame, tables.items.frame), folder)
    published = TABLES["cornac"].best.values
    print(machine())
    print(f"{'':<14}{'README':>10}{'Cornac':>10}{'studio':>10}")
    for name, called in NAMES.items():
        print(f"{called:<14}{published[name]:10.4f}{theirs[called]:10.4f}{ours[name]:10.4f}")


if __name__ == "__main__":
    main()
