"""What every signal is: scores for profiles, and the parts each score is the sum of."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.profile import Profiles


class Kind(StrEnum):
    """What a contribution comes from, and what its `evidence` number means."""

    SENTENCE = "sentence"  # the position of a sentence in the profile
    PAST_ITEM = "past item"  # the item number of a past item
    RESIDUAL = "residual"  # what an approximate explanation leaves over: evidence is -1
    ENTITY = "entity"  # the number of an entity that the item shares with past items
    WHOLE = "whole"  # nothing finer: evidence is -1


class Signal(Protocol):
    """One reason to recommend.

    `score` gives (n_profiles, n_items), row i for profile i: float32, or float64 all through when
    `exact`, for the one profile whose ledger has to add up. `contributions` gives a frame
    for one profile and one item with the columns `kind` (Kind), `evidence` (int, see Kind), `part`
    (the item text field that was met, or "") and `contribution` (float64, in the units of the
    score); the contributions sum to the score within 1e-4 relative. It may have two columns more:
    `words` (str), what the line says where kind and number do not tell it («director: Ada», «the
    item's own average»; "" for the usual words), and `past` (int), the past item by which an
    entity was reached, -1 for none. Lines of one kind, evidence and words are one reason, split
    by `part` or `past`.
    """

    name: ClassVar[str]

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items) float32, float64 when `exact`."""
        ...

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """The parts of `score(profile)[0, item]`."""
        ...

    def arrays(self) -> dict[str, np.ndarray]:
        """All that was learned, for storing; the module's `load` reads it back."""
        ...


def contribution_frame(
    kind: Kind, evidence: np.ndarray, part: list[str], contribution: np.ndarray, *,
    words: list[str] | None = None, past: np.ndarray | None = None,
) -> pd.DataFrame:
    """The frame that `Signal.contributions` returns, from (k,) columns."""
    import pandas as pd

    columns = {
        "kind": [str(kind)] * len(evidence),
        "evidence": np.asarray(evidence, np.int64),
        "part": part,
        "contribution": np.asarray(contribution, np.float64),
    }
    if words is not None:
        columns["words"] = words
    if past is not None:
        columns["past"] = np.asarray(past, np.int64)
    return pd.DataFrame(columns)
