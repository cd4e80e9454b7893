"""The template writer: evidence -> 6 to 12 readable sentences, without any model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmrec_core.describe import phrases
from llmrec_core.describe.grammar import (
    COMMON_NOUN_ATTRIBUTES,
    kinds,
    listed,
    makers,
    shown_title,
    things,
)
from llmrec_core.describe.sentences import Description, Sentence
from llmrec_core.evidence.attributes import year_of
from llmrec_core.evidence.facts import Evidence, Fact, FactKind

if TYPE_CHECKING:
    from llmrec_core.tables import Items

FAR, MORE = 1.8, 1.15
"""Lifts from which a taste is «far more than most» and «more than most»."""
SURE = 2.0
"""The significance that «far more than most» needs beside its lift."""
CLEARLY = 0.8
"""Standard deviations from the other users' mean from which a habit is worth a word."""
FEW_ROWS = 3
"""With fewer rows no taste is claimed, only what was chosen is named."""


@dataclass(frozen=True)
class Voice:
    """How to speak about one catalogue to one owner: phrasings are chosen by the owner's id."""

    owner_id: str
    things: str
    years: tuple[str, ...]

    def say(self, options: Sequence[str], **parts: str) -> str:
        """One of the phrasings, always the same for this owner, with its parts filled in."""
        seed = hashlib.blake2b(f"{self.owner_id}\0{options[0]}".encode(), digest_size=4).digest()
        phrase = options[int.from_bytes(seed, "big") % len(options)]
        return phrase.format(things=self.things, **parts)

    def titles(self, facts: Sequence[Fact]) -> str:
        """The titles of facts about one row each, with their years where there are any."""
        shown = []
        for fact in facts:
            title, year = shown_title(fact.values[0]), self.years[fact.items[0]]
            shown.append(f"{title} ({year})" if year and year not in title else title)
        return listed(shown)

    def kinds(self, facts: Sequence[Fact]) -> str:
        """The things that have the values of these facts, all of one attribute."""
        return kinds([fact.values[0] for fact in facts], facts[0].attribute, self.things)


def write(evidence: Evidence, items: Items) -> Description:
    """What the evidence says, most important first; every sentence points to its rows.

    One or two sentences for somebody with hardly any rows, «Nothing is known yet.» for none.
    """
    return write_all([evidence], items)[0]


def write_all(evidences: Sequence[Evidence], items: Items) -> list[Description]:
    """One description per evidence, in their order."""
    named, years = things(items.attributes, _categories(items)), _years(items)
    return [_description(e, Voice(e.user_id, named, years)) for e in evidences]


def _years(items: Items) -> tuple[str, ...]:
    """Per item number its year, or ""; from the attribute whose name says so."""
    name = next((a for a in items.attributes if "year" in a.lower()), None)
    if name is None:
        return ("",) * len(items)
    found = (next((year_of(v) for v in values if year_of(v)), None) for values in items.frame[name])
    return tuple("" if year is None else str(year) for year in found)


def _categories(items: Items) -> set[str]:
    """All values of the attributes that hold genres or the like."""
    names = [name for name in items.attributes if name.lower() in COMMON_NOUN_ATTRIBUTES]
    return {value for name in names for values in items.frame[name] for value in values}


def _description(evidence: Evidence, voice: Voice) -> Description:
    known = sum(int(fact.numbers["count"]) for fact in evidence.of(FactKind.ACTIVITY))
    parts = _PARTS if known >= FEW_ROWS else (_first,)
    sentences = [sentence for part in parts for sentence in part(evidence, voice)]
    if not sentences:
        sentences = [Sentence(phrases.NOTHING_KNOWN, "nothing", 0)]
    return Description(
        evidence.user_id, tuple(sentences), latest=evidence.latest, read=evidence.rows
    )


def _sentence(text: str, facts: Sequence[Fact]) -> Sentence:
    rows = tuple(sorted({row for fact in facts for row in fact.rows}))
    return Sentence(text, facts[0].kind.value, facts[0].polarity, rows)


