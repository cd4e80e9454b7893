"""Sentences that somebody who wants an item might say: «Likes war films.», «… about ship.»"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe.editing import TYPED
from llmrec_core.describe.grammar import things
from llmrec_core.describe.sentences import PERSON, Description, Sentence
from llmrec_core.steer.edits import TAUGHT, about
from llmrec_core.steer.vocabulary import Vocabulary, vocabulary
from llmrec_core.steer.words import telling_words

if TYPE_CHECKING:
    from llmrec_core.tables import Items

WORDS = 8
"""Telling words of an item at most."""


@dataclass(frozen=True)
class Sayings:
    """What can be said for each item of a catalogue: its kinds, and the words that tell it."""

    kinds: Vocabulary
    words: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, items: Items) -> Sayings:
        """Of a catalogue; one without kinds or texts has less to say."""
        nothing = Vocabulary("", (), np.zeros((len(items), 0), bool), things(items.attributes))
        return cls(vocabulary(items) or nothing, tuple(telling_words(items, WORDS, least=1)))

    def said_for(self, item: int) -> list[Sentence]:
        """A liking of each of its kinds and of each of its words, none of them in the title.

        In turn, a kind and a word: where not all are tried, neither is left out for the other.
        Words are those of `telling_words`: no stop words of English, no names, and none that no
        other item's texts have.
        """
        kinds = np.flatnonzero(self.kinds.has[item]).tolist()
        liked = [
            Sentence(TAUGHT.says(TAUGHT.liked, [kind], self.kinds), TYPED, author=PERSON)
            for kind in kinds
        ]
        blank = Description("", ())
        words = [about(blank, [word], self.kinds).sentences[-1] for word in self.words[item]]
        return [each for pair in zip_longest(liked, words) for each in pair if each is not None]
