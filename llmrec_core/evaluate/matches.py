"""The plain text match as rows of its own: raw, centred, and with weights of concepts."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llmrec_core import signals
from llmrec_core.evaluate.bench import difference
from llmrec_core.signals.match import Match, MatchRecipe

if TYPE_CHECKING:
    from llmrec_core.evaluate.bench import Bench
    from llmrec_core.evaluate.data import Data

RAW, CENTRED, WEIGHTED = "match, raw cosine", "match, centred cosine", "match, weighted cosine"
"""The rows: the encoder's own vectors, those the studio reads, and with weights of concepts."""


class Matches:
    """Rows of three matches of the history with item texts; nothing but weights is learned."""

    def check(self, data: Data) -> None:
        """Nothing is refused."""

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Three rows, and the entry "match": the concepts' weights and what they are worth."""
        plain = MatchRecipe(of="history", level=0.0, recency=0.0)
        recipes = {
            RAW: replace(plain, centred=False), CENTRED: plain,
            WEIGHTED: replace(plain, weighted=True),
        }
        fitted: dict[str, signals.Signal] = {}
        seconds: dict[str, float] = {}
        for name, recipe in recipes.items():
            bench.tell(f"fitting {name}", 0, 1)
            begun = time.perf_counter()
            fitted[name] = signals.fit("match", bench.profiles, bench.data.items, recipe)
            seconds[name] = time.perf_counter() - begun
        lists = bench.lists({name: {name: 1.0} for name in fitted}, fitted=fitted)
        rows = [
            bench.row(name, lists[name], recipe.document(), seconds=seconds[name])
            for name, recipe in recipes.items()
        ]
        weighted = fitted[WEIGHTED]
        if not isinstance(weighted, Match) or weighted.concepts is None:
            return rows, {}
        told = sorted(
            zip(weighted.concepts.phrases, map(float, weighted.alpha), strict=True),
            key=lambda pair: -pair[1],
        )
        gain = difference(bench.per_user(lists[WEIGHTED]), bench.per_user(lists[CENTRED]))
        return rows, {"match": {"concepts": dict(told), WEIGHTED: gain}}
