"""What a journal gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmrec_core.describe.sentences import Description


@dataclass(frozen=True)
class Version:
    """One saved version of a description; `parent` is the version it was made from.

    `undone` versions are out of force but stay; `head` is the one in force. `created` is UTC.
    `data` names the interactions that its row ids belong to ("" where that was not noted), `batch`
    the edit of many that it is part of.
    """

    version: int
    description: Description
    author: str
    created: datetime
    parent: int | None
    undone: bool
    head: bool
    data: str = ""
    batch: int | None = None


@dataclass(frozen=True)
class Batch:
    """One edit of many descriptions: `what` was done, to how many `owners`; how many are `kept`."""

    number: int
    author: str
    created: datetime
    what: str
    owners: int
    kept: int


@dataclass(frozen=True)
class PromptVersion:
    """One saved text of a prompt; `digest` is what settings name it by, `created` is UTC."""

    name: str
    version: int
    text: str
    digest: str
    author: str
    created: datetime


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a user, an item or a setting."""

    subject: str
    text: str
    created: datetime


@dataclass(frozen=True)
class Feedback:
    """What a user said of an item: 1 good, -1 bad, or any other value."""

    user_id: str
    item_id: str
    value: float
    created: datetime
