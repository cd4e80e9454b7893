"""A writer's settings as the function that an evaluation calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmrec_core.writing.settings import WriterKind, Writing

if TYPE_CHECKING:
    from llmrec_core.describe import Description
    from llmrec_core.evaluate.writers import Write
    from llmrec_core.evidence.facts import Evidence
    from llmrec_core.study import Study
    from llmrec_core.tables import Items


def writer_of(writing: Writing, study: Study | None = None) -> Write:
    """Who writes under these settings; the model is opened when it is first asked.

    Answers are remembered in the home's cache, so an interrupted comparison goes on.
    """

    def write(
        evidences: Sequence[Evidence], items: Items, progress: Callable[[int, int], object]
    ) -> list[Description]:
        from llmrec_core.writing.chat import write_all
        from llmrec_core.writing.desk import open_desk

        asks = writing.writer != WriterKind.TEMPLATE
        desk = open_desk(writing, study) if asks else None
        return write_all(evidences, items, writing, desk, progress)

    return write
