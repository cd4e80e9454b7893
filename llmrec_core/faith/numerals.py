"""Years, counts, shares and marks that a sentence gives, against the counted ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llmrec_core.evidence.facts import FactKind
from llmrec_core.faith.judging import HOLDS, Verdict, contradicted, unsupported
from llmrec_core.faith.known import Known
from llmrec_core.faith.lexicon import small
from llmrec_core.faith.mentions import Named, masked
from llmrec_core.faith.spelled import SCALES, WORDS, Spelled, spelled
from llmrec_core.faith.stance import Clause, stance_at

_DECADE = re.compile(r"(?<![\w.])['’]?((?:1[5-9]|20)?\d0)['’]?s\b|(?<!\d)((?:19|20)?\d0)\s*年代")
_SPOKEN = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90,
}
_SPOKEN_DECADE = re.compile(rf"\b({'|'.join(_SPOKEN)})\b", re.IGNORECASE)
_YEAR = re.compile(
    r"(?<![\w.,])(1[0-9]\d\d|20\d\d)(?![\w%]|[.,]\d)|(?<!\d)((?:1[5-9]|20)\d\d)(?=年(?!代))"
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.,/-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(\s*%|(?=[^\d]|$))")
_DIGIT = re.compile(rf"\d|\b(?:{'|'.join((*_SPOKEN, *WORDS))})\b", re.IGNORECASE)
_SCALED = re.compile(rf"^\s*({'|'.join(SCALES)})\b", re.IGNORECASE)
"""«5 hundred»: the number goes on in words."""
_SCALE = re.compile(r"^\s*(?:-?\s*stars?\b|out\s+of\b|/\s*\d|-point|th\b|st\b|nd\b|rd\b)")
_TOP = re.compile(r"(?:top|out\s+of|/|part|volume|number|no\.|episode)\s*$", re.IGNORECASE)
_MEAN = re.compile(
    r"(?<!times the )(?<!x the )averag|\bmean\b|(?<!倍于)平均", re.IGNORECASE
)
"""«1.7 times the average» is a lift, and says nothing of the numbers beside it."""
_TIMES = re.compile(r"^\s*(?:times|x\b|倍)", re.IGNORECASE)


def numerals(
    text: str, named: Sequence[Named], known: Known, parts: list[Clause]
) -> Iterator[Verdict]:
    """A verdict on every number in `text` that is not part of a name."""
    bare = masked(text, [(n.start, n.end) for n in named if n.what != "category"])
    if not _DIGIT.search(bare):
        return
    for start, end, verdict in _years(bare, named, known, parts):
        yield verdict
        bare = masked(bare, [(start, end)])
    yield from _counts(bare, text, named, known, parts)


def _years(
    text: str, named: Sequence[Named], known: Known, parts: list[Clause]
) -> list[tuple[int, int, Verdict]]:
    out = []
    for match in _DECADE.finditer(text):
        number = int(match.group(1) or match.group(2))
        if len(match.group(1) or match.group(2)) < 3:
            number += 2000 if number < 20 else 1900
        stance = stance_at(parts, match.start())
        out.append((*match.span(), _era(f"{number}s", match.group().strip(), stance, known)))
    for match in _SPOKEN_DECADE.finditer(text):
        era = f"{1900 + _SPOKEN[match.group().lower()]}s"
        stance = stance_at(parts, match.start())
        out.append((*match.span(), _era(era, match.group(), stance, known)))
    for match in _YEAR.finditer(text):
        year = int(match.group(1) or match.group(2))
        if str(year) in known.numeric:
            continue
        title = _title_before(text, match.start(), named)
        if title is not None:
            verdict = _year_of_title(year, title, known)
        else:
            verdict = _era(str(year), str(year), stance_at(parts, match.start()), known)
            if verdict is not HOLDS and _years_of(named, known) & {year}:
                verdict = HOLDS
        out.append((*match.span(), verdict))
    return out


def _title_before(text: str, place: int, named: Sequence[Named]) -> Named | None:
    """The title that a year in brackets (or after a comma) belongs to."""
    for one in named:
        between = text[one.end : place]
        if one.what == "title" and one.end <= place and re.fullmatch(
            r"[\"'”»*》」’]?\s*(?:[(（\[,]|from|of)\s*", between
        ):
            return one
    return None


def _year_of_title(year: int, title: Named, known: Known) -> Verdict:
    years = {known.lexicon.years[n] for n in title.items & known.read or title.items}
    if year in years or years <= {0}:
        return HOLDS
    right = " or ".join(map(str, sorted(years - {0})))
    return unsupported(f"gives «{title.text}» the year {year}, which is {right}")


def _years_of(named: Sequence[Named], known: Known) -> set[int]:
    read = (n.items & known.read for n in named if n.what == "title")
    return {known.lexicon.years[i] for items in read for i in items}


def _era(era: str, words: str, stance: int, known: Known) -> Verdict:
    decade = era[:3]
    same = era in known.eras
    if era.endswith("s"):
        same = same or any(e[:3] == decade for e in known.eras)
    if not same:
        return unsupported(f"speaks of «{words}», a time that the evidence does not single out")
    if stance < 0:
        return contradicted(f"speaks against «{words}», but the evidence says it is liked")
    return HOLDS


def _counts(
    text: str, whole: str, named: Sequence[Named], known: Known, parts: list[Clause]
) -> Iterator[Verdict]:
    """The counts in `text`, which is `whole` with its names and years blotted out."""
    for match in _NUMBER.finditer(text):
        after, before = text[match.end(1) :], text[: match.start()]
        if match.group(1) in known.numeric or _SCALE.match(after) or _TOP.search(before):
            continue
        number = float(match.group(1).replace(",", ""))
        if scaled := _SCALED.match(after):
            number *= SCALES[scaled.group(1).lower()]
        digits = len(match.group(1).partition(".")[2])
        kinds = _kinds(match.start(), named, parts) | _valued(match.start(), whole, known, parts)
        if match.group(2).strip() == "%":
            wanted = [100 * x for x in known.numbers.get("share", ())]
        elif _TIMES.match(after):
            wanted = list(known.numbers.get("lift", ()))
        elif _MEAN.search(text):
            wanted = _means(kinds, known)
        else:
            wanted = _counted(kinds, known)
        yield _number(match.group().strip(), number, digits, wanted)
    for one in spelled(text, known.lexicon.things):
        kinds = _kinds(one.place, named, parts) | _valued(one.place, whole, known, parts)
        if one.many:
            yield _at_least(one, _tallies(kinds, known))
        else:
            yield _number(one.words, one.number, 0, _counted(kinds, known))


def _at_least(one: Spelled, wanted: Sequence[float]) -> Verdict:
    if max(wanted, default=0.0) >= one.number:
        return HOLDS
    return unsupported(f"speaks of {one.words.lower()}, which the counts do not reach")


def _number(words: str, number: float, digits: int, wanted: Sequence[float]) -> Verdict:
    slack = 0.5 * 10.0**-digits + 1e-6
    if any(abs(number - right) <= slack for right in wanted):
        return HOLDS
    return unsupported(f"gives the number {words}, which is not in the evidence")


def _kinds(place: int, named: Sequence[Named], parts: list[Clause]) -> set[str]:
    """The kinds and makers that the clause around `place` names, in small letters."""
    here = next(((c.start, c.end) for c in parts if c.start <= place < c.end), (0, 0))
    return {
        value for n in named if n.what in ("category", "maker") and here[0] <= n.start < here[1]
        for value in (*n.values, small(n.text))
    }


def _valued(place: int, text: str, known: Known, parts: list[Clause]) -> set[str]:
    """The values of facts that stand in the clause around `place`, periods too."""
    here = next(((c.start, c.end) for c in parts if c.start <= place < c.end), (0, len(text)))
    clause = small(text[here[0] : here[1]])
    return {
        value for value in (*known.for_it, *known.against)
        if value in clause and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", clause)
    }


def _means(kinds: set[str], known: Known) -> list[float]:
    """The means that a clause about these kinds may give: theirs, and the user's own."""
    out = known.numbers_of(FactKind.RATING_HABIT, "mean")
    for kind in kinds:
        for fact in (*known.for_it.get(kind, ()), *known.against.get(kind, ())):
            out += [fact.numbers[n] for n in ("mean",) if n in fact.numbers]
    return out


def _counted(kinds: set[str], known: Known) -> list[float]:
    """The counts that a clause may give: of these kinds, of all rows, and the values given."""
    out = [*known.numbers.get("value", ()), *_tallies(kinds, known)]
    for kind in (FactKind.ACTIVITY, FactKind.RATING_HABIT):
        for name in ("days", "mean", "deviation"):
            out += known.numbers_of(kind, name)
    for kind_ in kinds:
        for fact in (*known.for_it.get(kind_, ()), *known.against.get(kind_, ())):
            out += [fact.numbers[n] for n in ("mean", "lift") if n in fact.numbers]
    return out


def _tallies(kinds: set[str], known: Known) -> list[float]:
    """How many rows there are: in all, liked, and of these kinds."""
    out = [float(len(known.liked))]
    for kind in (FactKind.ACTIVITY, FactKind.RATING_HABIT):
        out += known.numbers_of(kind, "count")
    for kind_ in kinds:
        for fact in (*known.for_it.get(kind_, ()), *known.against.get(kind_, ())):
            out += [fact.numbers["count"]] if "count" in fact.numbers else []
            if fact.numbers.get("share", 0.0) > 0:  # «8 of 13»
                out.append(round(fact.numbers["count"] / fact.numbers["share"]))
    return out
