"""The study's own descriptions in force, edited ones too, under a protocol that holds rows out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from llmrec_core.describe.sentences import Description
from llmrec_core.evaluate.bench import Bench
from llmrec_core.evaluate.data import Data
from llmrec_core.leak import LeakReport, leak_report
from llmrec_core.profile import sentence_layout
from llmrec_core.steer.weights import STEERED

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender

OWN = "(the study's texts)"


@dataclass
class StudyTexts:
    """Rows for the study's own texts; refuses texts that saw held-out rows unless `flag`.

    With `flag` there are rows for all users and, where any text is clean, for their users alone.
    """

    needs: ClassVar[str] = STEERED
    recommender: Recommender
    flag: bool = False
    _found: dict[str, LeakReport] = field(default_factory=dict)

    def check(self, data: Data) -> None:
        """Raises `InputError` naming how many users' texts saw held-out rows."""
        self._found["leak"] = leak_report(self._texts(data), data.test)
        if not self.flag:
            self._found["leak"].refuse()

    def _texts(self, data: Data) -> list[Description]:
        """The descriptions in force by the user numbers of `data`; empty for an unknown user."""
        told = {one.owner_id: one for one in self.recommender.descriptions()}
        ids = map(str, data.train.user_ids)
        return [told.get(user_id) or Description(user_id, ()) for user_id in ids]

    def rows(self, bench: Bench) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Rows of the description and the steerable blend, and the report as "leak"."""
        report = self._found["leak"]
        said, weights, start = sentence_layout(self._texts(bench.data))
        vectors, center = bench.data.texts.sentences(said)
        told = bench.profiles.with_text(vectors, weights, said, start)
        fitted = bench.retold(told, center)
        blends = {STEERED: {STEERED: 1.0}, "blend, steerable": bench.choice.weights}
        lists = bench.lists(blends, profiles=told, fitted=fitted)
        rows = []
        clean = np.isin(bench.users, report.clean)
        for name, mix in blends.items():
            rows.append(bench.row(f"{name} {OWN}", lists[name], {"weights": mix}))
            if clean.any() and not clean.all():
                mine = bench.row(
                    f"{name} {OWN}, clean users", lists[name].take(clean), {"weights": mix},
                    users=bench.users[clean],
                )
                rows.append(mine)
        return rows, {"leak": {**report.to_json(), "words": report.sentence()}}
