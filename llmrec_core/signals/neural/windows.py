"""Histories as padded blocks of item numbers, and what comes next at each place of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles


@dataclass(frozen=True)
class Windows:
    """Stretches of histories, in the flat layout of `Profiles`.

    `begin`, `end` (w,) are the rows of each stretch, `last` (w,) where its history ends.
    """

    item: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.begin)

    def items(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """((b, L) int64 item numbers, oldest first, 0 behind the end; (b,) int64 lengths)."""
        lengths = self.end[numbers] - self.begin[numbers]
        longest = int(lengths.max(initial=0))
        place = self.begin[numbers][:, None] + np.arange(longest)
        inside = np.arange(longest) < lengths[:, None]
        out = np.zeros(place.shape, np.int64)
        out[inside] = self.item[place[inside]]
        return out, lengths

    def targets(self, numbers: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
        """What follows the first t items of each stretch, t = 0 … L: the next `window` items.

        Two (b, L + 1, window) arrays: int64 item numbers (0 where nothing is), and whether one is.
        They may lie behind the end of the stretch, but never behind that of the history.
        """
        lengths = self.end[numbers] - self.begin[numbers]
        slot = np.arange(int(lengths.max(initial=0)) + 1)
        place = (self.begin[numbers][:, None] + slot)[:, :, None] + np.arange(window)
        inside = (place < self.last[numbers][:, None, None]) & (
            slot <= lengths[:, None]
        )[:, :, None]
        out = np.zeros(place.shape, np.int64)
        out[inside] = self.item[place[inside]]
        return out, inside


def latest(profiles: Profiles, length: int) -> Windows:
    """The last `length` interactions of every profile: what scores are made from."""
    end = profiles.start[1:]
    begin = np.maximum(end - length, profiles.start[:-1])
    return Windows(profiles.item, begin, end, end)


def stretches(profiles: Profiles, length: int, rng: np.random.Generator) -> Windows:
    """All histories cut into stretches of at most `length`, from a random place on.

    Every interaction is in exactly one stretch; histories of less than two rows are in none.
    """
    begins, ends, lasts = [], [], []
    for first, last in zip(profiles.start[:-1], profiles.start[1:], strict=True):
        if last - first < 2:
            continue
        cut = int(last - rng.integers(0, length)) if last - first > length else int(last)
        edges = [int(last)] if cut < last else []
        while cut > first:
            edges.append(cut)
            cut -= length
        edges.append(int(first))
        ends += edges[:-1]
        begins += edges[1:]
        lasts += [int(last)] * (len(edges) - 1)
    return Windows(profiles.item, *(np.asarray(x, np.int64) for x in (begins, ends, lasts)))
