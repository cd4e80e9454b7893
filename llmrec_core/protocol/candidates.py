"""What a list may hold, and which of it counts: the rules of a protocol as pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.protocol.base import Protocol


@dataclass(frozen=True)
class Candidates:
    """Who may be listed and what counts, as csr matrices (n_users, n_items) of 0 and 1.

    A profile's own items are no candidates, but those in `again` are; the items in `masked` are
    none either, and those in `never` (m,) are none for anybody. `relevant` are the held-out pairs
    that count, all of them candidates. `id_rank` (n_items,) int32 orders equal scores.
    """

    relevant: csr_matrix
    id_rank: np.ndarray
    masked: csr_matrix | None = None
    again: csr_matrix | None = None
    never: np.ndarray | None = None

    def left_out(self, taken: csr_matrix, users: np.ndarray) -> csr_matrix:
        """(k, n_items) non-zero where a pair is no candidate, for `users` (k,) who took `taken`."""
        return left_out(taken, *self.of(users), self.never)

    def of(self, users: np.ndarray) -> tuple[csr_matrix | None, csr_matrix | None]:
        """`masked` and `again` of `users` (k,): (k, n_items) or None."""
        return (
            None if self.masked is None else self.masked[users],
            None if self.again is None else self.again[users],
        )


def left_out(
    taken: csr_matrix, masked: csr_matrix | None, again: csr_matrix | None,
    never: np.ndarray | None = None,
) -> csr_matrix:
    """Non-zero where a pair is no candidate: `taken` without `again`, `masked`, and items `never`.

    With `never` it holds as many pairs as rows times items in it: ask for a batch of users.
    """
    out = taken
    if again is not None:
        out = (out - out.multiply(again)).tocsr()
    if masked is not None:
        out = (out + masked).tocsr()
    if never is not None:
        out = (out + _for_all(never, out.shape)).tocsr()
    out.eliminate_zeros()
    return out


def candidates(
    train: Behaviour, held_out: Behaviour, protocol: Protocol | None = None,
    validation: Behaviour | None = None,
) -> Candidates:
    """The rules of `protocol` (None: nothing special) on two parts of one study.

    A held-out pair that is no candidate does not count: no list could hold it, so counting it
    would lower every recipe's figures by the same unreachable share. `validation` rows are masked.
    """
    taken = train.matrix()
    relevant, again, never = held_out.matrix(), None, None
    masked = None if validation is None else validation.matrix()
    if protocol is not None:
        if protocol.relevant_from is not None:
            relevant = held_out.take(held_out.value >= protocol.relevant_from).matrix()
        if protocol.seen_from is not None:
            liked = train.take(train.value >= protocol.seen_from).matrix()
            again = _without(taken, liked)
        if protocol.known_only:
            never = np.flatnonzero(train.counts() == 0)
            relevant = relevant.multiply((train.counts() > 0)[None, :]).tocsr()
    hidden = left_out(taken, masked, again)
    hidden.data[:] = 1
    return Candidates(_without(relevant, hidden), id_rank(train.item_ids), masked, again, never)


def id_rank(item_ids: np.ndarray) -> np.ndarray:
    """(n_items,) int32: the place of each item by id, which orders equal scores."""
    return np.argsort(np.argsort(item_ids.astype(str))).astype(np.int32)


def _without(pairs: csr_matrix, others: csr_matrix) -> csr_matrix:
    """`pairs` but those that `others` has, both of 0 and 1."""
    out = (pairs - pairs.multiply(others)).tocsr()
    out.eliminate_zeros()
    return out


def _for_all(items: np.ndarray, shape: tuple[int, int]) -> csr_matrix:
    """1 for everybody at each of `items` (m,)."""
    from scipy.sparse import csr_matrix

    start = np.arange(shape[0] + 1) * len(items)
    data = np.ones(len(items) * shape[0], np.float32)
    return csr_matrix((data, np.tile(items, shape[0]), start), shape=shape)
