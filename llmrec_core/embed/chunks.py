"""Texts -> token chunks that fit the encoder's window, and chunks -> batches of equal work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Chunk:
    """A run of one text's tokens, special tokens included.

    `ids` are token ids; `spans` the (start, end) characters of each token in the text, (0, 0) for
    special tokens; `special` marks those; `text` is the row of the text it was cut from.
    """

    text: int
    ids: list[int]
    spans: list[tuple[int, int]]
    special: list[bool]


def tokenise(tokenizer: Any, texts: Sequence[str], window: int) -> list[Chunk]:
    """Cut every text into chunks of at most `window` tokens; a text that fits is one chunk.

    Nothing is dropped: a text of n windows gives n chunks of about equal length, cut between
    words wherever a word is shorter than a chunk.
    """
    if not texts:
        return []
    head, tail = _special_ids(tokenizer)
    room = max(1, window - len(head) - len(tail))
    encoded = tokenizer(
        list(texts), add_special_tokens=False, padding=False, truncation=False,
        return_attention_mask=False, return_offsets_mapping=True, verbose=False,
    )
    chunks = []
    for row, (ids, spans) in enumerate(
        zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
    ):
        words = encoded.encodings[row].word_ids if len(ids) > room else []
        for start, end in _cuts(len(ids), room, words):
            none = (0, 0)
            chunks.append(Chunk(
                row,
                [*head, *ids[start:end], *tail],
                [*[none] * len(head), *spans[start:end], *[none] * len(tail)],
                [*[True] * len(head), *[False] * (end - start), *[True] * len(tail)],
            ))
    return chunks


def _special_ids(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The ids that the tokenizer puts before and after every text."""
    one = tokenizer("a", return_special_tokens_mask=True, padding=False, truncation=False)
    ids, mask = one["input_ids"], one["special_tokens_mask"]
    first = mask.index(0)
    last = len(mask) - mask[::-1].index(0)
    return ids[:first], ids[last:]


def _cuts(n: int, room: int, words: list[int | None]) -> list[tuple[int, int]]:
    """(start, end) of the fewest about equal runs of at most `room` tokens of `n`."""
    if n <= room:
        return [(0, n)]
    out, start = [], 0
    while start < n:
        left = -(-(n - start) // room)
        end = start + -(-(n - start) // left)
        while end < n and end > start and words[end] == words[end - 1]:
            end -= 1  # not inside a word
        if end == start:  # one word longer than the window: cut it after all
            end = min(n, start + room)
        out.append((start, end))
        start = end
    return out


def batches(lengths: Sequence[int], budget: int) -> Iterator[np.ndarray]:
    """Rows sorted by length, longest first, in batches of at most `budget` padded tokens."""
    sizes = np.asarray(lengths)
    order = np.argsort(-sizes, kind="stable")
    start = 0
    while start < len(order):
        count = max(1, budget // int(sizes[order[start]]))
        yield order[start : start + count]
        start += count
