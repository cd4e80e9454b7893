"""What an evaluation reads: the rows of a study under a protocol, and its item side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import behaviour, signals
from llmrec_core.errors import InputError
from llmrec_core.profile import Profiles, ValueScale, described_profiles
from llmrec_core.signals.lessons import with_lessons
from llmrec_core.steer.vocabulary import vocabulary

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.protocol import Protocol
    from llmrec_core.tables import Tables
    from llmrec_core.texts import Texts

Progress = Callable[[str, int, int], object]
"""Called as `progress(stage, done, total)`."""


@dataclass(frozen=True)
class Data:
    """What an evaluation reads: the rows of a study under a protocol, and its item side."""

    train: Behaviour
    test: Behaviour
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
        """The item side with its lessons, centred as the sentences of the profiles that are fitted
        on, just as a build does (see `steer.center_of`)."""
        return with_lessons(self.items, vocabulary(self.tables.items), self.texts, center)


def prepare_data(tables: Tables, protocol: Protocol, texts: Texts, tell: Progress) -> Data:
    """Split the rows as the protocol says; raises `InputError` where nothing could be measured."""
    rows = behaviour.from_tables(tables.interactions.frame, tables.items.frame, protocol.filters)
    ties = behaviour.time_ties(rows)
    if behaviour.SplitKind(protocol.split.kind).by_time and ties["without_time"] == len(rows):
        raise InputError(
            f"The protocol {protocol.name} needs times, and {len(rows)} of {len(rows)} rows have "
            "none: choose random."
        )
    train, test = behaviour.split(rows, protocol.split)
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
    return Data(train, test, tables, texts, side, ValueScale.of(train.value), ties)


def counts_of(data: Data) -> dict[str, Any]:
    """How many users, items and rows there are, for the figures' card."""
    return {
        "users": data.train.n_users, "items": data.train.n_items,
        "training_rows": len(data.train), "held_out_rows": len(data.test),
        "held_out_pairs_known_from_training": int(
            data.test.matrix().nnz - new_to_their_users(data).nnz
        ),
        "test_users": len(np.unique(data.test.user)), "time_ties": data.time_ties,
    }


def new_to_their_users(data: Data) -> Any:
    """Held-out pairs (csr, n_users x n_items) but those that training has too.

    A repeated pair is no candidate, so no list could hold it; counting it would only lower every
    recipe's figures by the same unreachable share.
    """
    held_out, known = data.test.matrix(), data.train.matrix()
    new = held_out - held_out.multiply(known)
    new.eliminate_zeros()
    return new.tocsr()
