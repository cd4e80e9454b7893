"""Written item texts as an artefact, and beside the items' own fields when they are encoded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmrec_core import tables
from llmrec_core.describe import TEMPLATE, Description
from llmrec_core.enrich.check import wrong

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.artefacts import Artefacts
    from llmrec_core.explain import Entry
    from llmrec_core.tables import Items

STAGE = "item_texts"
FIELD = "written summary"
"""The text field that holds what was written where the catalogue has no field to put it in."""
_COUNT = re.compile(r" \(\d+\)")
USUAL = 0.5
"""A text field that so many of the items have is the catalogue's own place for such a text."""


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
    """The items as they are encoded: each written text where `written_field` says.

    A text in a place of its own is alike to no other item's: vectors are compared field by field.
    The items given are not changed; without texts they are given back.
    """
    if not texts:
        return items
    columns = {name: items.frame[name].tolist() for name in items.text_fields}
    extra = field_name(items)
    columns[extra] = [""] * len(items)
    usual = usual_field(items)
    for row, item_id in enumerate(items.frame[tables.ITEM]):
        if item_id in texts:
            free = usual is not None and not str(columns[usual][row]).strip()
            columns[str(usual) if free else extra][row] = encoded(texts[item_id])
    frame = items.frame.assign(**columns)
    return replace(items, frame=frame, text_fields=tuple(columns))


def encoded(text: Description) -> str:
    """A written text as it is encoded: without the sentences that name what nobody said.

    Of the rules' texts without the counts too, which say nothing of what an item is.
    """
    said = " ".join(s.text for s in text.sentences if s.on and not wrong(s))
    return _COUNT.sub("", said) if text.writer == TEMPLATE else said


def with_author(told: tuple[Entry, ...], name: str, author: str) -> tuple[Entry, ...]:
    """The ledger of an item with a written text, the field it stands in named with its author."""
    def named(entry: Entry) -> Entry:
        children = tuple(map(named, entry.children))
        if entry.kind == "item text" and entry.evidence == name:
            return replace(entry, evidence=written_name(name, author), children=children)
        return replace(entry, children=children)

    return tuple(map(named, told))


def written_name(field: str, author: str) -> str:
    """How a field with a written text is called in a ledger."""
    return f"{field} (written by {author})"


def written_field(items: Items, item: int) -> str:
    """Where the text written for item number `item` stands: the usual field, or one more.

    The usual field is taken where the item has none of its own there.
    """
    usual = usual_field(items)
    if usual is not None and not str(items.frame[usual].iat[item]).strip():
        return usual
    return field_name(items)


def usual_field(items: Items) -> str | None:
    """The text field that most items have, if USUAL of them do; None otherwise."""
    if not items.text_fields:
        return None
    filled = {
        name: sum(bool(str(text).strip()) for text in items.frame[name])
        for name in items.text_fields
    }
    best = max(filled, key=lambda name: filled[name])
    return best if filled[best] >= USUAL * len(items) else None


def field_name(items: Items) -> str:
    """What the written field is called beside the columns of `items`."""
    name = FIELD
    while name in items.frame.columns:
        name += " (ours)"
    return name
