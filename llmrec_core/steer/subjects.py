"""Who is steered and with what: each user's favourite and least favourite kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe.sentences import Description, Sentence
from llmrec_core.steer.edits import named_kind

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.steer.vocabulary import Vocabulary

NONE = -1


def spoken(profiles: Profiles) -> list[Description]:
    """The descriptions of profiles as far as these know them: texts, and what each weighs."""
    out = []
    for user, (begin, end) in enumerate(
        zip(profiles.sentence_start[:-1], profiles.sentence_start[1:], strict=True)
    ):
        told = zip(
            profiles.sentence_text[begin:end], profiles.sentence_weight[begin:end], strict=True
        )
        sentences = tuple(Sentence(text, "", int(np.sign(weight))) for text, weight in told)
        out.append(Description(str(profiles.ids[user]), sentences))
    return out


def preferences(
    descriptions: Sequence[Description], profiles: Profiles, kinds: Vocabulary
) -> tuple[np.ndarray, np.ndarray]:
    """(favourite, least favourite), both (users,) kind numbers; NONE where there are no two.

    What the description names first in a sentence of liking and of disliking; what it does not
    name is read off the user's own rows: the kind met most, and least, beyond everybody's share.
    """
    surplus = _surplus(profiles, kinds)
    favourite = np.full(len(descriptions), NONE)
    least = np.full(len(descriptions), NONE)
    for user, description in enumerate(descriptions):
        if profiles.lengths[user] == 0:
            continue
        liked = named_kind(description, 1, kinds)
        disliked = named_kind(description, -1, kinds)
        order = np.argsort(-surplus[user], kind="stable")
        if liked is None:
            liked = int(order[0] if order[0] != disliked else order[1])
        if disliked is None:
            disliked = int(order[-1] if order[-1] != liked else order[-2])
        if liked != disliked:
            favourite[user], least[user] = liked, disliked
    return favourite, least


def _surplus(profiles: Profiles, kinds: Vocabulary) -> np.ndarray:
    """(users, kinds): the share of a user's items that are of the kind, minus everybody's."""
    history = profiles.history()
    count = np.maximum(np.diff(history.indptr), 1)[:, None]
    mine = (history @ kinds.has.astype(np.float32)) / count
    known = np.diff(history.indptr) > 0
    everybody = mine[known].mean(axis=0) if known.any() else np.zeros(mine.shape[1])
    return np.asarray(mine - everybody)
