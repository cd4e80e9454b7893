"""True sentences made false, one word at a time: what a check of claims must notice.

Whether a mutation is false is read off the evidence and the tables alone, never off the check.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from llmrec_core import tables
from llmrec_core.describe import Description, Sentence
from llmrec_core.describe.grammar import COMMON_NOUN_ATTRIBUTES, shown_title
from llmrec_core.evidence import Evidence, FactKind
from llmrec_core.evidence.attributes import year_of
from llmrec_core.tables import Items

OPPOSITES = (
    ("Is drawn to", ("Is repelled by", "Is not drawn to", "Avoids")),
    ("Loves", ("Hates", "Does not love", "Cannot stand")),
    ("Cannot get enough of", ("Has had enough of and avoids", "Is tired of")),
    ("Has a pronounced taste for", ("Has no taste for", "Has a dislike for")),
    ("Enjoys", ("Dislikes", "Does not enjoy", "Rarely enjoys")),
    ("Likes the work of", ("Dislikes the work of", "Does not like the work of")),
    ("Likes", ("Dislikes", "Does not like", "Hates")),
    ("Leans towards", ("Steers clear of", "Does not lean towards")),
    ("Often turns to", ("Never turns to", "Seldom turns to")),
    ("Has broad tastes, with", ("Is bored by",)),
    ("Loved", ("Hated", "Did not love", "Was disappointed by")),
    ("Gave top marks to", ("Gave low marks to", "Did not give top marks to")),
    ("Among the best", ("Among the worst", "Not among the best")),
    ("Thinks highly of", ("Does not think highly of", "Thinks poorly of")),
    ("Also loved", ("Also hated", "Did not love")),
    ("Further favourites:", ("Further disappointments:", "Not among the favourites:")),
    ("Other favourites are", ("Not liked were", "Least liked are")),
    ("Keeps coming back to", ("Never comes back to", "Avoids")),
    ("Is fond of", ("Is not fond of", "Dislikes")),
    ("Picks", ("Avoids", "Never picks")),
    ("Does not care for", ("Cares a lot for", "Loves")),
    ("Is often disappointed by", ("Is often delighted by", "Enjoys")),
    ("Gives low marks to", ("Gives top marks to", "Likes")),
    ("Rarely chooses", ("Often chooses and likes", "Loves")),
    ("Seldom turns to", ("Often turns to", "Enjoys")),
    ("Disliked", ("Liked", "Loved")),
    ("Was let down by", ("Was delighted by", "Loved")),
    ("Did not enjoy", ("Enjoyed", "Really enjoyed")),
    ("Prefers", ("Dislikes", "Does not like")),
    ("Has a soft spot for", ("Has no love for", "Avoids")),
    ("Has lately turned to", ("Has lately avoided", "Does not turn to")),
    ("Most recently liked", ("Most recently disliked", "Recently did not like")),
    ("Lately enjoyed", ("Lately disliked", "Did not enjoy")),
    ("Rates generously", ("Rates strictly",)),
    ("Is easy to please", ("Is hard to please",)),
    ("Rates strictly", ("Rates generously",)),
    ("Is hard to please", ("Is easy to please",)),
    ("Goes for popular", ("Does not go for popular",)),
    ("Digs up little-known", ("Never looks for little-known",)),
)
"""How template sentences begin, and beginnings that say the opposite."""


@dataclass
class World:
    """What mutations draw from: titles, years, the values and makers of a catalogue."""

    items: Items
    titles: list[str] = field(init=False)
    years: list[int] = field(init=False)
    kinds: dict[str, list[str]] = field(init=False)
    held: dict[str, dict[str, set[int]]] = field(init=False)

    def __post_init__(self) -> None:
        frame = self.items.frame
        self.titles = [shown_title(title) for title in frame[tables.TITLE]]
        year = next((a for a in self.items.attributes if "year" in a), None)
        cells = frame[year].tolist() if year else [[]] * len(frame)
        self.years = [next((y for y in map(year_of, cell) if y), 0) for cell in cells]
        self.held = {name: {} for name in self.items.attributes}
        for name in self.items.attributes:
            for number, values in enumerate(frame[name]):
                for value in values:
                    self.held[name].setdefault(value, set()).add(number)
        self.kinds = {name: sorted(values) for name, values in self.held.items()}


Mutation = Callable[[Sentence, Evidence, World, np.random.Generator], str | None]
"""A sentence's text made false, or None where there is nothing of the kind to change."""


def swap_title(
    sentence: Sentence, evidence: Evidence, world: World, rng: np.random.Generator
) -> str | None:
    """Another title of the catalogue that the user never met, with its own year."""
    read = {n for fact in evidence.facts for n in fact.items}
    known = {world.titles[n] for n in read}
    here = [n for n in sorted(read) if _spot(sentence.text, world.titles[n], world.years[n])]
    if not here:
        return None
    old = int(rng.choice(here))
    for _ in range(50):
        new = int(rng.integers(len(world.titles)))
        if new not in read and world.titles[new] not in known and len(world.titles[new]) > 2:
            return _put(sentence.text, world, old, new)
    return None


def _spot(text: str, title: str, year: int) -> str:
    """How a title stands in a template's sentence, or ""."""
    full = f"{title} ({year})" if year and str(year) not in title else title
    return full if full in text else ""


def _put(text: str, world: World, old: int, new: int) -> str:
    year = world.years[new]
    shown = f"{world.titles[new]} ({year})" if year else world.titles[new]
    return text.replace(_spot(text, world.titles[old], world.years[old]), shown, 1)


