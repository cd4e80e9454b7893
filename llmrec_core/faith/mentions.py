"""What a sentence names: titles, kinds, makers, and names that no list has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from llmrec_core.faith.lexicon import Found, Lexicon, small

_OPEN, _CLOSE = "\"'“”«»‘„「『《〈*_", "\"'”“«»’」』》〉*_"
_QUOTED = re.compile(
    r"[«“„「『《]\s*([^«»“”„「」『』《》]{2,120}?)\s*[»”“」』》]|(?<!\w)\"([^\"]{2,120})\"(?!\w)|"
    r"(?<!\w)\*([^*\n]{2,120})\*(?!\w)|(?<![\w'])'([A-Z][^']{2,120})'(?![\w'])"
)
_AFTER_YEAR = re.compile(r"[\"'”»*]?\s*\((?:18|19|20)\d\d\)")
_RUN = re.compile(
    r"(?<![\w'’])[A-ZÀ-ÖØ-Þ][\w'’.&-]*(?:\s+(?:(?:of|the|and|de|la|von|van|der|du|di|&)\s+){0,2}"
    r"[A-ZÀ-ÖØ-Þ0-9][\w'’&-]*)*"
)
_GENERIC = (
    "book books cinema drama dramas fare fiction film films flick flicks game games genre genres "
    "kind kinds literature material movie movies music novel novels piece pieces plot plots "
    "product products read reads record records series song songs stories story tale tales theme "
    "themes thing things title titles work works"
)
_LIST = r"(?:\s*(?:,|and|or|&|/|,\s*and|,\s*or)\s*(?:[\w'-]+\s+){0,1}[\w'-]+){0,6}?"
_ORDINARY = frozenset(
    "academy africa african america american americans april arab arabic argentina arthurian asia "  # noqa: SIM905
    "asian august australia australian austria austrian award awards bible biblical bollywood "
    "brazil brazilian britain british broadway byzantine canada canadian catholic chicago china "
    "chinese christian christmas civil cold czech danish december denmark dutch east eastern "
    "easter edwardian egypt egyptian elizabethan england english europe european february finland "
    "finnish france french friday georgian german germany gothic great greece greek halloween "
    "hollywood hong hungarian i ii iii imdb india indian iran iranian ireland irish islamic israel "
    "israeli italian italy january japan japanese jewish july june kong korea korean latin london "
    "los angeles march may mexican mexico middle monday muslim new north northern norway "
    "norwegian november october oscar oscars other paris people person poland polish pulitzer "
    "reader renaissance rome roman russia russian saturday scotland scottish september south "
    "southern soviet spain spanish sunday sweden swedish switzerland swiss thanksgiving the this "
    "thursday tuesday turkish tv u.k u.s uk us user vegas victorian vietnam viewer war wednesday "
    "west western world york zealand".split()
)
"""Names that any text may use without claiming anything about a catalogue."""


@dataclass(frozen=True)
class Named:
    """One thing that a text names: `what` is title, category, maker or name; `text` as written.

    For a title `items` are the numbers that it may mean, for the others `values` in small letters;
    `sure` says that the text marks it as a title (quotes, a year behind it).
    """

    what: str
    start: int
    end: int
    text: str
    items: frozenset[int] = frozenset()
    values: frozenset[str] = frozenset()
    sure: bool = False


def mentions(text: str, lexicon: Lexicon) -> list[Named]:
    """What `text` names, in its order and without overlaps; the longest reading wins."""
    quoted = _quotations(text)
    found = [n for f in lexicon.find(small(text)) if (n := _reading(text, f, lexicon, quoted))]
    named = _apart(found)
    named += [
        Named("name", start, end, text[start:end], sure=True)
        for start, end in quoted if not any(n.start < end and start < n.end for n in named)
    ]  # fmt: skip
    return sorted(named, key=lambda n: n.start)


def names(text: str, named: Iterable[Named], *, latin_only: bool) -> list[Named]:
    """Runs of capitalised words that are none of `named`; the first word of a text is none.

    With `latin_only` False the text is of another script, where every word with a capital is a
    foreign name.
    """
    covered = [(n.start, n.end) for n in named]
    out = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        if latin_only and _begins(text, start):
            space = match.group().find(" ")
            if space < 0:
                continue
            start += space + 1
            if text[start:end].isdecimal() and re.match(r"\s+[a-z]", text[end:]):
                continue  # «Took 13 films», not «Loved 1984»
        if start < end and not any(a < end and start < b for a, b in covered):
            out.append(Named("name", start, end, text[start:end].rstrip(".-&")))
    return out


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these places blotted out, as long as before."""
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def ordinary(word: str) -> bool:
    """Whether a capitalised word claims nothing: a country, a language, a feast, «Hollywood»."""
    return word.lower().strip(".'").removesuffix("'s") in _ORDINARY or word.lower() in _ORDINARY


