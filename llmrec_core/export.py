"""A study's results as open files, safe to open in a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.artefacts import write_atomically

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.recommender import Recommender

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text cell that a spreadsheet would run."""
    out = frame.copy()
    for name in out.columns:
        if out[name].dtype.kind in "OUT" or str(out[name].dtype) in ("str", "string"):
            text = out[name].astype("str")
            out[name] = text.where(~text.str.startswith(_ACTIVE), "'" + text)
    return out


def export(recommender: Recommender, folder: Path, n: int = 10) -> list[Path]:
    """Write lists, descriptions, the map and the recipe into `folder`; the paths written."""
    import pandas as pd

    ids = recommender.behaviour.item_ids
    users = recommender.behaviour.user_ids
    lists = recommender.all_lists(recommender.weights(), n)
    user, place = np.nonzero(lists >= 0)
    shown = lists[user, place]
    frames = {
        "lists.csv": pd.DataFrame(
            {tables.USER: users[user], "rank": place + 1, tables.ITEM: ids[shown],
             tables.TITLE: recommender.titles[shown]}
        ),
        "descriptions.csv": pd.DataFrame(
            [
                {tables.USER: u, "position": k + 1, "sentence": s.text, "polarity": s.polarity,
                 "on": s.on, "author": s.author, "rows": " ".join(map(str, s.rows))}
                for u in users for k, s in enumerate(recommender.description(u).sentences)
            ]
        ),
        "map.csv": _map(recommender),
    }
    written = []
    for name, frame in frames.items():
        write_atomically(folder / name, inert(frame).to_csv(index=False).encode())
        written.append(folder / name)
    card = {"study": recommender.study.name, "weights": recommender.default_weights,
            "made_with": recommender.made_with, "choice": recommender.choice.document()}
    write_atomically(folder / "recipe.json", json.dumps(card, indent=1).encode())
    return [*written, folder / "recipe.json"]


def _map(recommender: Recommender) -> pd.DataFrame:
    """Where items and users lie: kind, id, x, y (empty for a user who likes nothing)."""
    import pandas as pd

    arrays = recommender.study.artefacts.load_arrays("map", recommender.keys.map)
    parts = []
    rows = recommender.behaviour
    for kind, ids in (("item", rows.item_ids), ("user", rows.user_ids)):
        xy = arrays[f"{kind}_xy"]
        parts.append(pd.DataFrame({"kind": kind, "id": ids, "x": xy[:, 0], "y": xy[:, 1]}))
    return pd.concat(parts, ignore_index=True)
