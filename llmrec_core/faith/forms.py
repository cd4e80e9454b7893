"""The forms under which a text may use a name: articles moved, years off, plurals, adjectives."""

from __future__ import annotations

import re
import unicodedata

from llmrec_core.describe.grammar import shown_title

_YEAR = re.compile(r"\s*\((?:19|20|18)\d\d\)\s*$")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_ARTICLE = re.compile(r"^(?:the|a|an|le|la|les|il|der|die|das|el|los|las)\s+", re.IGNORECASE)
LEAST_PART = 2
"""Words from which the part of a title before or after its colon is used for the whole."""

_FORMS = {
    "animation": ("animated",),
    "biography": ("biographical",),
    "children": ("children's", "kids", "kids'"),
    "children's": ("children", "childrens", "kids", "kids'"),
    "comedy": ("comic", "comedic"),
    "crime": (),
    "documentary": ("docs",),
    "drama": ("dramatic",),
    "fantasy": ("fantastical",),
    "film-noir": ("noir", "film noir", "noirs", "films noirs"),
    "history": ("historical", "historic"),
    "historical": ("history",),
    "horror": ("scary",),
    "musical": (),
    "mystery": ("mysteries",),
    "philosophy": ("philosophical",),
    "poetry": ("poems",),
    "psychology": ("psychological",),
    "romance": ("romantic",),
    "satire": ("satirical",),
    "sci-fi": ("science fiction", "science-fiction", "scifi", "sf"),
    "science fiction": ("sci-fi", "science-fiction", "scifi", "sf"),
    "thriller": (),
    "western": (),
}
"""Adjectives and synonyms of common category values; plurals are made by rule."""


def title_forms(title: str) -> set[str]:
    """Spellings under which a title is meant: as stored, as shown, without article or year.

    The part before or after a colon counts where it has LEAST_PART words.
    """
    bare = _YEAR.sub("", title)
    forms = {title, bare, shown_title(title), shown_title(bare)}
    forms |= {shown_title(_ASIDE.sub("", form)) for form in list(forms)}
    for form in list(forms):
        forms.add(_ARTICLE.sub("", form))
        if ": " in form:
            parts = (form.split(": ", 1)[0], form.rsplit(": ", 1)[1])
            forms.update(part for part in parts if len(part.split()) >= LEAST_PART)
    forms |= {_plain(form) for form in forms}
    return {form.strip() for form in forms if form.strip()}


def category_forms(value: str) -> set[str]:
    """A category value in small letters with its plurals and the usual adjectives."""
    lower = value.lower().replace("\u2019", "'")
    forms = {lower, lower.replace("-", " "), _plural(lower), *_FORMS.get(lower, ())}
    if lower.endswith("s") and not lower.endswith(("ss", "ics", "us", "'s")) and len(lower) > 4:
        forms.add(lower[:-1])
    return {form for form in forms if len(form) > 1}


def _plural(word: str) -> str:
    if word.endswith("s"):
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("x", "ch", "sh")) else "s")


def _plain(text: str) -> str:
    """Without accents."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))
