"""What goes wrong at a server -> one sentence with the remedy, and whether to try again."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field

from llmrec_core.llm.base import ModelError, ModelUnavailableError
from llmrec_core.llm.wire import Attempt

_DETAIL = 200


@dataclass(frozen=True)
class Place:
    """What a sentence needs to say: the server's address, the model, the key to leave out."""

    server: str
    model: str
    key: str = field(repr=False)
    timeout: float
    silence: float


class Fault(Exception):
    """An attempt that failed: what to say, whether another one may help, and not before when."""

    def __init__(
        self, error: ModelError, *, again: bool = False, down: bool = False, wait: float = 0.0,
        unknown_model: bool = False,
    ) -> None:
        super().__init__(str(error))
        self.error, self.again, self.down, self.wait = error, again, down, wait
        self.unknown_model = unknown_model


def fault_of(error: Exception, attempt: Attempt, place: Place) -> Fault:
    """The fault that an exception of the client stands for."""
    import openai

    if attempt.cut:
        return _cut(attempt.cut, place)
    if isinstance(error, openai.APIStatusError):
        return _status(error, place)
    if isinstance(error, openai.APIConnectionError):
        return _connection(error, attempt, place)
    if isinstance(error, openai.APIError):  # an error event in the middle of a stream
        words = f"{place.server} broke its answer off ({_detail(error.message, place)})"
        return Fault(ModelError(f"{words}: see the server's log and try again."), again=True)
    return malformed(place, "it cannot be read")


def malformed(place: Place, what: str) -> Fault:
    """An answer that is none: the wrong address, or a server that broke off."""
    words = (
        f"{place.server} sent something that is no answer of a chat model ({what}): check that "
        "the address is that of an OpenAI-compatible API (often it ends in /v1)."
    )
    return Fault(ModelError(words), again=True)


def truncated(place: Place) -> Fault:
    """A stream that ended before the model said that it was done."""
    words = f"{place.server} broke its answer off before the end: see its log and try again."
    return Fault(ModelError(words), again=True)


def empty(place: Place, finish: str) -> Fault:
    """No words; asking for them again at temperature 0 would bring no more."""
    why = "its filter held it back" if finish == "content_filter" else f"it ended with «{finish}»"
    words = (
        f"The model {place.model!r} at {place.server} gave an empty answer ({why}): change the "
        "prompt, allow a longer answer or choose another model."
    )
    return Fault(ModelError(words))


def _cut(why: str, place: Place) -> Fault:
    if why == "time":
        words = (
            f"{place.server} did not finish an answer within {place.timeout:g} s: raise "
            "the time limit (LLMREC_MODEL_TIMEOUT, or on the page «Writing»), allow shorter "
            "answers or send fewer requests at once."
        )
        return Fault(ModelError(words), again=True, down=True)
    if why == "stop":
        return Fault(ModelError(f"Asking {place.server} was stopped."))
    what = "it is longer than any answer" if why == "size" else "it is compressed unasked"
    return Fault(malformed(place, what).error)


def _connection(error: Exception, attempt: Attempt, place: Place) -> Fault:
    """No connection, or one that broke; the cause at the bottom of the chain tells which."""
    import openai

    causes = _chain(error)
    if isinstance(error, openai.APITimeoutError):
        seconds = place.silence if attempt.answered else min(place.silence, place.timeout)
        words = f"{place.server} was silent for {seconds:g} s"
        if any(type(cause).__name__ == "ConnectTimeout" for cause in causes):
            words = f"{place.server} does not take a connection"
        words += ": see that it is running and reachable, or raise the time limit "
        words += "(LLMREC_MODEL_SILENCE, or on the page «Writing»)."
    elif any(isinstance(cause, socket.gaierror) for cause in causes):
        words = f"No computer of the name in {place.server} is known: correct the address."
    elif any(isinstance(cause, ssl.SSLError) for cause in causes):
        words = (
            f"{place.server} cannot show who it is ({_detail(str(causes[-1]), place)}): use the "
            "name on its certificate, or http:// for a server on this machine."
        )
        return Fault(ModelUnavailableError(words), down=True)
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        words = f"{place.server} refuses connections: start the server or correct the address."
    else:
        words = (
            f"The connection to {place.server} broke ({_detail(str(causes[-1]), place)}): see the "
            "server's log and try again."
        )
    return Fault(ModelError(words), again=True, down=True)


def _status(error: object, place: Place) -> Fault:
    """An answer with a status of 300 or more."""
    status: int = error.status_code  # type: ignore[attr-defined]
    detail = _detail(str(error.message), place)  # type: ignore[attr-defined]
    if status in (401, 403):
        words = (
            f"{place.server} refuses the key ({status}): set LLMREC_API_KEY to one that it accepts "
            "(OPENAI_API_KEY goes to openai.com and to the host of LLMREC_SERVER only)."
        )
        return Fault(ModelUnavailableError(words))
    if status == 404:
        words = f"{place.server} knows no model {place.model!r}, or no chat at this address (404)"
        return Fault(ModelUnavailableError(words), unknown_model=True)
    if 300 <= status < 400:
        words = (
            f"{place.server} sends on to another address ({status}), which is not followed: give "
            "the address where the server really is."
        )
        return Fault(ModelUnavailableError(words))
    if status == 429 and "insufficient_quota" in (str(getattr(error, "code", "")), detail):
        words = f"{place.server} has no credit left for this key (429): add some or change the key."
        return Fault(ModelUnavailableError(words))
    if status in (408, 409, 425, 429) or status >= 500:
        return _busy(status, detail, _wait(error), place)
    words = f"{place.server} refuses the request ({status}: {detail}): change the prompt or model."
    return Fault(ModelError(words))


def _busy(status: int, detail: str, wait: float, place: Place) -> Fault:
    words = f"{place.server} failed ({status}: {detail}): see its log and try again later."
    if status == 429:
        words = (
            f"{place.server} takes no more requests now (429: {detail}): try again later or send "
            "fewer at once (LLMREC_MODEL_AT_ONCE, or on the page «Writing»)."
        )
    return Fault(ModelError(words), again=True, down=True, wait=wait)


def _wait(error: object) -> float:
    """Seconds that the server asks to wait: Retry-After as seconds or as a date; 0 without."""
    import email.utils
    import time

    header = error.response.headers.get("retry-after", "").strip()  # type: ignore[attr-defined]
    try:
        return max(float(header), 0.0)
    except ValueError:
        pass
    try:
        return max(email.utils.parsedate_to_datetime(header).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and what caused it, down to the first cause."""
    out: list[BaseException] = []
    while error not in out:
        out.append(error)
        error = error.__cause__ or error.__context__ or error
    return out


def _detail(text: str, place: Place) -> str:
    """A server's words in one short line, without the key, which some servers repeat."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if place.key and place.key != "none":
        plain = plain.replace(place.key, "…")
    return plain[:_DETAIL] or "no reason given"
