"""A study's results as open files, safe to open in a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.artefacts import write_atomically

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.describe import Description
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
    """Write lists, texts of users and items, the map and the recipe into `folder`; the paths."""
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
        "descriptions.csv": _sentences(recommender.descriptions(), tables.USER),
        "item_texts.csv": _sentences(_item_texts(recommender), tables.ITEM),
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


TEXT_COLUMNS = (
    "position", "sentence", "polarity", "on", "author", "check", "problem", "rows", "writer",
    "language", "fallback", "latest", "rows_read",
)


def _sentences(descriptions: Iterable[Description], owner: str) -> pd.DataFrame:
    """One row a sentence, with all that says how far to trust it.

    `latest` is the last interaction that the writer saw (a date, UTC), `rows_read` how many it saw.
    """
    import pandas as pd

    found = [
        (
            one.owner_id, k + 1, s.text, s.polarity, s.on, s.author, s.check, s.problem,
            " ".join(map(str, s.rows)), one.writer, one.language, one.fallback,
            _day(one.latest), len(one.read),
        )
        for one in descriptions for k, s in enumerate(one.sentences)
    ]
    return pd.DataFrame(found, columns=[owner, *TEXT_COLUMNS])


def _day(latest: int | None) -> str:
    """A time in seconds as a date; "" where there is none, or none that a calendar has."""
    try:
        return "" if latest is None else str(datetime.fromtimestamp(latest, UTC).date())
    except (OverflowError, ValueError, OSError):
        return ""


def _item_texts(recommender: Recommender) -> list[Description]:
    """The texts written for items, in the order of their ids; none where none were asked for."""
    return [text for _, text in sorted(recommender.item_texts.items())]


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
