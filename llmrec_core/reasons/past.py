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


def feelings(rows: Behaviour, profile: Profiles) -> dict[int, Feeling]:
    """Item number -> what it was to the one user of `profile`, the best of several times.

    Rows of the table are judged as the descriptions judge them: by the user's own standard. What a
    new user picks is liked or disliked as they said. Without ratings everything was just chosen.
    """
    if value_kind(rows.value.astype(float)) is not ValueKind.RATING:
        known = dict.fromkeys(profile.row.tolist(), Feeling.TAKEN)
    else:
        known = _judged(rows, profile)
    out: dict[int, Feeling] = {}
    order = list(Feeling)
    picked = np.where(profile.level >= 0.5, Feeling.LIKED, Feeling.DISLIKED)
    for item, row, said in zip(
        profile.item.tolist(), profile.row.tolist(), picked.tolist(), strict=True
    ):
        feeling = Feeling(said) if row < 0 else known.get(row, Feeling.TAKEN)
        out[item] = min(out.get(item, feeling), feeling, key=order.index)
    return out


def _judged(rows: Behaviour, profile: Profiles) -> dict[int, Feeling]:
    """Row id -> verdict, for the rows of the users that the profile's rows belong to."""
    wanted = np.isin(rows.row, profile.row[profile.row >= 0])
    own = rows.take(np.isin(rows.user, np.unique(rows.user[wanted])))
    found = verdicts(own, rows)
    return {row: _FEELINGS[v] for row, v in zip(own.row.tolist(), found.tolist(), strict=True)}
