"""Attempts and the pauses between them, for a batch of requests that can be stopped as one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from llmrec_core.llm.base import Answer, ModelError, ModelUnavailableError
from llmrec_core.llm.faults import Fault
from llmrec_core.llm.wire import Attempt

if TYPE_CHECKING:
    from tenacity import RetryCallState

DOWN = 5  # failures in a row, each after its retries, that mean nobody is there
PAUSE = 0.5  # seconds before the second attempt; each later pause is twice as long
LONGEST_PAUSE = 20.0
LONGEST_WAIT = 120.0  # seconds that a server may ask for before it counts as busy for good


class Health:
    """What all threads know of one server: failures in a row, and when it wants to be asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures, self._not_before = 0, 0.0

    @property
    def pause(self) -> float:
        """Seconds until the server wants the next request."""
        return max(self._not_before - time.monotonic(), 0.0)

    def answered(self) -> None:
        """The server is there."""
        with self._lock:
            self._failures = 0

    def told_to_wait(self, seconds: float) -> None:
        """One thread was told to wait: it holds for all."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def failed(self, fault: Fault) -> None:
        """A request failed for good; raises `ModelUnavailableError` after `DOWN` in a row."""
        if not fault.down:
            return
        with self._lock:
            self._failures += 1
            failures = self._failures
        if failures >= DOWN:
            raise ModelUnavailableError(f"{failures} requests in a row failed. {fault.error}")


class Run:
    """Attempts that end together: `stop` from any thread cuts those under way."""

    def __init__(self, health: Health, retries: int) -> None:
        self._health, self._retries = health, retries
        self._stopped = threading.Event()
        self._active: set[Attempt] = set()
        self._lock = threading.Lock()

    def stop(self) -> None:
        """No attempt goes on, none begins."""
        self._stopped.set()
        with self._lock:
            active = list(self._active)
        for attempt in active:
            attempt.stop()

    @contextmanager
    def going(self, attempt: Attempt) -> Iterator[Attempt]:
        """The attempt inside the block, known to `stop`."""
        with self._lock:
            self._active.add(attempt)
        try:
            if self._stopped.is_set():
                raise Fault(ModelError("The request was stopped."))
            with attempt:
                yield attempt
        finally:
            with self._lock:
                self._active.discard(attempt)

    def retried(self, once: Callable[[], Answer]) -> Answer:
        """The answer of the first attempt that succeeds; raises the last one's `Fault`.

        Raises `ModelUnavailableError` when too many requests in a row have failed.
        """
        import tenacity

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._retries + 1),
            retry=tenacity.retry_if_exception(self._worth_trying),
            wait=_pause, sleep=self._sleep, reraise=True,
        )  # fmt: skip
        try:
            answer = retrying(self._once, once)
        except Fault as fault:
            if not self._stopped.is_set():
                self._health.failed(fault)
            raise
        self._health.answered()
        return answer

    def _once(self, once: Callable[[], Answer]) -> Answer:
        self._sleep(self._health.pause)
        try:
            return once()
        except Fault as fault:
            if 0 < fault.wait <= LONGEST_WAIT:
                self._health.told_to_wait(fault.wait)
            raise

    def _worth_trying(self, error: BaseException) -> bool:
        return (
            isinstance(error, Fault) and error.again and error.wait <= LONGEST_WAIT
            and not self._stopped.is_set()
        )

    def _sleep(self, seconds: float) -> None:
        self._stopped.wait(seconds)


def _pause(state: RetryCallState) -> float:
    """Exponential with jitter, so that the threads do not come back all at once."""
    from tenacity import wait_exponential_jitter

    grown = wait_exponential_jitter(multiplier=PAUSE, max=LONGEST_PAUSE, jitter=PAUSE)(state)
    fault = state.outcome.exception() if state.outcome is not None else None
    return max(grown, fault.wait) if isinstance(fault, Fault) else grown
