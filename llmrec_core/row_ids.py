"""Row ids in descriptions: a version in the journal outlives a new import, its row ids do not.

Whatever holds descriptions against rows (leaks, evidence, the rows shown behind a sentence) goes
by what is left here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables
from llmrec_core.describe.sentences import Description, Sentence

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender


def are_own(recommender: Recommender, user_id: str, rows: Sequence[int]) -> bool:
    """Whether the row ids behind a sentence are all the user's in the study in force.

    One id that is gone, or is another user's now, means that the others point nowhere either.
    """
    users = recommender.tables.interactions.frame[tables.USER]
    numbers = np.asarray(rows, np.int64)
    if (numbers < 0).any() or (numbers >= len(users)).any():
        return False
    return bool((users.iloc[numbers] == user_id).all())


def known(recommender: Recommender, user_id: str, sentence: Sentence, data: str) -> bool:
    """Whether the row ids of a sentence mean rows of the study as it is open.

    `data` names the interactions that they belong to. Where that was not noted, only what the
    machine says today with the very same rows is believed.
    """
    if data and data != recommender.rows_key:
        return False
    if not are_own(recommender, user_id, sentence.rows):
        return False
    if data:
        return True
    written = recommender.written[recommender.user_number(user_id)].sentences
    return any((s.kind, s.rows) == (sentence.kind, sentence.rows) for s in written)


def of_today(
    recommender: Recommender, user_id: str, description: Description, data: str
) -> Description:
    """The description without the row ids of other interactions; otherwise the very same."""
    if data == recommender.rows_key:
        return description
    kept = tuple(
        s if not s.rows or known(recommender, user_id, s, data) else replace(s, rows=())
        for s in description.sentences
    )
    same = not data and description.read == _read_today(recommender, user_id)
    return replace(description, sentences=kept, read=description.read if same else ())


def _read_today(recommender: Recommender, user_id: str) -> tuple[int, ...]:
    return recommender.written[recommender.user_number(user_id)].read
