"""Asking many requests: known answers first, every new one kept before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

from llmrec_core.llm.base import (
    Answer,
    BudgetError,
    ChatModel,
    ModelError,
    ModelUnavailableError,
    PassingError,
    Request,
)
from llmrec_core.llm.budget import Budget
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.memory import Answers

Progress = Callable[[int, int], object]
"""Called as `progress(done, total)`, in requests; a failure counts as done."""


def ask(
    model: ChatModel,
    requests: Sequence[Request],
    answers: Answers | None,
    limits: Limits,
    progress: Progress | None = None,
    *,
    budget: Budget | None = None,
) -> Iterator[tuple[int, Answer | ModelError]]:
    """(place in `requests`, answer or why there is none), known ones first, in any order after.

    Equal requests are asked once. An answer is on the disk before it is yielded, so whoever is
    interrupted, at any moment, and asks again pays only for what was not answered. Each place is
    yielded once: at a cap the rest gets a `BudgetError`, and a `ModelUnavailableError` when the
    model can answer nobody. Failures are not kept: asked again, they are tried again. `budget`
    counts what earlier calls took against the same caps; without one this call has them whole.
    """
    places: dict[str, list[int]] = {}
    for place, request in enumerate(requests):
        places.setdefault(request.key(model.key), []).append(place)
    done = 0
    for key, result in _results(model, requests, places, answers, budget or Budget(limits)):
        for place in places[key]:
            done += 1
            if progress is not None:
                progress(done, len(requests))
            yield place, result


def _results(
    model: ChatModel,
    requests: Sequence[Request],
    places: dict[str, list[int]],
    answers: Answers | None,
    budget: Budget,
) -> Iterator[tuple[str, Answer | ModelError]]:
    """(key, result), each key once."""
    known = answers.known(list(places)) if answers is not None else {}
    yield from ((key, known[key]) for key in places if key in known)
    left = {key: requests[rows[0]] for key, rows in places.items() if key not in known}
    while left:
        try:
            batch = _affordable(model, left, budget)
            for key, result in _answered(model, batch, answers, budget):
                del left[key]
                yield key, result
        except (BudgetError, ModelUnavailableError) as error:
            yield from ((key, error) for key in left)
            return


def _affordable(
    model: ChatModel, left: dict[str, Request], budget: Budget
) -> dict[str, Request]:
    """The next requests, at most a batch, that cannot pass a cap; raises where the first could."""
    batch: dict[str, Request] = {}
    read = written = 0
    for key, request in list(left.items())[: max(model.batch, 1)]:
        read, written = read + model.count(request), written + request.max_tokens
        try:
            budget.check(read, written)
        except BudgetError:
            if not batch:
                raise
            break
        batch[key] = request
    return batch


def _answered(
    model: ChatModel, batch: dict[str, Request], answers: Answers | None, budget: Budget
) -> Iterator[tuple[str, Answer | ModelError]]:
    """Results of one batch as they come, kept and counted; what the model forgot is an error."""
    names = list(batch)
    missing = dict.fromkeys(names)
    results = model.answer(list(batch.values()))
    try:
        for place, result in results:
            key = names[place]
            if key not in missing:
                continue
            if isinstance(result, Answer):
                budget.spend(result.prompt_tokens, result.completion_tokens)
                if answers is not None:
                    answers.keep(key, result)
            del missing[key]
            yield key, result
    finally:  # broken off: what had come to the model, but not yet to us, is paid for as well
        if isinstance(results, Generator):
            results.close()
        for place, answer in getattr(model, "unread", ()):
            if answers is not None and names[place] in missing:
                answers.keep(names[place], answer)
    for key in missing:
        yield key, PassingError(f"{model.name} gave no answer to one of the requests: ask again.")


def ask_streaming(
    model: ChatModel, request: Request, answers: Answers | None, limits: Limits,
    budget: Budget | None = None,
) -> Iterator[str]:
    """One answer in pieces as they come; a known one at once. Kept when it is complete.

    Raises `ModelError` (a `BudgetError` where the request could pass a cap on its own).
    """
    key = request.key(model.key)
    known = answers.known([key]) if answers is not None else {}
    if key in known:
        yield known[key].text
        return
    budget = budget or Budget(limits)
    budget.check(model.count(request), request.max_tokens)
    stream, pieces = iter(model.stream(request)), []
    while True:
        try:
            pieces.append(next(stream))
        except StopIteration as end:
            # The models here return the whole answer, with its tokens; a plain iterator does not.
            whole = end.value if isinstance(end.value, Answer) else Answer("".join(pieces))
            break
        yield pieces[-1]
    budget.spend(whole.prompt_tokens, whole.completion_tokens)
    if answers is not None and whole.text:
        answers.keep(key, whole)
