"""RecBole's quick start (BPR) on given pairs: its split, its training, its evaluation.

Reads `ratings.npz` of the folder; «split» writes `parts.npz`, «train» answers with RecBole's own
figures of the test part and writes `bpr.npz`.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"  # it reads back its own checkpoint, whole

import numpy as np
import pandas as pd
import torch
from answering import answer
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.model.general_recommender import BPR
from recbole.trainer import Trainer
from recbole.utils import init_seed

NAME = "ml-100k"
logging.disable(logging.CRITICAL)
torch.set_num_threads(1)
folder = Path(sys.argv[1])
sys.argv = sys.argv[:1]  # RecBole reads the command line too

(folder / NAME).mkdir()
ratings = np.load(folder / "ratings.npz", allow_pickle=False)
pd.DataFrame({"user_id:token": ratings["user"], "item_id:token": ratings["item"]}).to_csv(
    folder / NAME / f"{NAME}.inter", sep="\t", index=False
)
config = Config(model="BPR", dataset=NAME, config_dict={
    "data_path": str(folder), "load_col": {"inter": ["user_id", "item_id"]}, "use_gpu": False,
    "checkpoint_dir": str(folder), "show_progress": False,
})  # fmt: skip
# As its `run_recbole` goes: seeded before the split, and once more before the model.
init_seed(config["seed"], config["reproducibility"])
dataset = create_dataset(config)
loaders = data_preparation(config, dataset)


def parts() -> None:
    """(rows, 2) user and item ids of the training, validation and test part."""
    found = {}
    for name, loader in zip(("train", "validation", "test"), loaders, strict=True):
        rows = loader.dataset.inter_feat
        pairs = (dataset.id2token(key, rows[key].numpy()) for key in ("user_id", "item_id"))
        found[name] = np.column_stack([np.asarray(one, str) for one in pairs])
    np.savez(folder / "parts.npz", **found)


def train() -> dict[str, float]:
    """Quick start's training; factors of the epoch that its validation chose."""
    train_rows, validation, test = loaders
    init_seed(config["seed"] + config["local_rank"], config["reproducibility"])
    model = BPR(config, train_rows.dataset)
    trainer = Trainer(config, model)
    trainer.fit(train_rows, validation, saved=True, show_progress=False)
    found = trainer.evaluate(test, load_best_model=True, show_progress=False)
    users, items = model.user_embedding.weight, model.item_embedding.weight
    np.savez(
        folder / "bpr.npz", users=users.detach().numpy()[1:], items=items.detach().numpy()[1:],
        bias=np.zeros(len(items) - 1),
        user_ids=np.asarray(dataset.field2id_token["user_id"][1:], str),
        item_ids=np.asarray(dataset.field2id_token["item_id"][1:], str),
    )
    return {name: float(value) for name, value in found.items()}


answer({"split": parts, "train": train}, ("recbole", "torch", "numpy"))
