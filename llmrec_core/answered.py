"""What a recommender answers: the lines of a list, and what the weights are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FITTED, FITTED_FEW = "fitted", "fitted for few rows"
"""What the weights are called that nobody gave."""


@dataclass(frozen=True)
class Recommended:
    """One line of a list; `parts` are the signals' shares, which sum to the score."""

    item: int
    item_id: str
    title: str
    score: float
    rank: int
    parts: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """As in the command line's contract."""
        return {
            "item_id": self.item_id, "title": self.title, "score": self.score, "rank": self.rank,
            "signals": self.parts,
        }


@dataclass(frozen=True)
class Answer:
    """A list, and the milliseconds of weighing and ranking (signals were scored before)."""

    items: list[Recommended]
    milliseconds: float
