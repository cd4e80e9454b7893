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
    WHOLE = "whole"  # nothing finer: evidence is -1


class Signal(Protocol):
    """One reason to recommend.

    `score` gives (n_profiles, n_items), row i for profile i: float32, or float64 all through when
    `exact`, for the one profile whose ledger has to add up. `contributions` gives a frame
    for one profile and one item with the columns `kind` (Kind), `evidence` (int, see Kind), `part`
    (the item text field that was met, or "") and `contribution` (float64, in the units of the
    score); the contributions sum to the score within 1e-4 relative.
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
    kind: Kind, evidence: np.ndarray, part: list[str], contribution: np.ndarray
) -> pd.DataFrame:
    """The frame that `Signal.contributions` returns, from (k,) columns."""
    import pandas as pd

    return pd.DataFrame(
        {
            "kind": [str(kind)] * len(evidence),
            "evidence": np.asarray(evidence, np.int64),
            "part": part,
            "contribution": np.asarray(contribution, np.float64),
        }
    )
