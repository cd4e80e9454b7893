"""What would bring an item in, tried and not guessed: the profile changed and ranked anew."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import blend
from llmrec_core.describe.sentences import Description, Sentence
from llmrec_core.explain.why_not.lines import pulls
from llmrec_core.profile import sentence_layout
from llmrec_core.signals.base import Kind
from llmrec_core.steer.trials import with_sentence

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.explain.ledger import Entry
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender

MOST_SENTENCES, MOST_PAST, MOST_ADDED = 16, 28, 16
"""Changes of each kind that are tried: 60 in all."""
MOST_CELLS = 10_000_000
"""Scores held at once, over profiles, signals and items."""


class Tried(StrEnum):
    """What was changed, and what a trial's `number` means."""

    SENTENCE = "sentence switched off"  # its place in the description
    PAST_ITEM = "past item removed"  # the item's number
    ADDED = "sentence added"  # -1


@dataclass(frozen=True)
class Trial:
    """One change of the profile and the item's rank after it; `inside` the list of length n."""

    kind: Tried
    text: str
    number: int
    rank: int
    inside: bool

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {**vars(self), "kind": str(self.kind)}


@dataclass(frozen=True)
class Trials:
    """All trials, and how many changes of each kind there are (`past` items, `sentences` that are
    on, `additions`), of which not all are tried.

    Of an item outside the list (`rank` beyond n) those that lift it most come first, of one
    inside those that sink it most. `reading` are the milliseconds before the others that new
    sentences took to be encoded, with the loading of the model where nobody had asked it yet.
    """

    rank: int
    inside: bool
    trials: tuple[Trial, ...]
    past: int
    milliseconds: float
    reading: float = 0.0
    sentences: int = 0
    additions: int = 0

    def there(self, kind: Tried) -> int:
        """How many changes of a kind there are, tried or not."""
        counts = {
            Tried.SENTENCE: self.sentences, Tried.PAST_ITEM: self.past, Tried.ADDED: self.additions
        }
        return counts[kind]

    def of(self, kind: Tried) -> list[Trial]:
        """Those of one kind, the first ones first."""
        return [trial for trial in self.trials if trial.kind is kind]

    def telling(self, kind: Tried) -> Trial | None:
        """The trial of a kind that lifts the item most (sinks one inside); None where none does."""
        first = next(iter(self.of(kind)), None)
        if first is None or first.rank == self.rank:
            return None
        return first if (first.rank > self.rank) == self.inside else None

    def to_json(self) -> dict[str, object]:
        """Plain values; item numbers are left to who knows the ids."""
        return {
            "rank": self.rank, "past_items": self.past, "sentences": self.sentences,
            "additions": self.additions,
            "milliseconds": round(self.milliseconds, 3), "reading": round(self.reading, 3),
            "trials": [trial.to_json() for trial in self.trials],
        }


def try_changes(
    recommender: Recommender, profile: Profiles, block: Block, weights: np.ndarray, item: int,
    n: int, ledgers: tuple[Sequence[Entry], Sequence[Entry]], said: Sequence[Sentence] = (),
) -> Trials:
    """Rank `item` anew without each sentence, without past items, and with each of `said` added.

    The ranks are those that the changed profile really has; a past item that is removed stays no
    candidate, and the sentences stay as they are without it.

    Parameters
    ----------
    profile, block : one profile and its block; what the block excludes stays excluded.
    weights : (signals,) in the order of `block.names`.
    item : a candidate's number.
    ledgers : of the item and of what it is held against: where there are more sentences or past
        items than are tried, those that speak most for the other are.
    said : sentences to add, such as `said_for` gives; texts that are new are encoded.
    """
    could = [each for each in said if each.text not in profile.sentence_text]
    new = could[:MOST_ADDED]
    begun = time.perf_counter()
    longer = _added(recommender, profile, new)
    read = time.perf_counter()
    rank = blend.rank_of(block, weights, item) or 0
    on = np.flatnonzero(profile.sentence_weight).tolist()
    sentences = _most(pulls(*ledgers, Kind.SENTENCE), on, MOST_SENTENCES)
    past = _most(pulls(*ledgers, Kind.PAST_ITEM), np.unique(profile.item).tolist(), MOST_PAST)
    groups = (
        (Tried.SENTENCE, sentences, [profile.sentence_text[k] for k in sentences],
         _switched(profile, sentences)),
        (Tried.PAST_ITEM, past, [recommender.title(k) for k in past], _removed(profile, past)),
        (Tried.ADDED, [-1] * len(new), [each.text for each in new], longer),
    )  # fmt: skip
    trials = []
    for kind, numbers, texts, profiles in groups:
        ranks = _ranks(recommender, profiles, block, weights, item)
        for text, number, now in zip(texts, numbers, ranks, strict=True):
            trials.append(Trial(kind, text, number, now, now <= n))
    inside = rank <= n
    trials.sort(key=lambda trial: -trial.rank if inside else trial.rank)
    spent = (time.perf_counter() - read) * 1000
    n_past = len(np.unique(profile.item))
    return Trials(
        rank, inside, tuple(trials), n_past, spent, (read - begun) * 1000, len(on), len(could)
    )


def _most(pull: dict[int, float], numbers: Sequence[int], most: int) -> list[int]:
    """At most so many of the numbers, those that speak most for the other first."""
    return sorted(numbers, key=lambda number: -pull.get(number, 0.0))[:most]


def _switched(profile: Profiles, sentences: Sequence[int]) -> Profiles:
    """A profile for each sentence, with that one switched off."""
    out = profile.select(np.zeros(len(sentences), np.int64))
    weight = out.sentence_weight.copy()
    weight[out.sentence_start[:-1] + np.asarray(sentences, np.int64)] = 0
    return replace(out, sentence_weight=weight)


def _removed(profile: Profiles, items: Sequence[int]) -> Profiles:
    """A profile for each past item, without its rows."""
    out = profile.select(np.zeros(len(items), np.int64))
    return out.keep_rows(out.item != np.asarray(items, np.int64)[out.owner()])


def _added(recommender: Recommender, profile: Profiles, said: Sequence[Sentence]) -> Profiles:
    """A profile for each sentence, with that one at the end of the description."""
    out = profile.select(np.zeros(len(said), np.int64))
    if not said:
        return out
    texts, weights, _ = sentence_layout([Description("", tuple(said))])
    vectors, _ = recommender.texts.sentences(texts, recommender.center)
    return with_sentence(out, vectors, weights)


def _ranks(
    recommender: Recommender, profiles: Profiles, block: Block, weights: np.ndarray, item: int
) -> list[int]:
    """The item's rank for each of the profiles, with the candidates of `block`."""
    used = np.flatnonzero(weights)
    size = max(1, MOST_CELLS // max(1, len(used) * profiles.n_items))
    out = []
    for begin in range(0, len(profiles), size):
        part = profiles.select(np.arange(begin, min(begin + size, len(profiles))))
        scores = [recommender.signals[block.names[s]].score(part, exact=True) for s in used]
        for k in range(len(part)):
            # Signals without weight stay as rows, so that float32 sums as it does for the list.
            raw = np.zeros(block.values.shape)
            for s, score in zip(used, scores, strict=True):
                raw[s] = score[k]
            changed = blend.normalise(block.names, raw, block.excluded, block.id_rank)
            out.append(blend.rank_of(changed, weights, item) or 0)
    return out
