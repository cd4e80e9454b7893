"""A line of the ledger down to its words: which word of the user met which word of the item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.signals.meeting import Meeting

FAR = 0.05
"""A remainder below this share of a stored vector is rounding (bfloat16 texts depend a little on
what shared their batch), above it something that the text does not say."""


class WordKind(StrEnum):
    """What a row or a column of a heat map stands for."""

    WORD = "word"  # a word of the text
    MARKS = "marks"  # what the encoder adds to every text, and rounding
    SHARED = "shared"  # what all texts have in common, which was taken off
    STRAY = "stray"  # what the words leave where they are read otherwise than at the build
    REST = "rest"  # what the stored vector has beside its own text
    OTHERS = "others"  # several words in one: the end of a very long text, `WordHeat.folded`


NAMES = {
    WordKind.MARKS: "start and end of the text",
    WordKind.SHARED: "what all texts share",
    WordKind.STRAY: "not in these words",
    WordKind.REST: "not of this text",
}
"""How the entries that are no words are called."""


@dataclass(frozen=True)
class Word:
    """One row or column: a word in its place, or one of the entries that are no words.

    `field` is the text that it stands in, "" for a sentence about the user. `share` says how much
    of what all texts have in common came from this word; the shares of a text sum to 1.
    """

    label: str
    kind: WordKind
    field: str
    place: int
    share: float = 0.0


@dataclass(frozen=True)
class OpenText:
    """A stored vector as a sum: `vectors` (k, dim) float64, one a word, add up to it exactly.

    `exact` says whether words were summed (mean pooling) rather than found by leaving each out,
    and do sum to the vector of the build.
    """

    words: tuple[Word, ...]
    vectors: np.ndarray
    exact: bool


@dataclass(frozen=True)
class ReadText:
    """A text as its encoder reads it, before any centring: `vectors` (k, dim) sum to `raw` (dim,).

    First the words; then the encoder's start and end marks and rounding; then, only where the
    words are read otherwise than they were, what they leave of `raw`.
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    raw: np.ndarray
    exact: bool


def open_text(read: ReadText, stored: np.ndarray, center: np.ndarray, field: str = "") -> OpenText:
    """The stored vector (dim,) of a text as a sum over its words.

    A stored vector is s (raw - center) / |raw - center|, or s raw where nothing was centred, and
    with distilled knowledge that plus a share of other items. So it is fitted as a raw + b center:
    words weigh a, «what all texts share» is b center, and what is left is the remainder, orthogonal
    to both. A text whose raw vector is its center has the zero vector, and zero words.

    Parameters
    ----------
    center : (dim,) what the text's field was centred on.
    """
    both = np.stack([read.raw, center], axis=1).astype(np.float64)  # (dim, 2)
    wanted = stored.astype(np.float64)
    (a, b), *_ = np.linalg.lstsq(both, wanted, rcond=None)
    shares = _shares(read.vectors, center)
    words = [
        Word(label, _kind(label), field, k, shares[k]) for k, label in enumerate(read.words)
    ]
    words += [
        _named(kind, field, share) for kind, share in
        zip((WordKind.MARKS, WordKind.STRAY), shares[len(words):], strict=False)
    ]
    words.append(_named(WordKind.SHARED, field))
    vectors = np.vstack([a * read.vectors.astype(np.float64), b * both[:, 1]])
    rest = wanted - vectors.sum(axis=0)
    if np.linalg.norm(rest) <= FAR * np.linalg.norm(wanted):
        vectors[len(read.words)] += rest
    else:
        words.append(_named(WordKind.REST, field))
        vectors = np.vstack([vectors, rest])
    return OpenText(tuple(words), vectors, read.exact)


def _kind(label: str) -> WordKind:
    """No word has a space: what has one stands for all words behind those that were read."""
    return WordKind.OTHERS if " " in label else WordKind.WORD


def _named(kind: WordKind, field: str, share: float = 0.0) -> Word:
    return Word(NAMES[kind], kind, field, -1, share)


def _shares(vectors: np.ndarray, center: np.ndarray) -> list[float]:
    """How much of the text's way along `center` each of its vectors goes; they sum to 1.

    Equal shares where the text hardly goes that way.
    """
    wide, along = vectors.astype(np.float64), center.astype(np.float64)
    ways = wide @ along
    whole = float(ways.sum())
    if whole < FAR * float(np.linalg.norm(wide.sum(axis=0)) * np.linalg.norm(along)) + 1e-12:
        ways, whole = np.ones(len(ways)), float(len(ways))
    return [float(share) for share in ways / whole]


