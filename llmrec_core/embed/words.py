"""A sentence vector as a sum over the words of its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from llmrec_core.embed.chunks import Chunk

REST = "·"
"""The entry for what no word accounts for: special tokens, and rounding."""


MOST = 1000
"""Words of a text that have an entry of their own; those behind them share one."""

MOST_TRIED = 200_000
"""Words that are encoded to leave out the words of one text: some 400 words of 400."""


def merge_words(
    text: str, chunks: Sequence[Chunk], tokens: Iterable[np.ndarray], dim: int, most: int = MOST
) -> list[tuple[str, np.ndarray]]:
    """Word vectors of a mean-pooled text, in reading order, the special tokens last as «·».

    `tokens` are the raw token vectors (n_tokens, dim) of each chunk. A word is a run without
    spaces, shown without the punctuation round it; those after the first `most` are one entry,
    whose label has spaces. The vectors sum to the normalised mean of all token vectors:
    mean = sum(t_i) / n, so each share is t_i / n / |mean|.
    """
    words = [match.span() for match in re.finditer(r"\S+", text)]
    starts = np.array([start for start, _ in words], int)
    labels = _labels([text[start:end] for start, end in words[:most]], len(words))
    sums = np.zeros((len(labels), dim), np.float64)
    for chunk, vectors in zip(chunks, tokens, strict=True):
        last = np.array([max(end - 1, 0) for _, end in chunk.spans])
        rows = np.searchsorted(starts, last, side="right") - 1
        marks = np.array(chunk.special) | (rows < 0)
        np.add.at(sums, np.where(marks, len(labels) - 1, np.minimum(rows, most)), vectors)
    total = sums.sum(axis=0)
    shares = (sums / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    return list(zip(labels, shares, strict=True))


def occlude(
    text: str, encode: Callable[[list[str]], np.ndarray], tried: int = MOST_TRIED
) -> list[tuple[str, np.ndarray]]:
    """What each word changes when it is left out, for encoders that do not pool by the mean.

    The changes do not add up by themselves; «·» holds the remainder, so that the sum is the
    sentence vector all the same. Of a text so long that more than `tried` words would have to be
    encoded the first words are left out one by one, the others together.
    """
    words = text.split()
    own = min(len(words), MOST, max(1, tried // max(len(words), 1)))
    without = [" ".join(words[:i] + words[i + 1 :]) for i in range(own)]
    if own < len(words):
        without.append(" ".join(words[:own]))
    vectors = encode([text, *without])
    shares = vectors[0] - vectors[1:]
    rest = vectors[0] - shares.sum(axis=0)
    return list(zip(_labels(words[:own], len(words)), [*shares, rest], strict=True))


def _labels(first: Sequence[str], words: int) -> list[str]:
    """The first words, the others of a text of so many `words` in one, and the rest."""
    over = words - len(first)
    others = [f"… and {over:,} other {'word' if over == 1 else 'words'}"] if over else []
    return [*map(_label, first), *others, REST]


def _label(word: str) -> str:
    return word.strip("\"'()[]{}.,;:!?…«»“”‘’") or word
