"""Written item texts as an artefact, and beside the items' own fields when they are encoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmrec_core import tables
from llmrec_core.describe import Description

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.artefacts import Artefacts
    from llmrec_core.tables import Items

STAGE = "item_texts"
FIELD = "written summary"
"""The text field that holds what was written: for encoding only, originals are never touched."""


def frame_of(texts: Sequence[Description]) -> pd.DataFrame:
    """One row a written text: `item_id`, `author`, `text`, `rows_read` (list of row ids),
    `latest` (Int64 seconds, missing where nothing dated was read), `json` (the description)."""
    import pandas as pd

    return pd.DataFrame(
        {
            tables.ITEM: pd.Series([t.owner_id for t in texts], dtype="str"),
            "author": pd.Series([t.writer for t in texts], dtype="str"),
            "text": pd.Series([t.text() for t in texts], dtype="str"),
            "rows_read": pd.Series([list(t.read) for t in texts], dtype=object),
            "latest": pd.Series([t.latest for t in texts], dtype="Int64"),
            "json": pd.Series([t.to_json() for t in texts], dtype="str"),
        }
    )


def load_texts(store: Artefacts, key: str) -> dict[str, Description]:
    """The written texts named `key`, by item id; none for the key "" (nothing was written)."""
    if not key:
        return {}
    frame = store.load_frame(STAGE, key)
    return {text.owner_id: text for text in map(Description.from_json, frame["json"])}


def rows_read(texts: Mapping[str, Description]) -> dict[str, tuple[int, ...]]:
    """Item id -> ids of the rows whose reviews its text was written from: what a leak is told by.

    An item whose text rests on its attributes alone has none.
    """
    return {item_id: text.read for item_id, text in texts.items()}


def with_written(items: Items, texts: Mapping[str, Description]) -> Items:
    """The items with one more text field; the same items where nothing was written."""
    if not texts:
        return items
    name = field_name(items)
    written = [
        texts[item_id].text() if item_id in texts else "" for item_id in items.frame[tables.ITEM]
    ]
    frame = items.frame.assign(**{name: written})
    return replace(items, frame=frame, text_fields=(*items.text_fields, name))


def field_name(items: Items) -> str:
    """What the written field is called beside the columns of `items`."""
    name = FIELD
    while name in items.frame.columns:
        name += " (ours)"
    return name
