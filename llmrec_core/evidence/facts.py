"""What can be known of a user: counted facts, each with the rows it was counted from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact says."""

    LIKES_ATTRIBUTE = "likes_attribute"  # categories over-represented among the liked rows
    FAVOURITE_TITLE = "favourite_title"  # the best-valued rows, the telling ones first
    FAVOURITE_CREATOR = "favourite_creator"  # makers with at least two liked rows
    THEME = "theme"  # words over-represented in the text of liked items
    DISLIKES_ATTRIBUTE = "dislikes_attribute"  # categories over-represented among disliked rows
    RARE_ATTRIBUTE = "rare_attribute"  # categories chosen far less often than by the others
    DISLIKED_TITLE = "disliked_title"  # the worst-valued rows
    NEUTRAL_TITLE = "neutral_title"  # the latest rows that are neither liked nor disliked
    ERA = "era"  # periods over-represented among the liked rows
    RECENT_CHANGE = "recent_change"  # categories more frequent among the latest liked rows
    RECENT_TITLE = "recent_title"  # the latest liked rows
    OLD_TITLE = "old_title"  # the earliest liked rows
    RATING_HABIT = "rating_habit"  # mean and spread of the values against everybody's
    MAINSTREAM = "mainstream"  # how popular the liked items are
    ACTIVITY = "activity"  # how much was read


@dataclass(frozen=True)
class Fact:
    """One counted statement.

    `attribute` is the column it was counted in ("" where there is none), `values` what was found
    there, most telling first, `numbers` the counts behind it (count, share, lift, score, mean…),
    `rows` the ids of the interactions it was counted from and `items` their item numbers, both
    aligned and in the order of `values` where there is one row a value.
    """

    kind: FactKind
    polarity: int
    values: tuple[str, ...] = ()
    attribute: str = ""
    numbers: dict[str, float] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    items: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """All that was counted about one user; `rows` are all row ids read, `latest` the last time.

    `liked` and `disliked` are the item numbers of all rows judged so, for the facts tell a few.
    """

    user_id: str
    facts: tuple[Fact, ...] = ()
    rows: tuple[int, ...] = ()
    latest: int | None = None
    liked: tuple[int, ...] = ()
    disliked: tuple[int, ...] = ()

    def of(self, *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds, in their order."""
        return [fact for fact in self.facts if fact.kind in kinds]