def swap_kind(
    sentence: Sentence, evidence: Evidence, world: World, rng: np.random.Generator
) -> str | None:
    """Another category value of the same attribute that no fact names."""
    facts = [f for f in evidence.facts if f.attribute.lower() in COMMON_NOUN_ATTRIBUTES]
    named = {value.lower() for fact in evidence.facts for value in fact.values}
    for at in rng.permutation(len(facts)):
        fact = facts[at]
        small = _small(fact.values[0])
        free = [v for v in world.kinds[fact.attribute] if v.lower() not in named]
        spot = re.search(rf"\b{re.escape(small)}\b", sentence.text)
        if spot and free:
            new = _small(str(rng.choice(free)))
            return sentence.text[: spot.start()] + new + sentence.text[spot.end() :]
    return None


def _small(value: str) -> str:
    return " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in value.split(" "))


def swap_maker(
    sentence: Sentence, evidence: Evidence, world: World, rng: np.random.Generator
) -> str | None:
    """Another maker, of whom the user met nothing."""
    read = {n for fact in evidence.facts for n in fact.items}
    for fact in evidence.of(FactKind.FAVOURITE_CREATOR):
        if fact.values[0] not in sentence.text or sentence.kind != "favourite_creator":
            continue
        for _ in range(50):
            new = str(rng.choice(world.kinds[fact.attribute]))
            if not world.held[fact.attribute][new] & read:
                return sentence.text.replace(fact.values[0], new, 1)
    return None


def swap_year(
    sentence: Sentence, evidence: Evidence, world: World, rng: np.random.Generator
) -> str | None:
    """Another year behind a title, or another period that no fact names."""
    spots = list(re.finditer(r"\((1[5-9]\d\d|20\d\d)\)", sentence.text))
    if spots:
        spot = spots[int(rng.integers(len(spots)))]
        new = int(spot.group(1)) + int(rng.choice([-31, -12, -7, -2, -1, 1, 2, 5, 11, 24]))
        return sentence.text[: spot.start(1)] + str(new) + sentence.text[spot.end(1) :]
    eras = {v for fact in evidence.of(FactKind.ERA) for v in fact.values}
    decades = {v[:3] for v in eras}
    for era in sorted(eras):
        if sentence.kind == "era" and era in sentence.text:
            step = 10 if era.endswith("s") else 1
            options = [int(era[:4]) + step * k for k in (-7, -5, -3, -2, -1, 1, 2, 3)]
            free = [o for o in options if str(o) not in eras and str(o)[:3] not in decades]
            if free:
                new = f"{int(rng.choice(free))}{'s' if era.endswith('s') else ''}"
                return sentence.text.replace(era, new, 1)
    return None


def swap_count(
    sentence: Sentence, evidence: Evidence, world: World, rng: np.random.Generator
) -> str | None:
    """Another mean or count."""
    spot = re.search(r"(?<![\d(])\d\.\d\b", sentence.text)
    if spot:
        change = float(rng.choice([-1.1, -0.6, -0.3, -0.1, 0.1, 0.2, 0.5, 0.9]))
        new = f"{float(spot.group()) + change:.1f}"
        return sentence.text[: spot.start()] + new + sentence.text[spot.end() :]
    if sentence.kind == "activity":
        return re.sub(r"\b(one|two)\b", str(rng.choice(["three", "seven", "12"])), sentence.text)
    return None


def negate(
    sentence: Sentence, evidence: Evidence, world: World, rng: np.random.Generator
) -> str | None:
    """The opposite of what is said of the same things."""
    if sentence.kind in ("activity", "mainstream") and "popular" not in sentence.text:
        return None
    for start, others in OPPOSITES:
        if sentence.text.startswith(start):
            return str(rng.choice(others)) + sentence.text[len(start) :]
    return None


def swap_level(
    sentence: Sentence, evidence: Evidence, world: World, rng: np.random.Generator
) -> str | None:
    """A title that was read and neither liked nor disliked, said to be disliked."""
    if sentence.kind != "disliked_title":
        return None
    named = [n for f in evidence.of(FactKind.DISLIKED_TITLE) for n in f.items]
    here = [n for n in named if _spot(sentence.text, world.titles[n], world.years[n])]
    judged = {world.titles[n] for n in (*evidence.liked, *evidence.disliked)}
    read = sorted({n for fact in evidence.facts for n in fact.items})
    free = [n for n in read if world.titles[n] not in judged and len(world.titles[n]) > 2]
    if not here or not free:
        return None
    return _put(sentence.text, world, int(rng.choice(here)), int(rng.choice(free)))


MUTATIONS: dict[str, Mutation] = {
    "title": swap_title, "kind": swap_kind, "maker": swap_maker, "year": swap_year,
    "count": swap_count, "level": swap_level, "negated": negate,
}


def mutated(
    description: Description, evidence: Evidence, world: World, name: str, rng: np.random.Generator
) -> tuple[Description, int] | None:
    """The description with one sentence made false and that sentence's place, or None."""
    for at in rng.permutation(len(description.sentences)):
        old = description.sentences[at]
        text = MUTATIONS[name](old, evidence, world, rng)
        if text is not None and text != old.text:
            sentences = list(description.sentences)
            sentences[at] = replace(old, text=text)
            return replace(description, sentences=tuple(sentences)), int(at)
    return None
