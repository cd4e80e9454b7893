"""A simulated map of any size, as the map page draws one: no study, no vectors, nothing built."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from llmrec_core.atlas import UMAP, Atlas
from llmrec_core.behaviour import Behaviour

GROUPS, PER_USER = 10, 20


def simulated_atlas(n_items: int, n_users: int, seed: int = 42) -> Atlas:
    """Items in heaps that are grouped and named, users among them, counts with a long tail."""
    rng = np.random.default_rng(seed)
    middle = rng.normal(0, 6, (4 * GROUPS, 2))
    heap = rng.integers(0, len(middle), n_items)
    user = np.repeat(np.arange(n_users), PER_USER)
    item = (rng.zipf(1.3, len(user)) - 1) % n_items
    rows = Behaviour(
        np.array([f"u{k}" for k in range(n_users)], object),
        np.array([f"i{k}" for k in range(n_items)], object), user.astype(np.int32),
        item.astype(np.int32), np.ones(len(user), np.float32),
        np.zeros(len(user), np.int64), np.arange(len(user)),
    )
    frame = pd.DataFrame({"title": [f"Title number {k}" for k in range(n_items)]})
    tables: Any = SimpleNamespace(items=SimpleNamespace(frame=frame, attributes=()))
    none = np.full((n_items, 1), -1, np.int32)
    return Atlas(
        UMAP, f"simulated-{seed}", tables, rows,
        (middle[heap] + rng.normal(0, 1, (n_items, 2))).astype(np.float32),
        rng.normal(0, 6, (n_users, 2)).astype(np.float32), none, none.astype(np.float32),
        heap % GROUPS, tuple(f"word {k}, another {k}, third {k}" for k in range(GROUPS)),
    )


def turned(atlas: Atlas, times: int) -> Atlas:
    """The same map turned by a few degrees, `times` over: another figure of the same size."""
    angle = 0.1 * times
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    return replace(atlas, item_xy=atlas.item_xy @ turn, user_xy=atlas.user_xy @ turn)
