"""Each thing that a sentence names against the evidence: nothing to say, or what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from llmrec_core.describe.sentences import Check
from llmrec_core.faith.known import Known
from llmrec_core.faith.lexicon import small
from llmrec_core.faith.mentions import Named, ordinary

BESIDE = 14
"""Characters between a kind and a title that it may tell about: «the comedy Clueless»."""


@dataclass(frozen=True)
class Verdict:
    """What became of one claim; `problem` in words where it does not hold."""

    check: Check
    problem: str = ""


HOLDS = Verdict(Check.SUPPORTED)


def unsupported(problem: str) -> Verdict:
    """A claim that the evidence does not hold."""
    return Verdict(Check.UNSUPPORTED, problem)


def contradicted(problem: str) -> Verdict:
    """A claim whose opposite the evidence holds."""
    return Verdict(Check.CONTRADICTED, problem)


def judged_title(named: Named, stance: int, known: Known) -> Verdict:
    """A title: among what was read, and liked or not as the sentence says."""
    read = named.items & known.read
    if not read:
        if named.values and not named.sure:
            return judged_value(named, stance, known, frozenset())
        return unsupported(f"names «{named.text}», which is not among what was read")
    liked, disliked = read & known.liked, read & known.disliked
    if stance > 0 and not liked:
        if disliked:
            return contradicted(f"says that «{named.text}» was liked, but it was disliked")
        return unsupported(f"says that «{named.text}» was liked, which the rows do not show")
    if stance < 0 and not disliked:
        if liked:
            return contradicted(f"says that «{named.text}» was disliked, but it was liked")
        return unsupported(f"says that «{named.text}» was disliked, which the rows do not show")
    return HOLDS


def judged_value(
    named: Named, stance: int, known: Known, titles: frozenset[int]
) -> Verdict:
    """A kind: among the facts, on the side that the sentence takes, or true of a title beside it.

    `titles` are the items named beside it.
    """
    liked = any(value in known.for_it for value in _spellings(named))
    disliked = any(value in known.against for value in _spellings(named))
    if (liked and stance >= 0) or (disliked and stance <= 0):
        return HOLDS
    if titles and any(titles & known.lexicon.holders.get(v, frozenset()) for v in named.values):
        return HOLDS
    if liked:
        return contradicted(f"speaks against «{named.text}», but the evidence says it is liked")
    if disliked:
        return contradicted(f"says that «{named.text}» is liked, but the evidence is against it")
    return unsupported(f"speaks of «{named.text}», which the evidence does not")


def _spellings(named: Named) -> set[str]:
    return {*named.values, small(named.text)}


def judged_maker(named: Named, stance: int, known: Known, titles: frozenset[int]) -> Verdict:
    """A maker: among the facts, of at least two items of that side, or of a title named here."""
    values = _spellings(named)
    made = {n for v in values for n in known.lexicon.holders.get(v, ())}
    if made & titles:
        return HOLDS
    if any(value in known.for_it for value in values):
        if stance >= 0:
            return HOLDS
        return contradicted(f"speaks against «{named.text}», but the evidence says they are liked")
    side = known.liked if stance > 0 else known.read if stance == 0 else known.disliked
    if len(made & side) >= 2:
        return HOLDS
    return unsupported(f"names «{named.text}», who is not in the evidence")


def judged_name(named: Named, known: Known) -> Verdict | None:
    """A capitalised name that no list has: it must stand in the texts of what was read.

    None where it claims nothing («American», «Christmas»).
    """
    words = [w for w in named.text.replace("’", "'").replace("'", "").split() if w]
    plain = ["".join(c for c in small(w) if c.isalnum()) for w in words]
    telling = [p for w, p in zip(words, plain, strict=True) if p and not ordinary(w)]
    if not named.sure and (not telling or all(w in known.lexicon.common for w in telling)):
        return None
    if all(_has(word, known) for word in telling):
        return HOLDS if telling else None
    return unsupported(f"names «{named.text}», which is not in the evidence")


def _has(word: str, known: Known) -> bool:
    return word in known.words or word in FILLERS or word.removesuffix("s") in known.words


FILLERS = frozenset(("of", "the", "and", "a", "an", "de", "la", "von", "van", "der", "du", "di"))
