"""Which descriptions saw what an evaluation holds out: judged by the rows that they were read from.

A sentence that a person typed has no rows, and whoever typed it may have seen everything: whether
such a description leaks cannot be known, and it is counted apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.behaviour import NO_TIME
from llmrec_core.describe.sentences import PERSON, Description
from llmrec_core.errors import InputError

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour


@dataclass(frozen=True)
class LeakReport:
    """The users with held-out rows, and what their descriptions had seen of any held-out row.

    `users` (k,) user numbers; `seen` (k,) int how many held-out rows each description was read
    from; `saw` (k,) bool: it saw one, or was read from rows later than the user's first held-out
    one; `unknown` (k,) bool: nothing of the kind is known, but a person wrote in it, or no rows
    are written down.
    """

    users: np.ndarray
    seen: np.ndarray
    saw: np.ndarray
    unknown: np.ndarray

    @property
    def clean(self) -> np.ndarray:
        """(c,) user numbers whose descriptions are known to have seen nothing."""
        return self.users[~self.saw & ~self.unknown]

    def to_json(self) -> dict[str, Any]:
        """Counts."""
        return {
            "users": len(self.users), "saw": int(self.saw.sum()),
            "unknown": int(self.unknown.sum()), "clean": len(self.clean),
            "held_out_rows_read": int(self.seen.sum()),
        }

    def refuse(self) -> None:
        """Raise `InputError` where any description saw a held-out row."""
        saw = int(self.saw.sum())
        if saw:
            raise InputError(
                f"The descriptions of {saw:,} of {len(self.users):,} users were written from rows "
                "that this evaluation holds out, so their figures would be too good: leave "
                "--descriptions out (then texts are written from training rows), or give "
                "--leaked flag to see both."
            )

    def sentence(self) -> str:
        """The report in words."""
        return (
            f"{int(self.saw.sum()):,} of {len(self.users):,} users' descriptions saw held-out rows "
            f"({int(self.seen.sum()):,} rows read); of {int(self.unknown.sum()):,} it cannot be "
            f"known, because a person wrote in them; {len(self.clean):,} are clean."
        )


def leak_report(descriptions: Sequence[Description], test: Behaviour) -> LeakReport:
    """Hold descriptions, one for each user number, against the rows held out.

    A description's rows are those it was `read` from and those behind its sentences; where it has
    none, its `latest` time is held against the user's first held-out row.
    """
    users = np.unique(test.user)
    held = np.zeros(int(test.row.max(initial=-1)) + 1, bool)
    held[test.row[test.row >= 0]] = True
    first = np.full(test.n_users, np.iinfo(np.int64).max)
    timed = test.time != NO_TIME
    np.minimum.at(first, test.user[timed], test.time[timed])
    seen = np.zeros(len(users), np.int64)
    saw, unknown = np.zeros(len(users), bool), np.zeros(len(users), bool)
    for place, user in enumerate(users):
        description = descriptions[user]
        rows = rows_read(description)
        known = rows[(rows >= 0) & (rows < len(held))]
        seen[place] = int(held[known].sum())
        late = description.latest is not None and description.latest >= first[user]
        saw[place] = seen[place] > 0 or (len(rows) == 0 and late)
        told = any(sentence.author == PERSON for sentence in description.sentences)
        blank = len(rows) == 0 and description.latest is None and bool(description.sentences)
        unknown[place] = not saw[place] and (told or blank)
    return LeakReport(users, seen, saw, unknown)


def rows_read(description: Description) -> np.ndarray:
    """(r,) int64 the ids of all rows that a description is known to rest on, ascending."""
    cited = [row for sentence in description.sentences for row in sentence.rows]
    return np.unique(np.array([*description.read, *cited], np.int64))
