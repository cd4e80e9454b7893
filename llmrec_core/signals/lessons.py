"""What the catalogue itself says of words: sentences about its kinds, and the items of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.signals.inputs import ItemSide, Lessons

if TYPE_CHECKING:
    from llmrec_core.steer.vocabulary import Vocabulary
    from llmrec_core.texts import Texts


def with_lessons(
    side: ItemSide, kinds: Vocabulary | None, texts: Texts, center: np.ndarray
) -> ItemSide:
    """The item side with a lesson for each kind; as it was where the catalogue has no kinds.

    `center` (dim,) is what the users' sentences are centred on. No row of any user is read.
    """
    if kinds is None:
        return side
    said = [f"Likes {kinds.phrase(kind)}." for kind in range(len(kinds.values))]
    sentences, _ = texts.sentences(said, center)
    count = np.maximum(kinds.has.sum(axis=0), 1)
    taken = kinds.has.T.astype(np.float32) @ side.vectors / np.sqrt(count)[:, None]
    return replace(side, lessons=Lessons(sentences, taken.astype(np.float32)))
