"""Rows to measure on, split in two: MovieLens-100K (or the demo), and a larger simulated catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from studies import files

from llmrec_core.behaviour import Behaviour, Split, from_tables, split
from llmrec_core.profile import Profiles, ValueScale, from_behaviour
from llmrec_core.readers import read
from llmrec_core.tables import Tables

SEED = 42


@dataclass(frozen=True)
class World:
    """Training and held-out rows of one catalogue; `tables` where there are texts to read."""

    name: str
    train: Behaviour
    test: Behaviour
    tables: Tables | None = None

    @property
    def users(self) -> np.ndarray:
        """Numbers of the users with held-out rows."""
        return np.unique(self.test.user)

    @property
    def profiles(self) -> Profiles:
        """Everybody's training rows, without sentences."""
        return from_behaviour(self.train, ValueScale.of(self.train.value))

    def sizes(self) -> str:
        """The world in one line."""
        return (
            f"{self.name}: {self.train.n_users:,} users, {self.train.n_items:,} items, "
            f"{len(self.train):,} training and {len(self.test):,} held-out rows"
        )


def real() -> World:
    """Each user's last 20 % by time held out; every rating counts as one interaction."""
    found = files()
    tables, _ = read(list(found.paths))
    rows = from_tables(tables.interactions.frame, tables.items.frame)
    return World(found.name, *split(rows, Split()), tables)


def simulated(n_users: int = 20_000, n_items: int = 5_000, per_user: int = 50) -> World:
    """Items taken with a chance that falls with their rank; a random fifth of rows held out."""
    rng = np.random.default_rng(SEED)
    chance = (np.arange(n_items) + 20.0) ** -0.8
    drawn = rng.choice(n_items, (n_users, 2 * per_user), p=chance / chance.sum())
    pairs = [np.unique(row)[rng.permutation(len(np.unique(row)))][:per_user] for row in drawn]
    user = np.repeat(np.arange(n_users), [len(row) for row in pairs]).astype(np.int32)
    item = np.concatenate(pairs).astype(np.int32)
    count = len(user)
    rows = Behaviour(
        np.array([f"u{u}" for u in range(n_users)], object),
        np.array([f"i{i}" for i in range(n_items)], object), user, item,
        np.ones(count, np.float32), np.arange(count, dtype=np.int64), np.arange(count),
    )
    return World("simulated", *split(rows, Split(kind="random")))
