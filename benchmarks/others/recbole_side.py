"""RecBole's EASE on the exchanged rows: its own configuration, data set, model and top k.

Reads `training.csv`, `held_out.csv` and `arrays.npz` of the folder; writes `ease.csv`.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from answering import answer
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.model.general_recommender import EASE
from recbole.utils.case_study import full_sort_topk

NAME = "world"


def atomic_files(folder: Path) -> None:
    """RecBole's own files; validation has to be there, so it repeats one training row."""
    target = folder / NAME
    target.mkdir(exist_ok=True)
    training, held_out = (pd.read_csv(folder / f"{x}.csv") for x in ("training", "held_out"))
    parts = {"train": training, "valid": training.head(1), "test": held_out}
    for name, frame in parts.items():
        frame.columns = ["user_id:token", "item_id:token"]
        frame.to_csv(target / f"{NAME}.{name}.inter", sep="\t", index=False)


def main(folder: Path) -> None:
    """Load everything once, then answer."""
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(1)
    atomic_files(folder)
    arrays = np.load(folder / "arrays.npz")
    sys.argv = sys.argv[:1]  # RecBole reads the command line too
    settings = {
        "data_path": str(folder), "benchmark_filename": ["train", "valid", "test"],
        "load_col": {"inter": ["user_id", "item_id"]}, "reg_weight": float(arrays["reg"]),
        "eval_args": {"mode": "full", "order": "RO", "group_by": "user"}, "use_gpu": False,
        "checkpoint_dir": str(folder), "show_progress": False,
    }
    config = Config(model="EASE", dataset=NAME, config_dict=settings)
    dataset = create_dataset(config)
    training, _, test = data_preparation(config, dataset)
    users = dataset.token2id("user_id", [str(user) for user in arrays["users"]])

    def ease() -> torch.Tensor:
        model = EASE(config, training.dataset)
        return full_sort_topk(users, model, test, k=int(arrays["n"]), device=torch.device("cpu"))[1]

    def written() -> None:
        item = dataset.id2token("item_id", ease().numpy()).astype(np.int64)
        pd.DataFrame({
            "user_id": np.repeat(arrays["users"], item.shape[1]), "item_id": item.ravel(),
            "rank": np.tile(np.arange(item.shape[1]) + 1, len(item)),
        }).to_csv(folder / "ease.csv", index=False)  # fmt: skip

    answer({"ease": ease, "lists of ease": written}, ("recbole", "numpy", "torch"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