@dataclass(frozen=True)
class WordHeat:
    """Words of the user (rows) against words of the item (columns): `cells` (r, c) in points.

    The sum of all cells is the line of the ledger. A text that the other side's never meets has
    zeros there.
    """

    rows: tuple[Word, ...]
    columns: tuple[Word, ...]
    cells: np.ndarray
    exact: bool

    @property
    def total(self) -> float:
        """The line, in points of the score."""
        return float(self.cells.sum())

    @property
    def of_rows(self) -> np.ndarray:
        """(r,) points of each word of the user."""
        return np.asarray(self.cells.sum(axis=1))

    @property
    def of_columns(self) -> np.ndarray:
        """(c,) points of each word of the item."""
        return np.asarray(self.cells.sum(axis=0))

    @property
    def stray(self) -> bool:
        """Whether words of a text are read otherwise than they were at the build."""
        return any(word.kind == WordKind.STRAY for word in (*self.rows, *self.columns))

    def turned(self) -> WordHeat:
        """The item's words as rows."""
        return WordHeat(self.columns, self.rows, self.cells.T, self.exact)

    def spread(self) -> WordHeat:
        """What all texts share, taken off every word by as much as the word had of it.

        Left in a row of its own it is the largest cell of any picture, and every word speaks first
        of being a text at all. The sum stays.
        """
        return self._spread().turned()._spread().turned()

    def _spread(self) -> WordHeat:
        cells = self.cells.copy()
        for k, shared in enumerate(self.rows):
            if shared.kind == WordKind.SHARED:
                mine = np.array([w.share * (w.field == shared.field) for w in self.rows])
                cells += mine[:, None] * self.cells[k]
        kept = [k for k, word in enumerate(self.rows) if word.kind != WordKind.SHARED]
        return replace(self, rows=tuple(self.rows[k] for k in kept), cells=cells[kept])

    def folded(self, rows: int, columns: int) -> WordHeat:
        """At most so many words a side, the most telling ones in reading order; the others of a
        text are one row, or column: the sum stays. What is no word is never folded."""
        return self._folded(rows).turned()._folded(columns).turned()

    def _folded(self, most: int) -> WordHeat:
        plain = np.array([word.kind == WordKind.WORD for word in self.rows], bool)
        if plain.sum() <= most:
            return self
        size = np.where(plain, np.abs(self.cells).sum(axis=1), -1.0)
        kept = np.zeros(len(plain), bool)
        kept[np.argsort(-size, kind="stable")[:most]] = True
        rows: list[Word] = []
        cells: list[np.ndarray] = []
        for field in dict.fromkeys(word.field for word in self.rows):
            mine = np.array([word.field == field for word in self.rows])
            told, rest, last = mine & kept, mine & plain & ~kept, mine & ~plain
            rows += [self.rows[k] for k in np.flatnonzero(told)]
            cells += list(self.cells[told])
            if rest.any():
                label = f"{int(rest.sum()):,} other {'word' if rest.sum() == 1 else 'words'}"
                rows.append(Word(label, WordKind.OTHERS, field, -1))
                cells.append(self.cells[rest].sum(axis=0))
            rows += [self.rows[k] for k in np.flatnonzero(last)]
            cells += list(self.cells[last])
        return replace(self, rows=tuple(rows), cells=np.array(cells))

    def largest(self, n: int) -> list[tuple[Word, Word, float]]:
        """The n largest cells of either sign where a word met a word: (user's, item's, points)."""
        rows, columns = (
            np.array([k for k, word in enumerate(words) if word.kind == WordKind.WORD], int)
            for words in (self.rows, self.columns)
        )
        cells = self.cells[np.ix_(rows, columns)]
        order = np.argsort(-np.abs(cells), axis=None, kind="stable")[:n]
        places = zip(*np.unravel_index(order, cells.shape), strict=True)
        return [
            (self.rows[rows[r]], self.columns[columns[c]], float(cells[r, c])) for r, c in places
        ]


def heat(
    meetings: Sequence[Meeting], left: Callable[[Meeting], OpenText],
    right: Callable[[Meeting], OpenText], points: float,
) -> WordHeat:
    """All meetings of one line as one picture.

    Parameters
    ----------
    left, right : open the two texts of a meeting; each text once, whatever it meets.
    points : what one unit of the signal's score counts in points, w_s / sd_s.
    """
    rows: dict[str, OpenText] = {}
    columns: dict[str, OpenText] = {}
    for met in meetings:
        if met.source not in rows:
            rows[met.source] = left(met)
        if met.part not in columns:
            columns[met.part] = right(met)
    first, second = _places(rows), _places(columns)
    cells = np.zeros((_count(rows), _count(columns)))
    for met in meetings:
        through = rows[met.source].vectors
        if met.bridge is not None:
            through = through @ met.bridge.astype(np.float64)
        cell = met.factor * points * (through @ columns[met.part].vectors.T)
        cells[first[met.source], second[met.part]] += cell
    exact = all(text.exact for text in (*rows.values(), *columns.values()))
    return WordHeat(
        tuple(word for text in rows.values() for word in text.words),
        tuple(word for text in columns.values() for word in text.words), cells, exact,
    )


def _count(texts: dict[str, OpenText]) -> int:
    return sum(len(text.words) for text in texts.values())


def _places(texts: dict[str, OpenText]) -> dict[str, slice]:
    out, start = {}, 0
    for name, text in texts.items():
        out[name] = slice(start, start + len(text.words))
        start += len(text.words)
    return out
