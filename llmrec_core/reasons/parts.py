"""The ledger of one item, read as reasons: what speaks for it and what against, over all signals.

The ledger goes signal by signal, and a past item has a line in several of them. Here the lines of
one past item or one sentence are one part, the sum of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from llmrec_core.explain import AVERAGE
from llmrec_core.signals.base import Kind
from llmrec_core.signals.registry import SIGNALS

if TYPE_CHECKING:
    from llmrec_core.explain import Entry

ENOUGH = 2 / 3
"""The share of all that speaks for an item after which no further part is named."""
MOST_NAMED, MOST_SENTENCES, MOST_PAST = 4, 2, 2
FAINT = 0.1
"""Parts below this share of the largest one are not worth a name."""
_NOISE = 1e-9
"""Sums of products that cancel leave this much of the largest part."""
POPULARITY = "popularity"
SIGNAL = "the {label} signal"
"""How a signal is called that has no finer parts."""
MORE_TAKEN, LESS_TAKEN = "more popular than the average item", "less popular than the average item"


_LESS_AVERAGE = (Kind.WHOLE, AVERAGE)


class Feeling(StrEnum):
    """What a past item was to the user, by the user's own standard."""

    LIKED = "liked"
    NEUTRAL = "neither liked nor disliked"
    DISLIKED = "disliked"
    TAKEN = "chosen"  # the study has no ratings: nothing but the choice is known


@dataclass(frozen=True)
class Part:
    """One thing that moves the score: a past item, a sentence, an entity that the item shares with
    past items, or how popular the item is.

    `evidence` is the title, sentence or entity («director: Ada») as the ledger has it, `past` the
    titles by which an entity was reached, the largest share first; `points` the part's share of the
    score, the sum of `signals`, (signal, points) with the largest first; `share` is points
    over all points that speak for the item, negative for what speaks against it.
    """

    kind: str
    evidence: str
    points: float
    share: float
    signals: tuple[tuple[str, float], ...]
    feeling: str = ""
    past: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "kind": self.kind, "evidence": self.evidence, "feeling": self.feeling,
            "points": self.points, "share": self.share, "signals": dict(self.signals),
            **({"past": list(self.past)} if self.past else {}),
        }


@dataclass(frozen=True)
class Weighed:
    """The parts of one score: for and against, each the largest first.

    `score` is the sum of the whole ledger, `silent` the signals that add nothing to this item.
    """

    pro: tuple[Part, ...]
    con: tuple[Part, ...]
    score: float
    silent: tuple[str, ...] = ()

    def named(self) -> tuple[Part, ...]:
        """The largest parts for the item, none left out between them; few enough for a sentence."""
        out: list[Part] = []
        reached = 0.0
        # What an approximation leaves unexplained is nothing that could be named.
        known = [part for part in self.pro if part.kind != Kind.RESIDUAL]
        for part in known[:MOST_NAMED]:
            said = sum(each.kind == Kind.SENTENCE for each in out)
            too_many = part.kind == Kind.SENTENCE and said == MOST_SENTENCES
            if too_many or reached >= ENOUGH or part.points < FAINT * known[0].points:
                break
            out.append(part)
            reached += part.share
        return tuple(out)

    def against(self) -> Part | None:
        """What speaks against the item most, where it is worth a name."""
        worst = next((part for part in self.con if part.kind != Kind.RESIDUAL), None)
        if worst is None or (self.pro and -worst.points < FAINT * self.pro[0].points):
            return None
        return worst


def weigh(entries: Sequence[Entry], past: Mapping[int, Feeling] | None = None) -> Weighed:
    """The parts of a ledger; `past` says what each past item (by number) was to the user.

    What the average item would get is nobody's reason. Lines of a signal that come from nothing
    finer (how popular an item is, how often likes happen at all) are one part, and the average
    item is taken off them: most of it is the same for every item. Past items that are not in `past`
    were just taken.
    """
    groups: dict[tuple[str, str, int], list[tuple[str, float]]] = {}
    ways: dict[tuple[str, str, int], tuple[str, ...]] = {}
    for entry in entries:
        whole = [child.contribution for child in entry.children if child.kind in _LESS_AVERAGE]
        if _is_whole(entry):
            key = (str(Kind.WHOLE), _whole(entry), -1)
            groups.setdefault(key, []).append((entry.signal, math.fsum(whole)))
        for child in entry.children:
            if child.kind in _LESS_AVERAGE:
                continue
            key = (child.kind, child.evidence, child.number)
            groups.setdefault(key, []).append((entry.signal, child.contribution))
            if child.kind == Kind.ENTITY:
                ways[key] = _way(child, past or {})
    noise = _NOISE * max((abs(p) for group in groups.values() for _, p in group), default=0.0)
    sums = {key: math.fsum(points for _, points in group) for key, group in groups.items()}
    total = math.fsum(points for points in sums.values() if points > noise)
    parts = [
        replace(
            _part(key, groups[key], points, points / total if total else math.nan, past or {}),
            past=ways.get(key, ()),
        )
        for key, points in sums.items() if abs(points) > noise
    ]
    parts.sort(key=lambda part: (-abs(part.points), part.kind, part.evidence))
    return Weighed(
        tuple(part for part in parts if part.points > 0),
        tuple(part for part in parts if part.points < 0),
        math.fsum(entry.contribution for entry in entries),
        tuple(entry.signal for entry in entries if _says_nothing(entry, noise)),
    )


def _says_nothing(entry: Entry, noise: float) -> bool:
    if _is_whole(entry) and abs(entry.contribution) > noise:
        return False
    return all(
        abs(child.contribution) <= noise for child in entry.children
        if child.kind not in _LESS_AVERAGE
    )


def _is_whole(entry: Entry) -> bool:
    """Whether a signal says anything that comes from nothing finer than itself."""
    return any(child.kind == Kind.WHOLE for child in entry.children)


def _way(child: Entry, past: Mapping[int, Feeling]) -> tuple[str, ...]:
    """The past items that a reason names for an entity: those that were liked, before all others.
    """
    good = (Feeling.LIKED, Feeling.TAKEN)
    order = sorted(child.children, key=lambda e: past.get(e.number, Feeling.TAKEN) not in good)
    return tuple(each.evidence for each in order[:MOST_PAST])


def _whole(entry: Entry) -> str:
    """What a signal without finer parts says of the item, in words."""
    if entry.signal != POPULARITY:
        return SIGNAL.format(label=called(entry.signal))
    # Under a negative weight it is the rare items that gain.
    return MORE_TAKEN if (entry.contribution > 0) == (entry.weight > 0) else LESS_TAKEN


def called(signal: str) -> str:
    """A signal's label as it stands in a sentence: «text match», «iALS»."""
    label = SIGNALS[signal].label if signal in SIGNALS else signal
    return label.lower() if label[1:].islower() else label


def _part(
    key: tuple[str, str, int], group: list[tuple[str, float]], points: float, share: float,
    past: Mapping[int, Feeling],
) -> Part:
    kind, evidence, number = key
    feeling = str(past.get(number, Feeling.TAKEN)) if kind == Kind.PAST_ITEM else ""
    signals = tuple(sorted(group, key=lambda pair: -abs(pair[1])))
    return Part(kind, evidence, points, share, signals, feeling)
