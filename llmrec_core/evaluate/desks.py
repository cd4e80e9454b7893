"""Writers' settings as the functions that an evaluation calls, and what they will take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmrec_core.writing.settings import WriterKind, Writing

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.evaluate.writers import Write
    from llmrec_core.evidence.facts import Evidence
    from llmrec_core.llm.budget import Estimate
    from llmrec_core.llm.limits import Limits
    from llmrec_core.study import Study
    from llmrec_core.tables import Items
    from llmrec_core.writing.desk import Desk


class Desks:
    """The desks of several writers of one comparison: one model each, one budget for all."""

    def __init__(self, study: Study | None = None, limits: Limits | None = None) -> None:
        from llmrec_core.llm.limits import Limits

        self.study, self.limits = study, limits or Limits.from_environment()
        self._desks: dict[tuple[str, str, str], Desk] = {}

    def of(self, writing: Writing) -> Desk:
        """The desk for these settings; the model is opened by the first that names it."""
        from llmrec_core.writing.desk import open_desk, texts_of

        name = (writing.writer, writing.model, writing.server)
        there = self._desks.get(name)
        if there is None:
            there = open_desk(writing, self.study, self.limits)
            for other in self._desks.values():
                there = replace(there, budget=other.budget)
            self._desks[name] = there
            return there
        return replace(there, texts=texts_of(writing, self.study))

    def estimate(self, writings: Sequence[Writing], sample: int) -> Estimate:
        """The most that these writers take together for `sample` users (0: all).

        Counted on all rows of the study, and as if no answer were known: what is asked later rests
        on training rows, which are fewer.
        """
        from llmrec_core.llm.budget import Estimate
        from llmrec_core.writing.plan import plan

        if self.study is None:
            raise ValueError("an estimate needs a study")
        found = [
            plan(self.study, replace(one, sample=sample), replace(self.of(one), answers=None))
            for one in writings
        ]
        return Estimate(
            sum(one.requests for one in found), 0, sum(one.prompt_tokens for one in found),
            sum(one.completion_tokens for one in found), sum(one.cost for one in found),
        )

    def writer_of(self, writing: Writing) -> Write:
        """Who writes under these settings; the model is opened when it is first asked.

        Answers are remembered in the home's cache, so an interrupted comparison goes on.
        """
        def write(
            evidences: Sequence[Evidence], items: Items, progress: Callable[[int, int], object]
        ) -> list[Description]:
            from llmrec_core.writing.chat import write_all

            asks = writing.writer != WriterKind.TEMPLATE
            desk = self.of(writing) if asks else None
            return write_all(evidences, items, writing, desk, progress)

        return write


def writer_of(writing: Writing, study: Study | None = None) -> Write:
    """One writer on its own, under the environment's limits."""
    return Desks(study).writer_of(writing)
