"""Any OpenAI-compatible server, through the `openai` client."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from llmrec_core.llm.address import check_address
from llmrec_core.llm.base import (
    Answer,
    ModelError,
    ModelUnavailableError,
    PassingError,
    Request,
)
from llmrec_core.llm.completion import Completions, prompt_estimate
from llmrec_core.llm.faults import Fault, Place
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.retrying import Health, Run
from llmrec_core.llm.wire import Attempt
from llmrec_core.recipe import digest

_BYTES, _BYTES_PER_TOKEN = 1_000_000, 4_000  # a streamed token comes in some hundred bytes of JSON


class ServerModel:
    """A chat model on a server; the secret is in `_place` only, never in `key`, repr or errors.

    `limits.at_once` requests are with the server at a time, each attempt ended after
    `limits.timeout` seconds whatever the server does. Broken connections, 429 and 5xx are tried
    again after growing random pauses, or when the server says; five failures in a row end it.
    """

    def __init__(self, model: str, server: str, limits: Limits, key: str = "none") -> None:
        self.server = check_address(server)
        self.name, self.limits = model, limits
        self.key = digest({"server": self.server, "model": model})
        self.batch = 8 * limits.at_once  # enough that no connection waits for the next batch
        self.unread: list[tuple[int, Answer]] = []
        """Answers that had come when the last `answer` was broken off, and nobody had seen."""
        self._place = Place(self.server, model, key, limits.timeout, limits.silence)
        self._completions = Completions(self._place)
        self._health = Health()

    def __repr__(self) -> str:
        return f"ServerModel({self.name!r}, {self.server!r})"

    def count(self, request: Request) -> int:
        """Prompt tokens, estimated rather too high: the tokenizer is on the server."""
        return prompt_estimate(request)

    def answer(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer | ModelError]]:
        """(place, answer or error) as they come; raises `ModelUnavailableError`.

        Broken off, it cuts the connections at once; what had come by then is in `unread`.
        """
        self.unread = []
        run = Run(self._health, self.limits.retries)
        pool = ThreadPoolExecutor(self.limits.at_once, thread_name_prefix="chat")
        places = {pool.submit(self._one, run, r): place for place, r in enumerate(requests)}
        try:
            waiting = set(places)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    result = future.result()
                    yield places[future], result
                    del places[future]
        finally:
            run.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            self.unread = [(places[f], a) for f in places if (a := _answer_of(f)) is not None]

    def stream(self, request: Request) -> Generator[str, None, Answer]:
        """One answer in pieces as they come, tried once; returned whole at the end."""
        with self._attempt(request) as attempt:
            try:
                return (yield from self._completions.pieces(request, attempt))
            except Fault as fault:
                raise self._said(fault) from None

    def models(self) -> list[str]:
        """Names of the models that the server lists; raises `ModelError` where it does not."""
        seconds = min(self.limits.timeout, 5.0)
        with Attempt(seconds, seconds, _BYTES) as attempt:
            try:
                return self._completions.models(attempt)
            except Fault as fault:
                raise fault.error from None

    def _one(self, run: Run, request: Request) -> Answer | ModelError:
        """What becomes of one request, in a thread of the pool."""
        def once() -> Answer:
            with run.going(self._attempt(request)) as attempt:
                return self._completions.whole(request, attempt)

        try:
            return run.retried(once)
        except Fault as fault:
            error, passing = self._said(fault), fault.again
        if isinstance(error, ModelUnavailableError):
            raise error
        return PassingError(str(error)) if passing else error

    def _attempt(self, request: Request) -> Attempt:
        size = _BYTES + _BYTES_PER_TOKEN * request.max_tokens
        return Attempt(self.limits.timeout, self.limits.silence, size)

    def _said(self, fault: Fault) -> ModelError:
        """The error to show; where the model is unknown it names those that are known."""
        if not fault.unknown_model:
            return fault.error
        try:
            there = ", ".join(self.models()[:10])
        except ModelError:  # a courtesy: without it the first error stands as it is
            there = ""
        choose = f"choose with --model one of {there}." if there else "check both names."
        return ModelUnavailableError(f"{fault.error}: {choose}")


def _answer_of(future: Future[Answer | ModelError]) -> Answer | None:
    """The answer of a request that was not read; None where there is none."""
    if future.cancelled() or not future.done() or future.exception() is not None:
        return None
    result = future.result()
    return result if isinstance(result, Answer) else None
