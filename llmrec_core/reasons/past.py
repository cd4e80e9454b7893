"""What each past item was to a user, for the words of a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.evidence.verdicts import ValueKind, value_kind, verdicts
from llmrec_core.reasons.parts import Feeling

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles

_FEELINGS = {1: Feeling.LIKED, 0: Feeling.NEUTRAL, -1: Feeling.DISLIKED}
_ORDER = list(Feeling)


def judged(rows: Behaviour) -> np.ndarray | None:
    """(n_rows,) int8: the verdict of every row, as descriptions judge; None without ratings."""
    if value_kind(rows.value.astype(float)) is not ValueKind.RATING:
        return None
    return verdicts(rows)


def feelings(
    profile: Profiles, rows: Behaviour, verdict: np.ndarray | None, number: int | None
) -> dict[int, Feeling]:
    """Item number -> what it was to the one user of `profile`, the best of several times.

    `verdict` are the verdicts of `rows`, `number` is the user's among them, None for nobody
    stored. What a new user picks was liked or not as they said; without ratings everything else
    was just chosen.
    """
    known: dict[int, Feeling] = {}
    if verdict is not None and number is not None:
        low, high = np.searchsorted(rows.user, [number, number + 1])
        own = zip(rows.row[low:high].tolist(), verdict[low:high].tolist(), strict=True)
        known = {row: _FEELINGS[value] for row, value in own}
    out: dict[int, Feeling] = {}
    for item, row, level in zip(
        profile.item.tolist(), profile.row.tolist(), profile.level.tolist(), strict=True
    ):
        picked = Feeling.LIKED if level >= 0.5 else Feeling.DISLIKED
        feeling = picked if row < 0 else known.get(row, Feeling.TAKEN)
        out[item] = min(out.get(item, feeling), feeling, key=_ORDER.index)
    return out