def _quotations(text: str) -> list[tuple[int, int]]:
    out = []
    for match in _QUOTED.finditer(text):
        group = next(g for g in range(1, 5) if match.group(g))
        out.append((match.start(group), match.end(group)))
    return out


def _reading(
    text: str, found: Found, lexicon: Lexicon, quoted: list[tuple[int, int]]
) -> Named | None:
    """What a form means where it stands, or None where it is no more than words."""
    start, end, entry = found.start, found.end, found.entry
    word = text[start:end]
    sure = _sure(text, start, end, quoted)
    if entry.items and (sure or _is_title(text, found, lexicon)):
        values = frozenset(entry.categories | entry.makers)
        return Named("title", start, end, word, frozenset(entry.items), values, sure)
    if entry.makers and word[:1].upper() == word[:1]:
        return Named("maker", start, end, word, values=frozenset(entry.makers))
    if entry.categories and _is_kind(text, found, lexicon):
        return Named("category", start, end, word, values=frozenset(entry.categories))
    return None


def _sure(text: str, start: int, end: int, quoted: list[tuple[int, int]]) -> bool:
    if any(a <= start and end <= b and end - start >= (b - a) - 8 for a, b in quoted):
        return True
    first = text[start : start + 1]
    return (first.isupper() or first.isdigit()) and _AFTER_YEAR.match(text, end) is not None


def _is_title(text: str, found: Found, lexicon: Lexicon) -> bool:
    """Whether words are written as a title: its capitals, and not just the start of a sentence."""
    start, end, word = found.start, found.end, text[found.start : found.end]
    first = next((c for c in word if c.isalnum()), "")
    if first >= "\u2e80":
        return len(word) >= 4
    if word not in found.entry.cased and not _capitals(word):
        return False
    if len(word) < 2 or not (first.isupper() or first.isdigit()) or word.isdigit():
        return False
    if " " in word:
        return True
    if _begins(text, start):
        return small(word) not in lexicon.common and not found.entry.categories
    return not _in_run(text, start, end)


def _capitals(word: str) -> bool:
    return all(not w[:1].isalpha() or w[0].isupper() or len(w) <= 4 for w in word.split())


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins here."""
    head = text[:start].rstrip(" \"'“«*(")
    return not head or head[-1] in ".!?:;。！？"


def _in_run(text: str, start: int, end: int) -> bool:
    """Whether a single word is part of a longer capitalised name that the catalogue lacks."""
    before = re.search(r"([A-Z][\w'.]*) $", text[:start])
    if before and not _begins(text, before.start()):
        return True
    return re.match(r" (?:[A-Z]|\d)[\w']*", text[end:]) is not None


def _is_kind(text: str, found: Found, lexicon: Lexicon) -> bool:
    """Whether a category's word stands for the category: «war films», not «goes to war».

    Words that the catalogue's texts use in other senses must stand before a noun such as «films»,
    in a list, in the plural or behind a verb of taste.
    """
    word = small(text[found.start : found.end])
    if word not in lexicon.common or any(c in word for c in " -'"):
        return True
    after = small(text[found.end : found.end + 60])
    nouns = f"{_GENERIC} {lexicon.things}".replace(" ", "|")
    if re.match(rf"{_LIST}\s+(?:[\w'-]+\s+)?(?:{nouns})\b", after):
        return True
    if word.endswith("s") and not word.endswith("ss") and word not in found.entry.categories:
        return True
    before = small(text[max(0, found.start - 40) : found.start])
    return re.search(
        r"\b(?:likes?|loves?|enjoys?|prefers?|of|for|towards?|to|by|mostly|above all|are|is|not|"
        r"dislikes?|hates?|avoids?|genres?:?)\s+$|^\W*$|\b(?:and|or|,)\s+$", before
    ) is not None and re.match(r"\s*(?:$|[.,;:!)]|and\b|or\b|but\b|more\b)", after) is not None


def _apart(found: list[Named]) -> list[Named]:
    """The longest readings that do not overlap."""
    out: list[Named] = []
    for one in sorted(found, key=lambda n: (-(n.end - n.start), n.start)):
        if all(one.end <= kept.start or kept.end <= one.start for kept in out):
            out.append(one)
    return out
