"""A hand-made world whose right answers are obvious: even users like even items, odd ones odd."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from llmrec_core import tables
from llmrec_core.behaviour import Behaviour, from_tables
from llmrec_core.tables import Items

N = 24
"""Users, and items."""

_EVEN = ("A spaceship crosses the stars.", "Robots wake on a far planet.", "Aliens reach the moon.")
_ODD = ("Two lovers meet in a garden.", "A wedding in the spring.", "Letters of a tender heart.")


def items() -> Items:
    """Even items are space stories by Ada, odd ones love stories by Bea."""
    rows = [
        {
            tables.ITEM: f"i{i:02d}", tables.TITLE: f"{'Star' if i % 2 == 0 else 'Heart'} {i}",
            "plot": (_EVEN if i % 2 == 0 else _ODD)[i % 3] + f" Part {i}.",
            "genres": ["space"] if i % 2 == 0 else ["romance"],
            "creator": ["Ada"] if i % 2 == 0 else ["Bea"], "year": [str(1980 + i)],
        }
        for i in range(N)
    ]
    return Items(pd.DataFrame(rows), ("plot",), ("genres", "creator", "year"))


def interactions(*, withhold: bool = True) -> pd.DataFrame:
    """User u rates every item of its own kind 5 (but item u) and two of the other kind 1."""
    rows = []
    for u in range(N):
        liked = [i for i in range(N) if i % 2 == u % 2 and not (withhold and i == u)]
        other = [(u + 1) % N, (u + 3) % N]
        order = np.random.default_rng(u).permutation(liked + other)
        for k, i in enumerate(order):
            value = 5.0 if i % 2 == u % 2 else 1.0
            rows.append((f"u{u:02d}", f"i{i:02d}", value, 1_000_000 + 100 * k + u, None))
    frame = pd.DataFrame(rows, columns=tables.INTERACTION_COLUMNS)
    frame[tables.VALUE] = frame[tables.VALUE].astype("float32")
    frame[tables.TIME] = frame[tables.TIME].astype("Int64")
    frame[tables.EVENT] = frame[tables.EVENT].astype("str")
    return frame


def behaviour(*, withhold: bool = True) -> Behaviour:
    """The world as row numbers."""
    return from_tables(interactions(withhold=withhold), items().frame)


def write_files(folder: Path) -> list[Path]:
    """The world as files that an analyst might upload."""
    folder.mkdir(parents=True, exist_ok=True)
    events = interactions()[[tables.USER, tables.ITEM, tables.VALUE, tables.TIME]]
    events.rename(columns={tables.VALUE: "rating"}).to_csv(folder / "ratings.csv", index=False)
    with open(folder / "stories.jsonl", "w") as file:
        for row in items().frame.to_dict("records"):
            flat = {**row, "creator": row["creator"][0], "year": int(row["year"][0])}
            file.write(json.dumps(flat) + "\n")
    return [folder / "ratings.csv", folder / "stories.jsonl"]
