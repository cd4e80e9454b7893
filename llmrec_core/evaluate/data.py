"""What an evaluation reads: the rows of a study under a protocol, and its item side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import behaviour, signals
from llmrec_core.concepts.side import with_concepts
from llmrec_core.errors import InputError
from llmrec_core.profile import Profiles, ValueScale, described_profiles
from llmrec_core.protocol.candidates import Candidates, candidates
from llmrec_core.signals.lessons import with_lessons
from llmrec_core.steer.vocabulary import vocabulary
from llmrec_core.tables import VALUE

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.protocol import Protocol
    from llmrec_core.tables import Tables
    from llmrec_core.texts import Texts

Progress = Callable[[str, int, int], object]
"""Called as `progress(stage, done, total)`."""


@dataclass(frozen=True)
class Data:
    """What an evaluation reads: the rows of a study under a protocol, and its item side.

    `validation` are rows that no fit sees, where the protocol keeps such; `wanted` is what lists
    may hold and what of it counts.
    """

    train: Behaviour
    test: Behaviour
    validation: Behaviour | None
    wanted: Candidates
    tables: Tables
    texts: Texts
    items: signals.ItemSide
    scale: ValueScale
    time_ties: dict[str, Any]

    def described(self, rows: Behaviour, progress: Progress, stage: str) -> Profiles:
        """Profiles of `rows` with descriptions written from these rows alone."""
        progress(stage, 0, 1)
        return described_profiles(
            rows, self.tables.items, self.scale, self.texts,
            lambda done, total: progress(stage, done, total),
        )

    def taught(self, center: np.ndarray) -> signals.ItemSide:
        """The item side with its lessons and concepts, centred as the sentences of the profiles
        that are fitted on, just as a build does (see `steer.center_of`)."""
        items = self.tables.items
        side = with_lessons(self.items, vocabulary(items), self.texts, center)
        return with_concepts(side, items, self.texts, center)


def prepare_data(tables: Tables, protocol: Protocol, texts: Texts, tell: Progress) -> Data:
    """Split the rows as the protocol says; raises `InputError` where nothing could be measured."""
    if protocol.needs_values:
        _refuse_without_values(tables, protocol)
    rows = behaviour.from_tables(tables.interactions.frame, tables.items.frame, protocol.filters)
    ties = behaviour.time_ties(rows)
    if behaviour.SplitKind(protocol.split.kind).by_time and ties["without_time"] == len(rows):
        raise InputError(
            f"The protocol {protocol.name} needs times, and {len(rows)} of {len(rows)} rows have "
            "none: choose random."
        )
    validation = None
    if protocol.refit:
        train, test = behaviour.split(rows, protocol.split)
    else:
        train, validation, test = behaviour.split_in_three(rows, protocol.split)
    if len(test) == 0:
        raise InputError(
            f"The protocol {protocol.name} holds out no row of {len(rows)}: "
            "users need more interactions, or choose another protocol."
        )
    if len(train) == 0:
        raise InputError(
            f"The protocol {protocol.name} holds out all {len(rows)} rows and leaves none to train "
            "on (their times are all alike): choose random."
        )
    vectors = texts.items(tables.items, lambda done, total: tell("item texts", done, total))
    side = signals.item_side(vectors, tables)
    wanted = candidates(train, test, protocol, validation)
    if wanted.relevant.nnz == 0:
        raise InputError(
            f"None of the {len(test)} rows that the protocol {protocol.name} holds out counts: "
            f"they are of items known already, or below {protocol.relevant_from}; choose random."
        )
    scale = ValueScale.of(train.value)
    return Data(train, test, validation, wanted, tables, texts, side, scale, ties)


def _refuse_without_values(tables: Tables, protocol: Protocol) -> None:
    """Raises `InputError` where all rows have one value, so that none is liked more."""
    values = tables.interactions.frame[VALUE]
    if len(values) and values.min() == values.max():
        raise InputError(
            f"The protocol {protocol.name} needs ratings, and all {len(values)} rows have the "
            f"value {values.iloc[0]:g}: choose random."
        )


def counts_of(data: Data) -> dict[str, Any]:
    """How many users, items and rows there are, for the figures' card."""
    return {
        "users": data.train.n_users, "items": data.train.n_items,
        "training_rows": len(data.train), "held_out_rows": len(data.test),
        "validation_rows": 0 if data.validation is None else len(data.validation),
        "all_rows": len(data.tables.interactions.frame),
        "held_out_pairs_known_from_training": int(
            data.test.matrix().multiply(data.train.matrix()).nnz
        ),
        "held_out_pairs_that_count": int(data.wanted.relevant.nnz),
        "test_users": len(np.unique(data.test.user)), "time_ties": data.time_ties,
    }


def new_to_their_users(data: Data) -> Any:
    """Held-out pairs that count (csr, n_users x n_items): see `protocol.candidates`."""
    return data.wanted.relevant
