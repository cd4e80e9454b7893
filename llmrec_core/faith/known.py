"""What one user's evidence holds, laid out for looking things up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from llmrec_core.evidence.facts import Evidence, Fact, FactKind
from llmrec_core.faith.lexicon import Lexicon, small

LIKED = (FactKind.FAVOURITE_TITLE, FactKind.RECENT_TITLE, FactKind.OLD_TITLE, FactKind.MAINSTREAM)
DISLIKED = (FactKind.DISLIKED_TITLE, FactKind.DISLIKES_ATTRIBUTE)


@dataclass(frozen=True)
class Known:
    """One user's evidence beside the catalogue's names.

    `read` are the numbers of all items that the user met, `liked` and `disliked` those that are
    known to be either; values are in small letters.
    """

    evidence: Evidence
    lexicon: Lexicon
    read: frozenset[int]
    liked: frozenset[int]
    disliked: frozenset[int]
    for_it: dict[str, list[Fact]]
    against: dict[str, list[Fact]]

    @classmethod
    def of(cls, evidence: Evidence, lexicon: Lexicon) -> Known:
        """The evidence, indexed."""
        read: set[int] = set()
        liked, disliked = set(evidence.liked), set(evidence.disliked)
        for_it: dict[str, list[Fact]] = {}
        against: dict[str, list[Fact]] = {}
        for fact in evidence.facts:
            read.update(fact.items)
            if fact.kind in LIKED:
                liked.update(fact.items)
            elif fact.kind in DISLIKED:
                disliked.update(fact.items)
            side = for_it if fact.polarity > 0 else against
            for value in fact.values if fact.polarity else ():
                side.setdefault(small(value), []).append(fact)
        return cls(
            evidence, lexicon, frozenset(read), frozenset(liked), frozenset(disliked - liked),
            for_it, against,
        )

    @cached_property
    def eras(self) -> frozenset[str]:
        """The periods of the ERA facts, «1990s» or «1995»."""
        return frozenset(v for fact in self.evidence.of(FactKind.ERA) for v in fact.values)

    @cached_property
    def numbers(self) -> dict[str, tuple[float, ...]]:
        """All counted numbers by what they are: count, mean, share, lift, value…"""
        out: dict[str, list[float]] = {}
        for fact in self.evidence.facts:
            for name, number in fact.numbers.items():
                out.setdefault(name, []).append(number)
        return {name: tuple(values) for name, values in out.items()}

    @cached_property
    def numeric(self) -> frozenset[str]:
        """The titles of read items that are numbers, such as «1984»."""
        titles = (self.lexicon.titles[n] for n in self.read)
        return frozenset(title for title in titles if title.isdigit())

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that the user's items, and the facts, are written with."""
        text = self.lexicon.text_of(self.read)
        values = " ".join(small(v) for fact in self.evidence.facts for v in fact.values)
        return frozenset(_words(f"{text} {values}"))

    def numbers_of(self, kind: FactKind, name: str) -> list[float]:
        """The number `name` of all facts of one kind."""
        return [f.numbers[name] for f in self.evidence.of(kind) if name in f.numbers]


def _words(text: str) -> list[str]:
    kept = "".join(c if c.isalnum() else " " for c in text.replace("'", ""))
    return kept.split()
