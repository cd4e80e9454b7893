"""Two versions of a description side by side: which sentence became which, which words changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from llmrec_core.describe.sentences import Description, Sentence

ALIKE = 0.4
"""Share of common words from which two sentences are one that was reworded."""

# Scripts without spaces between words are compared character by character.
_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W\u2e80-\u9fff\uf900-\ufaff]+|\s+|[^\w\s]")


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = ""
    REMOVED = "-"
    ADDED = "+"


@dataclass(frozen=True)
class Piece:
    """Words that stand together and share their fate."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Line:
    """One sentence before and after; None where it was added or removed."""

    before: Sentence | None
    after: Sentence | None
    pieces: tuple[Piece, ...]

    @property
    def turned(self) -> bool:
        """Whether it says another thing of liking than before."""
        both = self.before is not None and self.after is not None
        return both and self.before.polarity != self.after.polarity  # type: ignore[union-attr]

    @property
    def switched(self) -> bool:
        """Whether it counts now and did not before, or the other way round."""
        both = self.before is not None and self.after is not None
        return both and self.before.on != self.after.on  # type: ignore[union-attr]

    @property
    def changed(self) -> bool:
        """Whether a reader would see a difference; who wrote the same words is none."""
        return self.turned or self.switched or any(piece.mark for piece in self.pieces)


def compare(old: Description, new: Description) -> list[Line]:
    """Every sentence of both versions in reading order, aligned so that most words stay.

    A sentence that moved past others is shown as removed there and added here.
    """
    pairs = _aligned(old.sentences, new.sentences)
    return [Line(before, after, _pieces(before, after)) for before, after in pairs]


def words(old: str, new: str) -> tuple[Piece, ...]:
    """What of one text was removed and added to make the other; both can be read off the pieces."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    out: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            out.append(Piece(Mark.SAME, "".join(before[a:b])))
            continue
        for mark, part in ((Mark.REMOVED, before[a:b]), (Mark.ADDED, after[c:d])):
            if part:
                out.append(Piece(mark, "".join(part)))
    return tuple(_without_crumbs(out))


def in_words(lines: Sequence[Line]) -> str:
    """«3 words added, 1 removed; 1 sentence turned; 1 switched off», or that nothing changed."""
    pieces = [piece for line in lines for piece in line.pieces]
    added, removed = (
        sum(map(_is_word, (w for p in pieces if p.mark is mark for w in _WORD.findall(p.text))))
        for mark in (Mark.ADDED, Mark.REMOVED)
    )
    said = [f"{_count(added, 'word')} added, {removed:,} removed"] if added or removed else []
    turned = sum(line.turned for line in lines)
    if turned:
        said.append(f"{_count(turned, 'sentence')} turned (likes or dislikes)")
    for on, what in ((True, "on"), (False, "off")):
        number = sum(line.switched and line.after.on is on for line in lines if line.after)
        if number:
            said.append(f"{_count(number, 'sentence')} switched {what}")
    return "; ".join(said) + "." if said else "Nothing changed."


def _is_word(token: str) -> bool:
    return any(map(str.isalnum, token))


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _pieces(before: Sentence | None, after: Sentence | None) -> tuple[Piece, ...]:
    if before is not None and after is not None:
        return words(before.text, after.text)
    if before is not None:
        return (Piece(Mark.REMOVED, before.text),)
    return (Piece(Mark.ADDED, after.text),) if after is not None else ()


def _without_crumbs(pieces: list[Piece]) -> list[Piece]:
    """Changes with nothing but a space between them read as one change."""
    out: list[Piece] = []
    for place, piece in enumerate(pieces):
        following = pieces[place + 1].mark if place + 1 < len(pieces) else Mark.SAME
        lonely = piece.mark is Mark.SAME and piece.text.isspace()
        if not (lonely and out and following):
            out.append(piece)
            continue
        out += [Piece(Mark.REMOVED, piece.text), Piece(Mark.ADDED, piece.text)]
    return _gathered(out)


def _gathered(pieces: list[Piece]) -> list[Piece]:
    """Between two unchanged pieces all that was removed, then all that was added."""
    out: list[Piece] = []
    gone = come = ""
    for piece in [*pieces, Piece(Mark.SAME, "")]:
        if piece.mark is Mark.REMOVED:
            gone += piece.text
        elif piece.mark is Mark.ADDED:
            come += piece.text
        else:
            out += [Piece(m, t) for m, t in ((Mark.REMOVED, gone), (Mark.ADDED, come)) if t]
            gone = come = ""
            out += [piece] if piece.text else []
    return out


def _aligned(
    old: Sequence[Sentence], new: Sequence[Sentence]
) -> list[tuple[Sentence | None, Sentence | None]]:
    """Pairs in order with the greatest sum of likenesses (the classic alignment of two rows)."""
    alike = [[_likeness(a.text, b.text) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            skip = max(best[i + 1][j], best[i][j + 1])
            pair = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= ALIKE else -1.0
            best[i][j] = max(skip, pair)
    out: list[tuple[Sentence | None, Sentence | None]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        left = i < len(old) and best[i + 1][j] == best[i][j]
        right = j < len(new) and best[i][j + 1] == best[i][j]
        if left:
            out, i = [*out, (old[i], None)], i + 1
        elif right:
            out, j = [*out, (None, new[j])], j + 1
        else:
            out, i, j = [*out, (old[i], new[j])], i + 1, j + 1
    return out


def _likeness(old: str, new: str) -> float:
    """Share of words in common, spaces aside; more than 1 for the very same text."""
    if old == new:
        return 2.0
    before, after = _WORD.findall(old.casefold()), _WORD.findall(new.casefold())
    return SequenceMatcher(
        None, [w for w in before if w.strip()], [w for w in after if w.strip()], autojunk=False
    ).ratio()
