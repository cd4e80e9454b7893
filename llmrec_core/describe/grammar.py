"""Small grammar: lists, plurals, titles, and what the things of a catalogue are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

THINGS = {
    "films": {"director", "directors", "cast", "actor", "actors"},
    "books": {"author", "authors", "isbn"},
    "music": {"artist", "artists", "album", "albums", "composer", "band"},
    "games": {"developer", "developers", "platform", "platforms"},
    "products": {"brand", "brands", "manufacturer", "price", "asin"},
}
"""What attribute names give away about the things that have them."""

GENRES = {
    "books": {"biography", "literary fiction", "memoir", "non-fiction", "poetry", "young adult"},
    "films": {"animation", "documentary", "film-noir", "film noir", "short", "thriller"},
    "music": {"blues", "electronic", "folk", "hip hop", "jazz", "metal", "pop", "rock", "soul"},
}
"""What two of these categories give away where no attribute name does."""

NAMELESS = frozenset({"creator", "creators", "maker", "makers", "by"})
"""Attributes whose values are named without a noun: «the work of Jules Verne»."""

COMMON_NOUN_ATTRIBUTES = frozenset(
    "category categories class genre genres mood moods style styles subject subjects tag tags "  # noqa: SIM905
    "theme themes tone tones topic topics type types".split()
)
"""Attributes whose values are common nouns: written small, and put before «films»."""

COLLECTIVE = {"cast": "actor", "crew": "crew member", "staff": "staff member"}
MAX_TITLE = 80
"""A longer title (products have them) is cut at a word: a sentence is encoded as a whole."""


def things(attributes: Iterable[str], values: Iterable[str] = ()) -> str:
    """The plural noun for what a catalogue with these attributes and category values holds."""
    names = {name.lower() for name in attributes}
    genres = {value.lower() for value in values}
    found = (noun for noun, signs in THINGS.items() if names & signs)
    told = (noun for noun, signs in GENRES.items() if len(genres & signs) >= 2)
    return next(found, None) or next(told, "titles")


def noun(attribute: str, count: int) -> str:
    """An attribute's name as a noun for `count` values: «director», «directors», «actors»."""
    name = attribute.replace("_", " ").lower()
    name = COLLECTIVE.get(name, name)
    if count > 1:
        return _plural(name)
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "ies")) else name


def _plural(name: str) -> str:
    if name.endswith("s"):
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("x", "ch", "sh")) else "s")


def listed(parts: Sequence[str], last: str = "and") -> str:
    """«a», «a and b», «a, b and c»."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + f" {last} " + parts[-1]


def kinds(values: Sequence[str], attribute: str, things: str) -> str:
    """The things that have these values: «war and drama films», «books with the language Urdu»."""
    if attribute.lower() not in COMMON_NOUN_ATTRIBUTES:
        return f"{things} with the {noun(attribute, 1)} {listed(values, 'or')}"
    names = listed([_small(value) for value in values])
    plural = any(value.endswith("s") and not value.endswith(("'s", "ss", "cs")) for value in values)
    return names if plural else f"{names} {things}"


def makers(names: Sequence[str], attribute: str) -> str:
    """Who made something: «the directors X and Y», or just «X and Y» for a creator."""
    who = listed(names)
    return who if attribute.lower() in NAMELESS else f"the {noun(attribute, len(names))} {who}"


def _small(value: str) -> str:
    """A common noun as it stands in a sentence; abbreviations stay large."""
    return " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in value.split(" "))


def shown_title(title: str) -> str:
    """A title with its article in front, cut when very long: «Net, The» is «The Net»."""
    match = re.fullmatch(
        r"(.+), (The|A|An|Le|La|Les|L'|Il|Der|Die|Das|El|Los|Las)( \(.+\))?", title
    )
    if match is not None:
        space = "" if match.group(2).endswith("'") else " "
        title = f"{match.group(2)}{space}{match.group(1)}{match.group(3) or ''}"
    if len(title) <= MAX_TITLE:
        return title
    return title[:MAX_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"
