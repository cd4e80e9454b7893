"""The names of all columns, the shapes of the tables, the checks that name a fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

USER, ITEM, VALUE, TIME, EVENT = "user_id", "item_id", "value", "timestamp", "event"
TITLE, IMAGE = "title", "image"
ROW, REVIEW, SUMMARY = "row", "review", "review_summary"
RELATION, ENTITY = "relation", "entity"

INTERACTION_COLUMNS = [USER, ITEM, VALUE, TIME, EVENT]
"""`user_id` and `item_id` str, `value` float32, `timestamp` Int64 seconds, `event` str.

The last two are nullable.
"""


REVIEW_COLUMNS = [ROW, REVIEW]
"""What people wrote with an interaction: its row id (int64, ascending, unique) and a str.

Kept apart from the interactions, for most of what a study answers never reads a review.
"""

TRIPLE_COLUMNS = [ITEM, RELATION, ENTITY]
"""Facts about items as triples, such as (i12, director, Ada): str, every item in the catalogue, no
triple twice."""


def require_columns(frame: pd.DataFrame, columns: list[str], what: str) -> None:
    """Raise `InputError` naming every column of `columns` that `frame` lacks."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        have = ", ".join(map(str, frame.columns[:12])) or "none"
        raise InputError(
            f"{what} has no column {', '.join(missing)} (it has: {have}): "
            "rename a column or map one with name=column."
        )


@dataclass(frozen=True)
class Interactions:
    """What users did: one row an event, in the order of the file it was read from.

    `frame` has INTERACTION_COLUMNS in that order and a RangeIndex; the row number is the row id
    that evidence and descriptions point to.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        require_columns(self.frame, INTERACTION_COLUMNS, "The interactions table")
        if len(self.frame) == 0:
            raise InputError("The interactions table has no rows: choose a file with at least one.")
        dtype = str(self.frame[VALUE].dtype)
        if dtype != "float32":
            raise InputError(f"The column {VALUE} has dtype {dtype}, not float32: read it again.")


@dataclass(frozen=True)
class Items:
    """The catalogue: `item_id` (unique str), `title`, text fields (str), attributes (lists of str).

    A missing text is "", a missing attribute an empty list. Every item that occurs in the
    interactions has a row; items that nobody has touched yet may have one too.
    """

    frame: pd.DataFrame
    text_fields: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wanted = [ITEM, TITLE, *self.text_fields, *self.attributes]
        require_columns(self.frame, wanted, "The items table")
        twice = self.frame[ITEM][self.frame[ITEM].duplicated()]
        if len(twice):
            raise InputError(f"The items table has the id {twice.iloc[0]!r} twice: keep one row.")

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True)
class Users:
    """What is known of users beside behaviour: `user_id` (unique str) and attributes (str)."""

    frame: pd.DataFrame
    attributes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_columns(self.frame, [USER, *self.attributes], "The users table")


@dataclass(frozen=True)
class Tables:
    """The three tables of a study, checked.

    `reviews` (REVIEW_COLUMNS) are there after reading files; tables read back from a study leave
    them on disk, where `Study.reviews` finds them. `triples` (TRIPLE_COLUMNS) are None where no
    file gave any.
    """

    interactions: Interactions
    items: Items
    users: Users
    reviews: pd.DataFrame | None = None
    triples: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.triples is not None:
            require_columns(self.triples, TRIPLE_COLUMNS, "The triples table")
