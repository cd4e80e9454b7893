"""A tiny shop whose items are known only by what people wrote: a capo, a drum, and a told lamp."""

from __future__ import annotations

import pandas as pd

from llmrec_core import tables
from llmrec_core.behaviour import Behaviour, from_tables
from llmrec_core.tables import Items

CAPO = (
    "The spring clamp holds the strings. I like it.",
    "A strong spring clamp, it never slips off the neck.",
    "The spring clamp is stiff.",
    "My daughter found the spring clamp too stiff for her hands.",
)
DRUM = (
    "A loud snare drum.",
    "This snare drum rattles.",
    "The snare drum came late.",
)
LAMP = "A reading lamp of brass with a green shade, made by hand in Porto since 1950. " * 3


def items() -> Items:
    """c0 the capo, d0 the drum (with a maker), l0 the lamp, n0 of which nothing is known."""
    frame = pd.DataFrame(
        {
            tables.ITEM: ["l0", "c0", "d0", "n0"],
            tables.TITLE: ["Porto lamp", "c0", "Thunder", "n0"],
            "about": [LAMP, "", "", ""],
            "maker": [["Silva"], [], ["Bo Brand"], []],
            "year": [["1950"], [], ["1999"], []],
        }
    )
    return Items(frame, ("about",), ("maker", "year"))


def tables_of_shop() -> tuple[Behaviour, pd.DataFrame]:
    """(the rows, their reviews): 12 people; the lamp is the best known, the drum the least."""
    rows, said = [], []
    plan = [("c0", text, value) for text, value in zip(CAPO, (5, 5, 1, 1), strict=True)]
    plan += [("d0", text, value) for text, value in zip(DRUM, (5, 1, 1), strict=True)]
    plan += [("l0", "A lovely thing to read by.", 5)] * 5
    for k, (item, text, value) in enumerate(plan):
        rows.append((f"u{k:02d}", item, float(value), 1000 + k, None))
        said.append((k, text))
    frame = pd.DataFrame(rows, columns=tables.INTERACTION_COLUMNS)
    frame[tables.VALUE] = frame[tables.VALUE].astype("float32")
    frame[tables.TIME] = frame[tables.TIME].astype("Int64")
    reviews = pd.DataFrame(said, columns=tables.REVIEW_COLUMNS)
    return from_tables(frame, items().frame), reviews
