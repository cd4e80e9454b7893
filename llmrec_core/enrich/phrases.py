"""What the reviews of an item speak of more than reviews of other items do: phrases with counts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmrec_core.enrich.material import Review

SAMPLE = 20_000
"""Reviews of all items that an item's are compared with, evenly drawn from more."""
LEAST_LIFT = 1.5
"""A phrase must be this much more frequent in the item's reviews than in all."""
LONGER = 0.3
"""What each further word of a phrase adds to its worth: «pop filter» says more than «filter»."""
_CLAUSE = re.compile(r"[.,;:!?()\[\]\"«»/\n]+|\s[-–—]+\s")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FILLER = frozenset(
    "amazon awesome bad best better bought buy buying cool definitely don easily easy "  # noqa: SIM905
    "excellent actually anymore basically com did does doing fantastic feel fine glad good "
    "got great happy item just like little lot love loved loves make makes money nice "
    "ordered perfect perfectly pretty price product purchase purchased quality quite rating "
    "really recommend recommended review reviews said say says star stars thing things "
    "think time use used using want way went wish trying tried work worked works worth year "
    "years didn doesn isn wasn won wouldn couldn can't don't doesn't didn't i'm i've it's "
    "that's isn't wasn't won't i'd i'll there's they're you're one two three bit sure know "
    "lots need needs".split()
)


@dataclass(frozen=True)
class Phrase:
    """One phrase, in how many of the item's reviews it stands, and the row ids of those."""

    text: str
    rows: tuple[int, ...]

    @property
    def count(self) -> int:
        """Reviews that have it."""
        return len(self.rows)


class Crowd:
    """How frequent phrases are in reviews of all items, counted for the phrases that are asked."""

    def __init__(self, texts: Sequence[str]) -> None:
        step = max(1, math.ceil(len(texts) / SAMPLE))
        self.texts = texts[::step]
        self._count: Counter[str] = Counter()
        self._asked: set[str] = set()

    def count(self, phrases: Collection[str]) -> None:
        """Look these phrases up, all in one pass over the texts."""
        new = set(phrases) - self._asked
        if not new:
            return
        self._asked |= new
        for text in self.texts:
            self._count.update(new & phrases_in(text))

    def share(self, phrase: str) -> float:
        """The share of reviews that have it, as if one more review had it and one had not."""
        return (self._count[phrase] + 1) / (len(self.texts) + 2)


def phrases_in(text: str) -> set[str]:
    """The phrases of one, two and three words in a text, small letters, none across a clause.

    A phrase begins and ends with a word that is neither a stop word nor what any review says.
    """
    out: set[str] = set()
    for clause in _CLAUSE.split(text.lower().replace("’", "'")):
        words = _WORD.findall(clause)
        telling = [_tells(word) for word in words]
        for begin in range(len(words)):
            if not telling[begin]:
                continue
            for end in range(begin, min(begin + 3, len(words))):
                if telling[end]:
                    out.add(" ".join(words[begin : end + 1]))
    return out


def _tells(word: str) -> bool:
    plain = len(word) > 2 and not word.isdigit() and not word.endswith("ly")
    return plain and word not in _stop_words()


@cache
def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return _FILLER | ENGLISH_STOP_WORDS


def candidates(reviews: Sequence[Review], least: int = 0) -> dict[str, list[int]]:
    """Phrases in at least `least` reviews of one item, with the row ids of those that have them.

    By default a phrase must recur, unless there are only one or two reviews.
    """
    found: dict[str, list[int]] = {}
    for review in reviews:
        for phrase in phrases_in(review.text):
            found.setdefault(phrase, []).append(review.row)
    least = least or (2 if len(reviews) > 2 else 1)
    return {phrase: rows for phrase, rows in found.items() if len(rows) >= least}


def telling(
    found: dict[str, list[int]], n_reviews: int, crowd: Crowd, most: int
) -> list[Phrase]:
    """At most `most` phrases, the most telling first, no two with a word in common.

    Worth is count x log(share in the item's reviews / share in all), as in a likelihood ratio
    (Dunning 1993), a longer phrase being worth more.
    """
    crowd.count(found.keys())
    worth = {}
    for phrase, rows in found.items():
        lift = len(rows) / n_reviews / crowd.share(phrase)
        if lift >= LEAST_LIFT:
            longer = 1 + LONGER * (len(_stems(phrase)) - 1)
            worth[phrase] = len(rows) * math.log(lift) * longer
    taken: set[str] = set()
    out: list[Phrase] = []
    for phrase in sorted(worth, key=lambda p: (-worth[p], p.count(" "), p)):
        if len(out) == most:
            break
        if not taken & _stems(phrase):
            taken |= _stems(phrase)
            out.append(Phrase(phrase, tuple(sorted(found[phrase]))))
    return out


def _stems(phrase: str) -> set[str]:
    """Its telling words, plural and singular alike."""
    return {word[:-1] if word.endswith("s") else word for word in phrase.split() if _tells(word)}
