"""What a written item text names, held against that item's own attributes, texts and reviews."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmrec_core.describe import Check, Description, Sentence

if TYPE_CHECKING:
    from llmrec_core.enrich.material import Material
    from llmrec_core.tables import Items

_NUMBER = re.compile(r"(?<!\w)\d+(?:[.,]\d+)*(?!\w)")
_NAME = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_WORD = re.compile(r"[^\W_]+")
_START = re.compile(r"(?:^|[.!?:;«»\"“”‘’(]\s*)$")
MOST_WORDS = 4
"""Words of an attribute's value that is looked for in a text."""


class Vocabulary:
    """The values that attributes of the catalogue have, as they may be named in a sentence."""

    def __init__(self, items: Items) -> None:
        values = {
            _folded(str(value))
            for name in items.attributes for cell in items.frame[name] for value in cell
        }
        self.values = {v for v in values if len(v) > 3 and len(v.split()) <= MOST_WORDS}

    def named(self, text: str) -> list[str]:
        """The values that stand in `text` as whole words, the longest of overlapping ones."""
        words = _folded(text).split()
        out, at = [], 0
        while at < len(words):
            sizes = range(min(MOST_WORDS, len(words) - at), 0, -1)
            size = next((k for k in sizes if " ".join(words[at : at + k]) in self.values), 0)
            if size:
                out.append(" ".join(words[at : at + size]))
            at += size or 1
        return out


def checked(
    description: Description, material: Material, vocabulary: Vocabulary
) -> Description:
    """The same description, each sentence with its `check` and, where there is one, its `problem`.

    A sentence is unsupported when it names a number, a capitalised name or a value of the
    catalogue's attributes that the item's own material does not have (of numbers, counts of its
    reviews are fine too); open when it names nothing of the kind.
    """
    known = _folded(material.words())
    bounds = _Known(known, set(known.split()), len(material.reviews))
    sentences = tuple(_checked(s, bounds, vocabulary) for s in description.sentences)
    return replace(description, sentences=sentences)


class _Known:
    """The item's material: its text, its words, how many reviews it has."""

    def __init__(self, text: str, words: set[str], reviews: int) -> None:
        self.text, self.words, self.reviews = f" {text} ", words, reviews

    def has(self, phrase: str) -> bool:
        return f" {phrase} " in self.text

    def number(self, text: str) -> bool:
        if all(part in self.words for part in _folded(text).split()):
            return True
        return text.isdigit() and len(text) < 4 and 1 <= int(text) <= self.reviews


def _checked(sentence: Sentence, known: _Known, vocabulary: Vocabulary) -> Sentence:
    text = sentence.text
    numbers = _NUMBER.findall(text)
    names = _names(text)
    values = vocabulary.named(text)
    wrong = [n for n in numbers if not known.number(n)]
    wrong += [n for n in names if not set(_folded(n).split()) <= known.words]
    wrong += [v for v in values if not known.has(v)]
    if wrong:
        problem = f"names «{wrong[0]}», which is not in the item's attributes, texts or reviews"
        return replace(sentence, check=Check.UNSUPPORTED.value, problem=problem)
    found = Check.SUPPORTED if numbers or names or values or sentence.rows else Check.OPEN
    return replace(sentence, check=found.value, problem="")


def _names(text: str) -> list[str]:
    """Capitalised words that do not begin a sentence, a list or a quotation."""
    return [
        match.group() for match in _NAME.finditer(text)
        if match.group()[0].isupper() and len(match.group()) > 1
        and not _START.search(text[: match.start()])
    ]


def _folded(text: str) -> str:
    """Small words with single blanks between, punctuation gone."""
    return " ".join(_WORD.findall(text.casefold()))


def wrong(sentence: Sentence) -> bool:
    """Whether a sentence names what its item's material does not have."""
    return sentence.check in (Check.UNSUPPORTED.value, Check.CONTRADICTED.value)


def problems(descriptions: Sequence[Description]) -> int:
    """How many sentences name what their item's material does not have."""
    return sum(wrong(s) for d in descriptions for s in d.sentences)