def _by_attribute(facts: Sequence[Fact]) -> list[list[Fact]]:
    """The facts of each attribute together, the attribute with the strongest fact first."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.attribute, []).append(fact)
    return sorted(groups.values(), key=lambda g: -max(f.numbers["score"] for f in g))


def _likes(evidence: Evidence, voice: Voice) -> list[Sentence]:
    out = []
    for group in _by_attribute(evidence.of(FactKind.LIKES_ATTRIBUTE))[:2]:
        lift, score = group[0].numbers["lift"], group[0].numbers["score"]
        options: tuple[str, ...] = phrases.LIKES_MORE
        if lift >= FAR and score >= SURE:
            options = phrases.LIKES_FAR
        elif lift < MORE or score <= 0:
            options = phrases.LIKES_COMMON
        out.append(_sentence(voice.say(options, kinds=voice.kinds(group[:4])), group[:4]))
    return out


def _favourites(evidence: Evidence, voice: Voice) -> list[Sentence]:
    best = evidence.of(FactKind.FAVOURITE_TITLE)
    valued = _valued(evidence)
    first = phrases.FAVOURITES if valued else phrases.CHOSEN
    more = phrases.MORE_FAVOURITES if valued else phrases.ALSO_CHOSEN
    return [
        _sentence(voice.say(options, values=voice.titles(named)), named)
        for options, named in ((first, best[:4]), (more, best[4:8]))
        if named
    ]


def _valued(evidence: Evidence) -> bool:
    """Whether the user gave values, so that a title can be called loved and not just chosen."""
    return bool(evidence.of(FactKind.RATING_HABIT, FactKind.DISLIKED_TITLE))


def _creators(evidence: Evidence, voice: Voice) -> list[Sentence]:
    groups = [g[:3] for g in _by_attribute(evidence.of(FactKind.FAVOURITE_CREATOR))[:2]]
    if not groups:
        return []
    named = [makers([fact.values[0] for fact in group], group[0].attribute) for group in groups]
    text = voice.say(phrases.CREATORS, values=", and ".join(named))
    return [_sentence(text, [fact for group in groups for fact in group])]


def _themes(evidence: Evidence, voice: Voice) -> list[Sentence]:
    named = evidence.of(FactKind.THEME)[:8]
    if len(named) < 3:
        return []
    words = listed([fact.values[0] for fact in named])
    return [_sentence(voice.say(phrases.THEMES, values=words), named)]


def _dislikes(evidence: Evidence, voice: Voice) -> list[Sentence]:
    """What was chosen and valued low; where there is nothing of the kind, what is rarely chosen."""
    for kind, options in (
        (FactKind.DISLIKES_ATTRIBUTE, phrases.DISLIKES), (FactKind.RARE_ATTRIBUTE, phrases.RARE),
    ):
        groups = _by_attribute(evidence.of(kind))
        if groups:
            return [_sentence(voice.say(options, kinds=voice.kinds(groups[0][:3])), groups[0][:3])]
    return []


def _disliked_titles(evidence: Evidence, voice: Voice) -> list[Sentence]:
    named = evidence.of(FactKind.DISLIKED_TITLE)
    if not named:
        return []
    return [_sentence(voice.say(phrases.DISLIKED_TITLES, values=voice.titles(named)), named)]


def _era(evidence: Evidence, voice: Voice) -> list[Sentence]:
    named = sorted(evidence.of(FactKind.ERA)[:3], key=lambda fact: fact.values[0])
    if not named:
        return []
    periods = [v if v.isdigit() else f"the {v}" for v in (fact.values[0] for fact in named)]
    return [_sentence(voice.say(phrases.ERA, values=listed(periods)), named)]


def _rating(evidence: Evidence, voice: Voice) -> list[Sentence]:
    out = []
    for fact in evidence.of(FactKind.RATING_HABIT):
        generosity = fact.numbers["generosity"]
        options = phrases.GENEROUS if generosity > CLEARLY else phrases.USUAL
        options = phrases.STRICT if generosity < -CLEARLY else options
        text = voice.say(options, mean=f"{fact.numbers['mean']:.1f}")
        if fact.numbers["decisiveness"] > CLEARLY:
            text += phrases.DECISIVE
        out.append(_sentence(text, [fact]))
    return out


def _mainstream(evidence: Evidence, voice: Voice) -> list[Sentence]:
    out = []
    for fact in evidence.of(FactKind.MAINSTREAM):
        options = phrases.FAMOUS if fact.numbers["score"] > CLEARLY else phrases.MIXED
        options = phrases.OBSCURE if fact.numbers["score"] < -CLEARLY else options
        out.append(_sentence(voice.say(options), [fact]))
    return out


def _lately(evidence: Evidence, voice: Voice) -> list[Sentence]:
    """What changed, with the latest titles as examples; or just these."""
    titles = evidence.of(FactKind.RECENT_TITLE)
    changes = _by_attribute(evidence.of(FactKind.RECENT_CHANGE))
    if changes:
        turned = {item for fact in changes[0] for item in fact.items}
        named = [fact for fact in titles if fact.items[0] in turned][:3]
        examples = f", such as {voice.titles(named)}" if named else ""
        text = voice.say(phrases.CHANGE, kinds=voice.kinds(changes[0]), examples=examples)
        return [_sentence(text, changes[0] + named)]
    if not titles:
        return []
    options = phrases.RECENT if _valued(evidence) else phrases.RECENT_CHOSEN
    return [_sentence(voice.say(options, values=voice.titles(titles)), titles)]


def _first(evidence: Evidence, voice: Voice) -> list[Sentence]:
    """For somebody with one or two rows: what they are, and that this is all there is."""
    out = []
    liked, bad = evidence.of(FactKind.FAVOURITE_TITLE), evidence.of(FactKind.DISLIKED_TITLE)
    if liked:
        groups = _by_attribute(evidence.of(FactKind.LIKES_ATTRIBUTE))
        perhaps = f", so perhaps likes {voice.kinds(groups[0][:4])}" if groups else ""
        text = phrases.FIRST_CHOSEN.format(values=voice.titles(liked), perhaps=perhaps)
        out.append(_sentence(text, liked))
    if bad:
        out.append(_sentence(phrases.FIRST_DISLIKED.format(values=voice.titles(bad)), bad))
    for fact in evidence.of(FactKind.ACTIVITY):
        count = int(fact.numbers["count"])
        counted = "one choice is" if count == 1 else "two choices are"
        out.append(_sentence(phrases.LITTLE_KNOWN.format(count=counted), [fact]))
    return out


_PARTS: tuple[Callable[[Evidence, Voice], list[Sentence]], ...] = (
    _likes, _favourites, _creators, _themes, _dislikes, _disliked_titles, _era, _rating,
    _mainstream, _lately,
)
