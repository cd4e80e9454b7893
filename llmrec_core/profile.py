"""What is known of users when they are scored: histories in order, and the sentences about them.

A signal never sees a user number, only profiles: a stored user, a person typed in one sentence, a
deleted history row and an edited description are all the same call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe.sentences import PERSON

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.describe import Description, Sentence
    from llmrec_core.evidence import Evidence
    from llmrec_core.tables import Items
    from llmrec_core.texts import Progress, Texts

    Writer = Callable[[Sequence[Evidence], Items], Sequence[Description]]

FOLDS = 5
"""Users are dealt to this many folds where a map is cross-fitted over users."""

POLARITY_WEIGHTS = {1: 1.0, 0: 0.0, -1: -0.3}
"""What a sentence weighs in the text vector: dislikes push away, but less than likes pull, and what
says nothing of taste (how someone rates) does not count."""

TYPED_WEIGHT = 2.0
"""How many times a sentence counts that a person wrote: who types one among ten of a machine's
means it, and should see the list move."""

NO_FOLD = -1
"""A profile that took part in no fit (a new user): scored by the map fitted on everybody."""


@dataclass(frozen=True)
class ValueScale:
    """Maps a study's values to levels in [0, 1]; without differing values every level is 1."""

    low: float = 0.0
    high: float = 0.0

    @classmethod
    def of(cls, values: np.ndarray) -> ValueScale:
        """The scale between the 1st and the 99th percentile of `values` (robust to outliers)."""
        if len(values) == 0:
            return cls()
        low, high = np.quantile(values, [0.01, 0.99])
        return cls(float(low), float(high))

    def levels(self, values: np.ndarray) -> np.ndarray:
        """(n,) float32 in [0, 1]: 0 for the lowest value, 1 for the highest."""
        if self.high <= self.low:
            return np.ones(len(values), np.float32)
        scaled = (values - self.low) / (self.high - self.low)
        return np.clip(scaled, 0, 1).astype(np.float32)


@dataclass(frozen=True)
class Profiles:
    """`n` profiles; all arrays read-only.

    Attributes
    ----------
    ids : (n,) object
        External ids, or a label for a profile that is no stored user.
    n_items : int
        Items of the catalogue.
    start, item, level, row : (n + 1,), (h,), (h,), (h,)
        Histories one after the other, each oldest first: profile `u` owns `start[u]:start[u + 1]`.
        `item` is an item number, `level` in [0, 1] how much it was liked (1 without ratings),
        `row` the row id in the interactions table (-1 when typed).
    sentence_start, sentence_vector, sentence_weight : (n + 1,), (m, dim), (m,)
        Sentences in the same layout. A weight is 1 for what is liked, negative for what is
        disliked, 0 for a sentence that is switched off or says nothing of taste.
    sentence_text : tuple of str
        The m sentences.
    fold : (n,) int8
        The fold that the profile's own rows were in when maps were fitted, or NO_FOLD.
    """

    ids: np.ndarray
    n_items: int
    start: np.ndarray
    item: np.ndarray
    level: np.ndarray
    row: np.ndarray
    sentence_start: np.ndarray
    sentence_vector: np.ndarray
    sentence_weight: np.ndarray
    sentence_text: tuple[str, ...]
    fold: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> np.ndarray:
        """(n,) int64: how many interactions each profile has."""
        return np.diff(self.start)

    def owner(self) -> np.ndarray:
        """(h,) int64: which profile each history row belongs to."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def age(self) -> np.ndarray:
        """(h,) int64: how many interactions ago, 0 for a profile's latest."""
        return np.repeat(self.start[1:], self.lengths) - 1 - np.arange(len(self.item))

    def history(self, weight: np.ndarray | None = None) -> csr_matrix:
        """(n, n_items) float32 with `weight` (h,) of each interaction, the largest where an item
        was met several times; 1 without weights."""
        from scipy.sparse import csr_matrix

        data = np.ones(len(self.item), np.float32) if weight is None else weight
        shape = (len(self), self.n_items)
        key = self.owner() * self.n_items + self.item
        order = np.lexsort((-data, key))
        first = np.ones(len(order), bool)
        first[1:] = np.diff(key[order]) > 0
        kept = order[first]
        owner, item = np.divmod(key[kept], self.n_items)
        return csr_matrix((data[kept].astype(np.float32), (owner, item)), shape=shape)

    def text_vectors(self, dtype: type = np.float32) -> np.ndarray:
        """(n, dim): weighted mean of each profile's sentence vectors; 0 without any."""
        from scipy.sparse import csr_matrix

        weight: np.ndarray = self.sentence_weight.astype(dtype, copy=False)
        place = np.arange(len(weight))
        told = csr_matrix((weight, place, self.sentence_start), shape=(len(self), len(weight)))
        total: np.ndarray = np.asarray(abs(told).sum(axis=1), dtype)  # (n, 1)
        out = told @ self.sentence_vector.astype(dtype, copy=False)
        return np.asarray(out / np.maximum(total, 1e-9), dtype)

    def at(self, number: int) -> Profiles:
        """The profile `number` alone."""
        return self.select(np.array([number]))

    def select(self, numbers: np.ndarray) -> Profiles:
        """Those of the given numbers, in that order."""
        rows, start = _gather(self.start, numbers)
        sentences, sentence_start = _gather(self.sentence_start, numbers)
        return Profiles(
            self.ids[numbers], self.n_items, start, self.item[rows], self.level[rows],
            self.row[rows], sentence_start, self.sentence_vector[sentences],
            self.sentence_weight[sentences], tuple(self.sentence_text[s] for s in sentences),
            self.fold[numbers],
        )

    def keep_rows(self, mask: np.ndarray) -> Profiles:
        """The same profiles with only the history rows where `mask` (h,) is true."""
        counts = np.bincount(self.owner()[mask], minlength=len(self))
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return replace(
            self, start=start, item=self.item[mask], level=self.level[mask], row=self.row[mask]
        )

    def without(self, items: Sequence[int] = (), sentences: Sequence[int] = ()) -> Profiles:
        """One profile without the rows of these past items, these sentences switched off."""
        weight = self.sentence_weight.copy()
        weight[list(sentences)] = 0
        kept = self if not len(items) else self.keep_rows(~np.isin(self.item, items))
        return replace(kept, sentence_weight=weight)

    def with_text(
        self, vectors: np.ndarray, weights: np.ndarray, texts: Sequence[str],
        start: np.ndarray | None = None,
    ) -> Profiles:
        """The same profiles with other sentences; one profile needs no `start` (n + 1,)."""
        begin = np.array([0, len(weights)], np.int64) if start is None else start
        return replace(
            self, sentence_start=begin, sentence_vector=np.asarray(vectors, np.float32),
            sentence_weight=np.asarray(weights, np.float32), sentence_text=tuple(texts),
        )


    def with_texts_of(self, numbers: Sequence[int], others: Sequence[Profiles]) -> Profiles:
        """The same profiles, but `numbers` with the sentences of `others`, one profile each."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.sentence_start))
        keep = np.flatnonzero(~np.isin(owner, numbers))
        owners = [owner[keep]]
        owners += [
            np.full(len(other.sentence_weight), number)
            for number, other in zip(numbers, others, strict=True)
        ]
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        vectors = np.concatenate([self.sentence_vector[keep], *(o.sentence_vector for o in others)])
        weights = np.concatenate([self.sentence_weight[keep], *(o.sentence_weight for o in others)])
        texts = [self.sentence_text[s] for s in keep]
        texts += [text for other in others for text in other.sentence_text]
        start = np.searchsorted(owner[order], np.arange(len(self) + 1))
        return self.with_text(
            vectors[order], weights[order], [texts[k] for k in order], start.astype(np.int64)
        )


def _gather(start: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the slices `numbers` of a concatenated layout, and the new starts."""
    lengths = np.diff(start)[numbers]
    new_start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    offset = np.repeat(start[numbers] - new_start[:-1], lengths)
    return np.arange(new_start[-1]) + offset, new_start


