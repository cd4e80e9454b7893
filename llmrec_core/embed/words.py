"""A sentence vector as a sum over the words of its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from llmrec_core.embed.chunks import Chunk

REST = "·"
"""The entry for what no word accounts for: special tokens, and rounding."""


def merge_words(
    text: str, chunks: Sequence[Chunk], tokens: Sequence[np.ndarray]
) -> list[tuple[str, np.ndarray]]:
    """Word vectors of a mean-pooled text, in reading order, the special tokens last as «·».

    `tokens[c]` (n_tokens, dim) are the raw token vectors of `chunks[c]`. A word is a run without
    spaces, shown without the punctuation round it. The vectors sum to the normalised mean of all
    token vectors: mean = sum(t_i) / n, so each share is t_i / n / |mean|.
    """
    words = [match.span() for match in re.finditer(r"\S+", text)]
    starts = np.array([start for start, _ in words], int)
    sums = np.zeros((len(words) + 1, tokens[0].shape[1]), np.float64)
    for chunk, vectors in zip(chunks, tokens, strict=True):
        last = np.array([max(end - 1, 0) for _, end in chunk.spans])
        rows = np.searchsorted(starts, last, side="right") - 1
        rows[np.array(chunk.special) | (rows < 0)] = len(words)
        np.add.at(sums, rows, vectors)
    total = sums.sum(axis=0)
    shares = (sums / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    labels = [_label(text[start:end]) for start, end in words]
    return list(zip([*labels, REST], shares, strict=True))


def occlude(
    text: str, encode: Callable[[list[str]], np.ndarray]
) -> list[tuple[str, np.ndarray]]:
    """What each word changes when it is left out, for encoders that do not pool by the mean.

    The changes do not add up by themselves; «·» holds the remainder, so that the sum is the
    sentence vector all the same.
    """
    words = text.split()
    without = [" ".join(words[:i] + words[i + 1 :]) for i in range(len(words))]
    vectors = encode([text, *without])
    shares = vectors[0] - vectors[1:]
    rest = vectors[0] - shares.sum(axis=0)
    return list(zip([*map(_label, words), REST], [*shares, rest], strict=True))


def _label(word: str) -> str:
    return word.strip("\"'()[]{}.,;:!?…«»“”‘’") or word
