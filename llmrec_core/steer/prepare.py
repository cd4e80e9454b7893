"""What choosing settings and weights needs to know of words: lessons, and users to steer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core.concepts.side import with_concepts
from llmrec_core.signals.lessons import with_lessons
from llmrec_core.steer.swaps import Swaps, center_of, sample_swaps
from llmrec_core.steer.vocabulary import vocabulary

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles
    from llmrec_core.signals import ItemSide
    from llmrec_core.tables import Items
    from llmrec_core.texts import Texts


def prepare(
    profiles: Profiles, side: ItemSide, items: Items, texts: Texts
) -> tuple[ItemSide, Swaps | None]:
    """The item side with lessons and concepts, and a sample of `profiles` with two kinds swapped.

    `profiles` are those of inner training rows: nothing else about any user is read.
    """
    kinds, center = vocabulary(items), center_of(profiles, texts)
    taught = with_lessons(side, kinds, texts, center)
    taught = with_concepts(taught, items, texts, center)
    return taught, sample_swaps(profiles, kinds, texts, center)
