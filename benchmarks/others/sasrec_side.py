"""RecTools' SASRec: how many epochs it wants, then its fit on all training rows and its lists.

Reads `inner.csv`, `training.csv` (user_id, item_id, oldest first) and `settings.json` of the
folder; writes `inner_lists.csv` after every further round and `lists.csv`.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path

import pandas as pd
import torch
from answering import answer
from pytorch_lightning import seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

warnings.filterwarnings("ignore")
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)


def rows(path: Path) -> Dataset:
    """The rows in their form; one second lies between two, so that their order is kept."""
    found = pd.read_csv(path)
    moment = pd.Timestamp("2020-01-01") + pd.to_timedelta(range(len(found)), unit="s")
    return Dataset.construct(found.assign(**{Columns.Weight: 1, Columns.Datetime: moment}))


def main(folder: Path) -> None:
    """Load everything once, then answer."""
    torch.set_num_threads(1)
    asked = json.loads((folder / "settings.json").read_text("utf-8"))
    inner, training = (rows(folder / f"{name}.csv") for name in ("inner", "training"))

    def fresh() -> SASRecModel:
        seed_everything(asked["seed"])
        return SASRecModel(
            n_blocks=asked["layers"], n_heads=asked["heads"], n_factors=asked["dim"],
            session_max_len=asked["length"], dropout_rate=asked["dropout"], loss="softmax",
            lr=asked["lr"], batch_size=asked["batch"], epochs=asked["round"], deterministic=True,
            recommend_torch_device="cpu",
        )

    models = {"inner": fresh()}

    def lists(model: SASRecModel, data: Dataset, name: str) -> None:
        users = data.user_id_map.external_ids
        found = model.recommend(users=users, dataset=data, k=asked["n"], filter_viewed=True)
        found.to_csv(folder / name, index=False)

    def further() -> None:
        models["inner"].fit_partial(inner, asked["round"], asked["round"])

    def fit() -> None:
        rounds = json.loads((folder / "rounds.json").read_text("utf-8"))
        model = fresh()
        for _ in range(rounds):
            model.fit_partial(training, asked["round"], asked["round"])
        models["training"] = model

    actions = {
        "a further round": further, "fit": fit,
        "inner lists": lambda: lists(models["inner"], inner, "inner_lists.csv"),
        "lists": lambda: lists(models["training"], training, "lists.csv"),
    }
    answer(actions, ("rectools", "torch", "pytorch-lightning"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
