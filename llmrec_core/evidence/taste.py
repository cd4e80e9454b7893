"""Facts about what a user's liked and disliked rows have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.evidence.attributes import Role, ValueTable
from llmrec_core.evidence.facts import Fact, FactKind
from llmrec_core.evidence.lift import PRIOR_ROWS, lift, significance

if TYPE_CHECKING:
    from llmrec_core.evidence.background import Background
    from llmrec_core.evidence.reading import Reading

KIND = {
    Role.CATEGORY: FactKind.LIKES_ATTRIBUTE,
    Role.CREATOR: FactKind.FAVOURITE_CREATOR,
    Role.YEAR: FactKind.ERA,
}
MIN_ROWS = {Role.CATEGORY: 1, Role.CREATOR: 2, Role.YEAR: 2}
MIN_THEME_ITEMS = 2
MANY_VALUES = 200
"""A category attribute with more values than this is not searched for what is missing."""
MIN_ROWS_RARE = 10
"""From fewer rows nobody can be said to avoid anything."""


def taste_facts(reading: Reading, crowd: Background) -> list[Fact]:
    """Likes, creators, periods, themes, dislikes, what is rarely chosen, what came lately."""
    facts: list[Fact] = []
    for table, telling in reading.telling:
        facts += _likes(reading, table, telling)
    facts += _themes(reading, crowd)
    for table in crowd.having(Role.CATEGORY):
        # A value is liked or disliked or rare, never two of these; a change may repeat one.
        for search in (_dislikes, _rare):
            known = {(fact.attribute, fact.values) for fact in facts}
            found = search(reading, table)
            facts += [fact for fact in found if (fact.attribute, fact.values) not in known]
        facts += _recent_change(reading, table)
    return facts


def _likes(
    reading: Reading, table: ValueTable, telling: list[tuple[int, float, float]]
) -> list[Fact]:
    liked = reading.liked
    if not telling and table.role is Role.CATEGORY and len(liked):
        telling = _commonest(reading, table)
    facts = []
    for value, ratio, score in telling:
        held = liked[table.has(reading.item[liked], value)]
        if len(held) < MIN_ROWS[table.role]:
            continue
        numbers = {
            "count": float(len(held)), "share": len(held) / len(liked), "lift": ratio,
            "score": score, "mean": float(reading.value[held].mean()),
        }
        name = str(table.values[value])
        facts.append(reading.fact(KIND[table.role], 1, name, held, numbers, table.name))
    return facts


def _commonest(reading: Reading, table: ValueTable) -> list[tuple[int, float, float]]:
    """The two commonest values, for a taste that is like everybody's."""
    met = table.total(reading.item[reading.liked])
    rows = np.float64(len(reading.liked))
    ratio = lift(met, rows, table.base)
    best = [int(v) for v in np.argsort(-met, kind="stable")[:2] if met[v] > 0]
    return [(v, float(ratio[v]), 0.0) for v in best]


def _themes(reading: Reading, crowd: Background) -> list[Fact]:
    table = crowd.words
    if table is None:
        return []
    liked = reading.liked
    facts = []
    for value, ratio, score in reading.words:
        held = liked[table.has(reading.item[liked], value)]
        if len(np.unique(reading.item[held])) < MIN_THEME_ITEMS:
            continue
        numbers = {"count": float(len(held)), "lift": ratio, "score": score}
        facts.append(reading.fact(FactKind.THEME, 1, str(table.values[value]), held, numbers))
    return facts


def _dislikes(reading: Reading, table: ValueTable) -> list[Fact]:
    """Values more frequent among the disliked rows than among all of the user's own rows."""
    disliked = reading.disliked
    if len(disliked) < 2:
        return []
    own = table.total(reading.item) / len(reading.item)

    def clear(count: float, ratio: float, score: float) -> bool:
        return count >= 2 and score >= 0.7 and ratio >= 1.1

    kind = FactKind.DISLIKES_ATTRIBUTE
    return _compared(reading, table, disliked, own, kind, -1, clear, n=3)


def _rare(reading: Reading, table: ValueTable) -> list[Fact]:
    """Values chosen clearly less often than by the others; the rows are the few there are."""
    if len(table.values) > MANY_VALUES or len(reading.item) < MIN_ROWS_RARE:
        return []

    def clear(count: float, ratio: float, score: float) -> bool:
        return score <= -1.2 and ratio <= 0.6

    kind, everything = FactKind.RARE_ATTRIBUTE, np.arange(len(reading.item))
    return _compared(reading, table, everything, table.base, kind, -1, clear, n=3)


def _recent_change(reading: Reading, table: ValueTable) -> list[Fact]:
    """Values more frequent among the latest liked rows than among the liked rows before."""
    recent = reading.recent
    before = reading.liked[: len(reading.liked) - len(recent)]
    if len(recent) < 3 or len(before) < 5:
        return []
    total = table.total(reading.item[before])
    share = (total + PRIOR_ROWS * table.base) / (len(before) + PRIOR_ROWS)

    def clear(count: float, ratio: float, score: float) -> bool:
        return count >= 2 and score >= 1.3

    return _compared(reading, table, recent, share, FactKind.RECENT_CHANGE, 1, clear, n=2)


def _compared(
    reading: Reading, table: ValueTable, positions: np.ndarray, share: np.ndarray, kind: FactKind,
    polarity: int, clear: Callable[[float, float, float], bool], *, n: int,
) -> list[Fact]:
    """The `n` values whose share in the rows at `positions` departs most from `share`.

    Most means highest scores, for RARE_ATTRIBUTE lowest; `clear(count, lift, score)` decides
    which of them are worth a fact.
    """
    met = table.total(reading.item[positions])
    rows = np.float64(len(positions))
    ratio, score = lift(met, rows, share), significance(met, rows, share, share)
    order = np.argsort(score if kind is FactKind.RARE_ATTRIBUTE else -score, kind="stable")[:n]
    facts = []
    for value in order.tolist():
        if not clear(met[value], ratio[value], score[value]):
            continue
        held = positions[table.has(reading.item[positions], value)]
        numbers = {
            "count": float(met[value]), "share": float(met[value] / rows),
            "expected": float(share[value]), "lift": float(ratio[value]),
            "score": float(score[value]),
            "mean": float(reading.value[held].mean()) if len(held) else float("nan"),
        }
        name = str(table.values[value])
        facts.append(reading.fact(kind, polarity, name, held, numbers, table.name))
    return facts