def from_behaviour(train: Behaviour, scale: ValueScale, *, dim: int = 0) -> Profiles:
    """One profile for every user number of `train`, without sentences yet (`dim` wide)."""
    n = train.n_users
    return Profiles(
        train.user_ids, train.n_items, train.bounds(), train.item, scale.levels(train.value),
        train.row, np.zeros(n + 1, np.int64), np.zeros((0, dim), np.float32),
        np.zeros(0, np.float32), (), (np.arange(n) % FOLDS).astype(np.int8),
    )


def new_profile(
    items: Sequence[int], n_items: int, *, dim: int, levels: Sequence[float] | None = None
) -> Profiles:
    """A profile of nobody stored: the picked `items`, oldest first, and no sentences yet."""
    h = len(items)
    given = np.ones(h, np.float32) if levels is None else np.asarray(levels, np.float32)
    return Profiles(
        np.array(["new user"], object), n_items, np.array([0, h], np.int64),
        np.asarray(items, np.int32), given, np.full(h, -1, np.int64), np.zeros(2, np.int64),
        np.zeros((0, dim), np.float32), np.zeros(0, np.float32), (),
        np.array([NO_FOLD], np.int8),
    )


def sentence_layout(
    descriptions: Sequence[Description],
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """All descriptions' sentences in a row: (m texts, (m,) weights, (n + 1,) starts)."""
    texts = [s.text for d in descriptions for s in d.sentences]
    weights = [_weight(s) for d in descriptions for s in d.sentences]
    start = np.concatenate([[0], np.cumsum([len(d.sentences) for d in descriptions])])
    return texts, np.asarray(weights, np.float32), start.astype(np.int64)


def _weight(sentence: Sentence) -> float:
    """What a sentence counts in the text vector; 0 when it is off."""
    if not sentence.on:
        return 0.0
    return POLARITY_WEIGHTS[sentence.polarity] * (TYPED_WEIGHT if sentence.author == PERSON else 1)


def described_profiles(
    rows: Behaviour, items: Items, scale: ValueScale, texts: Texts,
    progress: Progress | None = None, write: Writer | None = None,
) -> Profiles:
    """Profiles of `rows` with descriptions written from these rows alone.

    `write` turns evidence and items into one description a user (default: the template).
    """
    from llmrec_core.describe import write_all
    from llmrec_core.evidence import user_evidence

    written = (write or write_all)(user_evidence(rows, items), items)
    sentences, weights, start = sentence_layout(written)
    vectors, _ = texts.sentences(sentences, progress=progress)
    profiles = from_behaviour(rows, scale, dim=vectors.shape[1])
    return profiles.with_text(vectors, weights, sentences, start)
