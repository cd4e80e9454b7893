"""Counts in words: «twenty-five films», «a thousand books», «hundreds of reviews»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "  # noqa: SIM905
    "sixteen seventeen eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
UNITS = {word: number + 1 for number, word in enumerate(_SMALL)}
UNITS |= {word: 10 * number + 20 for number, word in enumerate(_TENS)}
SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
WORDS = (*UNITS, *SCALES, *(f"{word}s" for word in SCALES))
"""Words that make a sentence worth a closer look."""

_ONE = rf"(?:{'|'.join((*UNITS, *SCALES))})"
_RUN = rf"{_ONE}(?:(?:\s+and)?[\s-]+{_ONE})*"
_COUNTED = (
    r"(?:choices?|ratings?|reviews?|rows|purchases|items|entries|{things}|titles|films|books)"
)
_EXACT = rf"\b({_RUN})\s+(?:(?!{_ONE}\b)\w+\s+)?{_COUNTED}\b"
_MANY = rf"\b((?:{_RUN}\s+)?({'|'.join(f'{word}s' for word in SCALES)}))\s+of\s+" \
    rf"(?:\w+\s+){{{{0,2}}}}?{_COUNTED}\b"


class Spelled(NamedTuple):
    """A count in words at `place`; `many` says that it means at least so many («hundreds»)."""

    place: int
    words: str
    number: int
    many: bool


def spelled(text: str, things: str) -> Iterator[Spelled]:
    """The counts in words of what was chosen; `things` are its nouns as a pattern."""
    exact, many = _patterns(things)
    for match in exact.finditer(text):
        yield Spelled(match.start(), match.group(1), _value(match.group(1)), False)
    for match in many.finditer(text):
        # «Hundreds» are two hundred at least.
        least = 2 * SCALES[match.group(2).lower().removesuffix("s")]
        yield Spelled(match.start(), match.group(1), least, True)


@lru_cache(maxsize=8)
def _patterns(things: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(_EXACT.format(things=things), re.IGNORECASE),
        re.compile(_MANY.format(things=things), re.IGNORECASE),
    )


def _value(words: str) -> int:
    """«two thousand three hundred and five» as a number; a scale alone is one of it."""
    total, part = 0, 0
    for word in re.split(r"[\s-]+", words.lower()):
        scale = SCALES.get(word, 0)
        if not scale:
            part += UNITS.get(word, 0)
        elif scale > 100:
            total, part = total + max(part, 1) * scale, 0
        else:
            part = max(part, 1) * scale
    return total + part
