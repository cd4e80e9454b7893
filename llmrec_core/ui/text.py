"""Data on its way to the screen: titles and sentences are text, whatever they contain."""

from __future__ import annotations

import re

JOINER = "\u2060"
"""A word joiner: no width, no line break. Puts patterns apart that escaping cannot."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$^&=\"'])")
# Links, addresses, emoji and icon names are looked for after escapes are gone, so that only a
# character between their parts keeps them text.
_AFTERWARDS = (
    (re.compile(r":(?=\S)"), ":" + JOINER),
    (re.compile(r"(?<=\w)@(?=\w)"), JOINER + "@" + JOINER),
    (re.compile(r"\bwww(?=\.)", re.IGNORECASE), lambda m: m.group() + JOINER),
)


def plain(text: object, most: int | None = None) -> str:
    """`text` on one line, so that Streamlit's markdown shows it character by character.

    For labels, captions and sentences that data goes into; longer than `most` characters ends in
    an ellipsis.
    """
    line = " ".join(str(text).split())
    if most is not None and len(line) > most:
        line = line[: most - 1].rstrip() + "…"
    for pattern, apart in _AFTERWARDS:
        line = pattern.sub(apart, line)
    return _MARKUP.sub(r"\\\1", line)


def count(number: int, thing: str, things: str = "") -> str:
    """«1 sentence», «1,682 sentences»."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def signed(value: float, digits: int = 3) -> str:
    """«+0.125», «−0.300»: always with its sign, never «−0.000»."""
    shown = f"{abs(value):.{digits}f}"
    if float(shown) == 0:
        return shown
    return ("+" if value > 0 else "\u2212") + shown


def inert(cell: str) -> str:
    """A string cell that no spreadsheet takes for a formula when the table is exported."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
