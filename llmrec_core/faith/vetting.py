"""Text of the data before it goes into a prompt: one short line that gives no orders."""

from __future__ import annotations

import re
import unicodedata

from llmrec_core.faith.instructions import LONGEST, reads_like_instructions

_INVISIBLE = frozenset(("Cf", "Co", "Cs", "Cn"))
_CHAT = re.compile(
    r"<\|[^|<>]{0,40}\|>(?:(?:system|user|assistant|tool)\b)?|<</?\w{1,12}>>|\[/?(?:INST|SYS|"
    r"SYSTEM|USER|ASSISTANT)\]|</?s>|"
    r"<(?:start|end)_of_turn>|<\uff5c[^\uff5c]{0,40}\uff5c>",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:^|[\n.!?#*|>\]])\s*\**(?:system|assistant|human|developer|tool)\**\s*:", re.IGNORECASE
)
_MARKUP = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # markdown links and images
    (re.compile(r"<!--.*?-->", re.DOTALL), "\n"),
    (re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE), "\n"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,300}>"), "\n"),
    (re.compile(r"(?:\b[a-zA-Z][\w+.-]{1,12}:)?//\S+|\b(?:www|WWW)\.\S+|\bdata:\w+/\S+"), "\n"),
    (re.compile(r"`+|~{3,}|[#=*_<>\-\u2014\u2500|]{3,}"), "\n"),
    (re.compile(r"[<>]{2,}|(?:^|\s)#{1,6}\s"), "\n"),
)
_SIGNS = 6
"""Words beside a chat model's own marks from which a text is a forged turn, not a slip."""


def vetted(text: str, most: int = 80) -> str:
    """`text` as one line of at most `most` characters that a prompt may hold; "" is «withheld».

    Control and invisible characters, markup, links, delimiters and role marks are removed. A text
    that reads like instructions to a model gives "": the caller says «(title withheld)» instead.
    """
    plain = visible(text)
    marked = _CHAT.search(plain) is not None or _ROLE.search(plain) is not None
    parted = _ROLE.sub("\n", _CHAT.sub("\n", plain))
    for pattern, instead in _MARKUP:
        parted = pattern.sub(instead, parted)
    line = " ".join(parted.split())
    # What a mark set apart may be an order of its own, or the end of one.
    seen = {plain, line, " | ".join(" ".join(part.split()) for part in parted.split("\n"))}
    if any(map(reads_like_instructions, seen)) or (marked and len(line.split()) > _SIGNS):
        return ""
    return _cut(line, most)


def visible(text: str) -> str:
    """One line of what can be seen: no control, bidirectional, zero-width or private characters."""
    kept = (" " if c in "\n\r\t" else c for c in unicodedata.normalize("NFC", text[:LONGEST]))
    seen = (c for c in kept if unicodedata.category(c) not in _INVISIBLE)
    return " ".join("".join(c if c.isprintable() else " " for c in seen).split())


def _cut(line: str, most: int) -> str:
    """At most `most` characters, cut at a word where there is one."""
    if len(line) <= most:
        return line
    head = line[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head).rstrip(" ,;:-") + "…"
