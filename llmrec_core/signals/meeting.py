"""How a signal that reads texts opens up: which text met which, and where a user points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.base import Kind


@dataclass(frozen=True)
class Meeting:
    """One text of the user's side against one text of an item: factor x left' bridge right.

    `left` and `right` (dim,) are stored vectors, centred as they are in the study; `bridge` (dim,
    dim) is what was learned between them, None for nothing (the plain product). `kind` and
    `evidence` are those of the contribution that it belongs to, `part` the item's text field and
    `source` the past item's ("" for a sentence).
    """

    kind: Kind
    evidence: int
    source: str
    part: str
    factor: float
    left: np.ndarray
    right: np.ndarray
    bridge: np.ndarray | None = None

    @property
    def value(self) -> float:
        """Its share of the score."""
        left = self.left.astype(np.float64)
        through = left if self.bridge is None else left @ self.bridge.astype(np.float64)
        return self.factor * float(through @ self.right.astype(np.float64))


@runtime_checkable
class ReadsTexts(Protocol):
    """A signal whose score is a product of texts: description, taste, match."""

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n, n_items), as of every signal."""
        ...

    def mapped(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n, E): where each profile points in the space of `targets`."""
        ...

    def targets(self, *, exact: bool = False) -> np.ndarray:
        """(n_items, E): score = mapped @ targets' and, for some, a part that no text has.

        E is a whole number of text fields (see `Concepts.coordinates`).
        """
        ...

    def meetings(self, profile: Profiles, item: int, kind: Kind, evidence: int) -> list[Meeting]:
        """What one sentence or past item adds to the score, text by text.

        Meetings of one `part` sum to the contribution with that kind, evidence and part, within
        1e-4 relative; [] for a line that no text stands behind.
        """
        ...
