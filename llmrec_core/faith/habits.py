"""What a sentence says of how somebody rates and chooses, against the counted habits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmrec_core.describe.template import CLEARLY
from llmrec_core.evidence.facts import FactKind
from llmrec_core.faith.judging import HOLDS, Verdict, contradicted, unsupported
from llmrec_core.faith.known import Known
from llmrec_core.faith.stance import Clause, stance_at

_HABITS = (
    (
        FactKind.RATING_HABIT, "generosity", 1, "rates generously",
        re.compile(r"\b(?:rates?\s+generously|generous\w*|easy\s+to\s+please|lenient\w*)\b", re.I),
    ),
    (
        FactKind.RATING_HABIT, "generosity", -1, "rates strictly",
        re.compile(r"\b(?:rates?\s+(?:strictly|harshly)|strict\w*|hard\s+to\s+please|harsh\s+"
                   r"(?:critic|rater)|demanding|tough\s+(?:critic|rater))\b", re.I),
    ),
    (
        FactKind.MAINSTREAM, "score", 1, "chooses what is well known",
        re.compile(r"\b(?:go(?:es)?\s+for|mostly\s+chooses|prefers?|likes?|enjoys?)\s+(?:\w+\s+){0,2}?"
                   r"(?:well-known|popular|mainstream|famous|blockbusters?)\b", re.I),
    ),
    (
        FactKind.MAINSTREAM, "score", -1, "chooses what is little known",
        re.compile(r"\b(?:little-known|obscure|lesser-known\s+gems|beyond\s+the\s+well-known|"
                   r"hidden\s+gems|off\s+the\s+beaten)\b", re.I),
    ),
)  # fmt: skip


def habits(text: str, known: Known, parts: list[Clause]) -> Iterator[Verdict]:
    """A verdict on every habit that `text` names and that was counted for this user."""
    for kind, name, sign, words, pattern in _HABITS:
        match = pattern.search(text)
        measured = known.numbers_of(kind, name)
        if match is None or not measured:
            continue
        clause = next((c for c in parts if c.start <= match.start() < c.end), None)
        denied = clause is not None and clause.told and stance_at(parts, match.start()) < 0
        yield _verdict(measured[0] * sign * (-1 if denied else 1), denied, words)


def _verdict(score: float, denied: bool, words: str) -> Verdict:
    said = f"not {words}" if denied else words
    if score < -CLEARLY:
        return contradicted(f"says «{said}», but the counts say the opposite")
    if score <= CLEARLY and not denied:
        return unsupported(f"says «{said}», which the counts do not show")
    return HOLDS
