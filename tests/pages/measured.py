"""Kept evaluations for the tests of the pages that measure: made by hand, with obvious figures."""

from __future__ import annotations

import numpy as np

from llmrec_core import protocol
from llmrec_core.evaluate import stored
from llmrec_core.evaluate.bench import BASELINE
from llmrec_core.evaluate.result import Result
from llmrec_core.study import Study
from tests import world

TEMPORAL = protocol.named("temporal")
ROWS = ("taste", "popularity", BASELINE, "blend")
USERS = [f"u{u:02d}" for u in range(world.N)]


def values_of(name: str) -> np.ndarray:
    """NDCG a user: the blend always right, plain EASE for even users, taste for every fourth."""
    number = np.arange(world.N)
    step = {"blend": 1, BASELINE: 2, "taste": 4, "popularity": 24}[name]
    return (number % step == 0).astype(float)


def result(
    *, users: list[str] | None = None, encoder: str = "fake", coverage: float = 0.5,
    chosen: protocol.Protocol = TEMPORAL,
) -> Result:
    """Four rows for all users of the tiny world; only NDCG, and coverage by name."""
    rows = [
        {"recipe": name, "seconds": 0.5, "intervals": {"ndcg@10": [0.0, 1.0]},
         "settings": {"weights": {"taste": 0.5, "popularity": 0.0}},
         "metrics": {"ndcg@10": float(values_of(name).mean()),
                     "coverage@10": coverage * (1 + k)}}
        for k, name in enumerate(ROWS)
    ]  # fmt: skip
    document = {
        "protocol": chosen.card(), "rows": rows, "encoder": encoder, "writer": "template",
        "weights": {"taste": 0.5, "popularity": 0.0}, "steerable": {}, "validation": {},
        "data": {"test_users": world.N, "held_out_rows": 60, "training_rows": 240,
                 "items": world.N},
    }  # fmt: skip
    ids = np.array(users or USERS)
    return Result(
        document, ids, {name: np.zeros((world.N, 10), np.int32) for name in ROWS},
        {name: {"ndcg@10": values_of(name)} for name in ROWS},
        held_out=np.array([[0, 0]], np.int32), counts=np.arange(world.N),
        history=np.arange(world.N) + 3, mainstream=np.full(world.N, 0.5),
    )


def keep(study: Study, found: Result | None = None, **changes: object) -> str:
    """Keep a result in `study`, measured on its data of today; its key."""
    chosen = changes.pop("chosen", TEMPORAL)
    data = str(changes.pop("data", stored.content_key(study)))
    found = found or result(chosen=chosen)
    asked = stored.asked_of(
        chosen, found.document["encoder"], changes.pop("signals", ("taste", "popularity")), changes
    )
    return stored.save(study, asked, data, found, read=("about", "plot"), seconds=4.0)
