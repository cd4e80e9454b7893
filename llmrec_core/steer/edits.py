"""Edits of a description as an analyst would make them, by template: what steering is tested with.

Every edit is a new description; the sentences that it touches count as a person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.describe.editing import add, edit
from llmrec_core.describe.grammar import listed

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.steer.vocabulary import Vocabulary


@dataclass(frozen=True)
class Wording:
    """How an edit is said: `{kinds}` («war films»), `{things}` («films»), `{words}` a list.

    `restated` says whether a swap puts sentences of its own in the place of the rewritten ones.
    """

    liked: str
    disliked: str
    about: str
    more: str
    less: str
    restated: bool = False

    def things(self, kinds: Vocabulary) -> str:
        """What the catalogue's things are called."""
        return OTHER_NOUNS.get(kinds.things, "works") if self.restated else kinds.things

    def says(self, frame: str, named: Sequence[int], kinds: Vocabulary) -> str:
        """A sentence about kinds."""
        return frame.format(kinds=kinds.phrased(named, self.things(kinds)))


TAUGHT = Wording(
    "Likes {kinds}.", "Does not care for {kinds}.", "Likes {things} about {words}.",
    "Wants more {kinds}.", "Wants less {kinds}.",
)
"""As the template writes, and in part as the lessons of the description's map do."""

HELD_OUT = Wording(
    "Is always up for {kinds}.", "Would rather skip {kinds}.",
    "Is always up for {things} in which there are {words}.", "Would welcome extra {kinds}.",
    "Has had a surfeit of {kinds}.", restated=True,
)
"""In words that neither the template nor a lesson ever uses: «Is always up for war pictures.»"""

OTHER_NOUNS = {"films": "pictures", "books": "volumes", "games": "pastimes", "music": "tunes"}


def named_kind(description: Description, polarity: int, kinds: Vocabulary) -> int | None:
    """The first kind that a sentence of this polarity names; None where none does."""
    for sentence in description.sentences:
        if sentence.on and sentence.polarity == polarity:
            found = kinds.named(sentence.text)
            if found:
                return found[0]
    return None


def swap(
    description: Description, one: int, other: int, kinds: Vocabulary, wording: Wording = TAUGHT
) -> Description:
    """Two kinds in each other's place, in every sentence that names one of them.

    `one` is liked and `other` is not; where the description does not say so, the swapped text says
    the opposite in a sentence of its own, for there is nothing to rewrite.
    """
    liked = named_kind(description, 1, kinds) is not None
    disliked = named_kind(description, -1, kinds) is not None
    out = description
    for index, sentence in enumerate(description.sentences):
        text = kinds.replaced(sentence.text, {one: other, other: one})
        out = edit(out, index, text, sentence.polarity)
    if not liked:
        out = add(out, wording.says(wording.liked, [other], kinds), 1)
    if not disliked:
        out = add(out, wording.says(wording.disliked, [one], kinds), -1)
    return _restated(out, {one, other}, kinds, wording) if wording.restated else out


def _restated(
    description: Description, swapped: set[int], kinds: Vocabulary, wording: Wording
) -> Description:
    """Every sentence of liking or disliking that names one of two kinds, in the wording's words."""
    out = description
    for index, sentence in enumerate(description.sentences):
        named = kinds.named(sentence.text)
        if sentence.on and sentence.polarity and swapped & set(named):
            frame = wording.liked if sentence.polarity > 0 else wording.disliked
            out = edit(out, index, wording.says(frame, named, kinds), sentence.polarity)
    return out


def about(
    description: Description, words: Sequence[str], kinds: Vocabulary, wording: Wording = TAUGHT
) -> Description:
    """One more sentence: «Likes films about ship, colony, attack, rise and cover.»"""
    text = wording.about.format(things=wording.things(kinds), words=listed(words))
    return add(description, text, 1)


def wanting(
    description: Description, kind: int, more: bool, kinds: Vocabulary, wording: Wording = TAUGHT
) -> Description:
    """One more sentence: «Wants more war films.» or «Wants less war films.»"""
    frame, polarity = (wording.more, 1) if more else (wording.less, -1)
    return add(description, wording.says(frame, [kind], kinds), polarity)
