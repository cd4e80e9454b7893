"""Asking for all texts of a batch: failures that may pass never become part of its result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llmrec_core.errors import StudioError
from llmrec_core.llm.asking import Progress, ask
from llmrec_core.llm.base import (
    Answer,
    BudgetError,
    ModelError,
    ModelUnavailableError,
    PassingError,
    Request,
)
from llmrec_core.writing.desk import Desk

MOST_IN_A_ROW = 20
"""Failures one after the other from which the model counts as gone."""


def asked_all(
    desk: Desk, requests: Sequence[Request], progress: Progress | None = None, *,
    what: str = "descriptions", before: int = 0, total: int | None = None,
    most: int | None = None,
) -> Iterator[tuple[int, Answer | ModelError]]:
    """(place, answer or why there is none for good), each place once, in any order.

    What failed for a reason that may pass (`PassingError`) is asked once more at the end. Raises
    `StudioError` where such failures are left, where the model is gone, where a cap is reached
    and after `most` failures in a row (by default half the requests, at most MOST_IN_A_ROW):
    answers are kept in the desk's memory, so that the same call goes on from there. It says how
    many of `total` (default: these requests) are there, `before` being those of earlier calls.
    """
    wanted, answered, in_a_row = total or len(requests), before, 0
    bound = most if most is not None else min(MOST_IN_A_ROW, max(len(requests) // 2, 2))
    again: list[int] = []
    for place, answer in _results(desk, requests, progress):
        if not isinstance(answer, ModelError):
            answered, in_a_row = answered + 1, 0
            yield place, answer
            continue
        in_a_row += 1
        if isinstance(answer, BudgetError | ModelUnavailableError) or in_a_row > bound:
            raise _unfinished(answered, wanted, what, answer)
        if isinstance(answer, PassingError):
            again.append(place)
        else:
            yield place, answer
    left: ModelError | None = None
    for at, answer in _results(desk, [requests[place] for place in again], None):
        if isinstance(answer, BudgetError | ModelUnavailableError | PassingError):
            left = left or answer
            continue
        answered += isinstance(answer, Answer)
        yield again[at], answer
    if left is not None:
        raise _unfinished(answered, wanted, what, left)


def _results(
    desk: Desk, requests: Sequence[Request], progress: Progress | None
) -> Iterator[tuple[int, Answer | ModelError]]:
    return ask(desk.model, requests, desk.answers, desk.limits, progress, budget=desk.budget)


def _unfinished(done: int, wanted: int, what: str, reason: ModelError) -> StudioError:
    return StudioError(
        f"{done:,} of {wanted:,} {what} are written and kept: build again to go on. {reason}"
    )
