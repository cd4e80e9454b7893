"""Whether protocols are those of the libraries they are named after: Cornac's and RecBole's.

Each library runs its own first example in an environment of its own, on MovieLens-100K in the order
of the file, and hands its factors over: Cornac's RatioSplit and BPR (seed 123), RecBole's quick
start (BPR, seed 2020), whose three parts are compared row for row too. The studio splits the same
file and judges the same factors by its own candidates and metrics. Equal figures mean equal rows,
equal candidates and equal denominators; the published ones should come out of all.

    python benchmarks/agreement.py [cornac|recbole]…
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from ease import BARE, RECBOLE
from elsewhere import Elsewhere, environment
from published import study
from timing import machine

from llmrec_core import metrics
from llmrec_core.behaviour import Behaviour, from_tables, split, split_in_three
from llmrec_core.protocol import Protocol, candidates, named
from llmrec_core.protocol.published import TABLES
from llmrec_core.tables import ITEM, USER, VALUE
from llmrec_core.validation import best


@dataclass(frozen=True)
class Side:
    """A library: its environment, its script, and its words for the studio's metrics."""

    requirements: tuple[str, ...]
    script: str
    names: dict[str, str]
    bare: tuple[str, ...] = ()


SIDES = {
    "cornac": Side(
        ("cornac==3.0.1", "numpy==2.3.5"), "cornac_side.py",
        {"auc": "AUC", "ndcg@10": "NDCG@10", "precision@10": "Precision@10",
         "recall@10": "Recall@10"},
    ),
    "recbole": Side(
        RECBOLE, "recbole_bpr_side.py",
        {name: name for name in ("recall@10", "mrr@10", "ndcg@10", "precision@10")}
        | {"hit_rate@10": "hit@10"},
        BARE,
    ),
}  # fmt: skip


def parted(rows: Behaviour, protocol: Protocol) -> dict[str, Behaviour]:
    """The training, test and, where the protocol has one, validation rows."""
    names = ("train", "test") if protocol.refit else ("train", "validation", "test")
    cut = split if protocol.refit else split_in_three
    return dict(zip(names, cut(rows, protocol.split), strict=True))


def judged(rows: Behaviour, protocol: Protocol, folder: Path) -> dict[str, float]:
    """What the studio finds for the factors in `folder`."""
    parts = parted(rows, protocol)
    train = parts["train"]
    wanted = candidates(train, parts["test"], protocol, parts.get("validation"))
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


def alike(rows: Behaviour, protocol: Protocol, folder: Path) -> str:
    """How many rows of each part the other library put into the same part, in words."""
    theirs = np.load(folder / "parts.npz", allow_pickle=False)
    told = []
    for name, part in parted(rows, protocol).items():
        own = set(zip(part.user_ids[part.user], part.item_ids[part.item], strict=True))
        there = set(map(tuple, theirs[name].tolist()))
        told.append(f"{name} {len(own & there):,} of {len(own):,} (there {len(there):,})")
    return "rows in the same part: " + ", ".join(told)


def compare(name: str, rows: Behaviour, frame: pd.DataFrame) -> None:
    """Run the library, judge its factors, print both beside what was published."""
    side, protocol = SIDES[name], named(name)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        np.savez(
            folder / "ratings.npz", user=frame[USER].to_numpy(str), item=frame[ITEM].to_numpy(str),
            value=frame[VALUE].to_numpy(float),
        )
        python = environment(name, side.requirements, side.bare)
        with Elsewhere(python, side.script, folder) as library:
            print(f"{name} {library.versions[name]}, protocol «{name}»")
            if not protocol.refit:
                library.ask("split")
                print(alike(rows, protocol, folder))
            theirs = library.ask("train")
        ours = judged(rows, protocol, folder)
    published = TABLES[name].best.values  # noqa: PD011
    print(f"{'':<14}{'published':>10}{'run here':>10}{'studio':>10}")
    for ours_name, called in side.names.items():
        figures = published[ours_name], theirs[called], ours[ours_name]
        print(f"{called:<14}" + "".join(f"{figure:10.4f}" for figure in figures), flush=True)


def main() -> None:
    """Run the libraries that are named, both where none is."""
    tables = study().tables()
    frame = tables.interactions.frame
    rows = from_tables(frame, tables.items.frame)
    print(machine())
    for name in sys.argv[1:] or SIDES:
        compare(name, rows, frame)


if __name__ == "__main__":
    main()
