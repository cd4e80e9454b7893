"""Evidence as a model reads it: separate short lists, counted, vetted and bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from llmrec_core.describe.grammar import noun, shown_title
from llmrec_core.describe.template import CLEARLY
from llmrec_core.evidence.facts import Evidence, Fact, FactKind
from llmrec_core.faith import vetting
from llmrec_core.writing.catalogue import Catalogue

if TYPE_CHECKING:
    from llmrec_core.tables import Items

MOST = {
    FactKind.LIKES_ATTRIBUTE: 4, FactKind.FAVOURITE_CREATOR: 3, FactKind.THEME: 7,
    FactKind.FAVOURITE_TITLE: 5, FactKind.RECENT_TITLE: 2, FactKind.OLD_TITLE: 2,
    FactKind.NEUTRAL_TITLE: 2, FactKind.DISLIKED_TITLE: 3, FactKind.DISLIKES_ATTRIBUTE: 2,
    FactKind.RARE_ATTRIBUTE: 3, FactKind.ERA: 1, FactKind.RECENT_CHANGE: 1,
}
"""Facts of a kind that are shown: all together stay about 350 tokens."""

PLOTS, PLOT_LENGTH = 2, 90
"""Favourites whose text is quoted, and characters of it."""

POPULAR = 0.5
"""Fame from which a disliked title is one that many others chose."""

vetted = lru_cache(maxsize=50_000)(vetting.vetted)
"""A catalogue's names recur in many users' evidence."""


def shown(evidence: Evidence, items: Items | Catalogue) -> str:
    """The evidence as labelled lines under the heads of a description, most telling first.

    A list that is empty has no line. About 350 tokens. Every name is vetted: what reads like an
    instruction is left out.
    """
    known = Catalogue.of(items)
    lines = [f"things: {known.things}"]
    for head, parts in _PARTS.items():
        found = [line for part in parts for line in part(evidence, known)]
        lines += [f"[{head}]", *found] if found else []
    return "\n".join(lines)


def _named(evidence: Evidence, kind: FactKind) -> Iterator[tuple[Fact, str]]:
    """The facts of one kind that are shown, each with its vetted name."""
    for fact in evidence.of(kind)[: MOST[kind]]:
        if name := vetted(fact.values[0]):
            yield fact, name


def _line(label: str, parts: Sequence[str]) -> Iterator[str]:
    if parts:
        yield f"{label}: {'; '.join(parts)}"


def _counted(label: str, kind: FactKind) -> Callable[[Evidence, Catalogue], Iterator[str]]:
    """A line of values with «17 of 54, 2.3 times the average»."""
    def part(evidence: Evidence, known: Catalogue) -> Iterator[str]:
        groups: dict[str, list[str]] = {}
        for fact, name in _named(evidence, kind):
            groups.setdefault(fact.attribute, []).append(name + _count(fact))
        for attribute, parts in groups.items():
            yield from _line(f"{label} ({noun(vetted(attribute), len(parts))})", parts)
    return part


def _count(fact: Fact) -> str:
    count, share = fact.numbers["count"], fact.numbers["share"]
    if share <= 0:  # never chosen: the label says so
        return ""
    return f" ({count:.0f} of {count / share:.0f}, {fact.numbers['lift']:.1f} times the average)"


def _titles(label: str, kind: FactKind) -> Callable[[Evidence, Catalogue], Iterator[str]]:
    """A line of titles, each with its year where there is one."""
    def part(evidence: Evidence, known: Catalogue) -> Iterator[str]:
        named = (_title(fact, known) for fact, _ in _named(evidence, kind))
        return _line(label, [title for title in named if title])
    return part


def _title(fact: Fact, known: Catalogue) -> str:
    title, year = vetted(shown_title(fact.values[0])), known.years[fact.items[0]]
    if not title:
        return ""
    return f"{title} ({year})" if year and year not in title else title


def _themes(evidence: Evidence, known: Catalogue) -> Iterator[str]:
    yield from _line("themes", [name for _, name in _named(evidence, FactKind.THEME)])


def _plots(evidence: Evidence, known: Catalogue) -> Iterator[str]:
    for fact, _ in list(_named(evidence, FactKind.FAVOURITE_TITLE))[:PLOTS]:
        title, told = _title(fact, known), vetted(known.texts[fact.items[0]], most=PLOT_LENGTH)
        if title and told:
            yield f"about {title}: {told}"


def _others(evidence: Evidence, known: Catalogue) -> Iterator[str]:
    popular = [
        _title(fact, known) for fact, _ in _named(evidence, FactKind.DISLIKED_TITLE)
        if fact.numbers.get("fame", 0.0) >= POPULAR
    ]
    yield from _line("disliked, though many others chose it", [t for t in popular if t])


def _habits(evidence: Evidence, known: Catalogue) -> Iterator[str]:
    parts = []
    for fact in evidence.of(FactKind.ACTIVITY):
        count, days = int(fact.numbers["count"]), fact.numbers.get("days", 0.0)
        parts.append(f"{count} {known.things}" + (f" in {days:.0f} days" if days >= 1 else ""))
    for fact in evidence.of(FactKind.RATING_HABIT):
        how = _word(fact.numbers["generosity"], "lower than", "much as", "higher than")
        parts.append(f"mean value {fact.numbers['mean']:.1f}, {how} others")
    for fact in evidence.of(FactKind.MAINSTREAM):
        how = _word(fact.numbers["score"], "little-known", "known and unknown", "well-known")
        parts.append(f"chooses {how} {known.things}")
    yield from _line("habits", parts)


def _word(score: float, low: str, usual: str, high: str) -> str:
    """The word for where a habit stands among everybody's."""
    return usual if abs(score) <= CLEARLY else high if score > 0 else low


_PARTS: dict[str, tuple[Callable[[Evidence, Catalogue], Iterator[str]], ...]] = {
    "LIKES": (
        _counted("liked", FactKind.LIKES_ATTRIBUTE),
        _titles("favourite titles", FactKind.FAVOURITE_TITLE),
        _counted("liked makers", FactKind.FAVOURITE_CREATOR),
        _counted("liked periods", FactKind.ERA),
        _titles("recently liked", FactKind.RECENT_TITLE),
        _titles("liked long ago", FactKind.OLD_TITLE),
    ),
    "THEMES": (_themes, _plots),
    "DISLIKES": (
        _counted("disliked", FactKind.DISLIKES_ATTRIBUTE),
        _titles("disliked titles", FactKind.DISLIKED_TITLE),
        _counted("rarely chosen", FactKind.RARE_ATTRIBUTE),
        _titles("neither liked nor disliked", FactKind.NEUTRAL_TITLE),
    ),
    "OTHERS MAY LIKE": (_others,),
    "HABITS": (_habits, _counted("lately more often", FactKind.RECENT_CHANGE)),
}
