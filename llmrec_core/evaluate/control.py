"""A control: descriptions written from all rows on purpose, and the gain that this feigns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from llmrec_core.behaviour import joined
from llmrec_core.evaluate.bench import Bench, difference, mean_of
from llmrec_core.evaluate.data import Data
from llmrec_core.steer.swaps import center_of
from llmrec_core.steer.weights import STEERED

LEAKED = "(leaked control)"


@dataclass(frozen=True)
class Control:
    """Rows for the description and the steerable blend whose texts saw what was held out."""

    needs: ClassVar[str] = STEERED

    def check(self, data: Data) -> None:
        """Nothing is refused."""

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The leaked rows, and as "control" what they gain without having earned it."""
        data = bench.data
        every = data.described(
            joined(data.train, data.test), bench.tell, "descriptions of the leaked control"
        )
        told = bench.profiles.with_text(
            every.sentence_vector, every.sentence_weight, every.sentence_text, every.sentence_start
        )
        fitted = bench.retold(told, center_of(every, data.texts))
        blends = {STEERED: {STEERED: 1.0}, "blend": bench.choice.weights}
        honest, leaked = bench.lists(blends), bench.lists(blends, profiles=told, fitted=fitted)
        rows, gains = [], {}
        for name, weights in blends.items():
            rows.append(bench.row(f"{name} {LEAKED}", leaked[name], {"weights": weights}))
            one, other = bench.per_user(leaked[name]), bench.per_user(honest[name])
            gains[name] = {"honest": mean_of(other), "leaked": mean_of(one),
                           **difference(one, other)}
        return rows, {"control": {"metric": f"ndcg@{bench.n}", **gains}}
