"""One chat completion in the words of the OpenAI protocol, sent and read with suspicion."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from llmrec_core.llm.base import Answer, Request
from llmrec_core.llm.faults import Fault, Place, empty, fault_of, malformed, truncated
from llmrec_core.llm.wire import Attempt

_OPTIONAL = ("seed", "temperature", "stream_options")
_LETTERS = 16  # characters that a token may have; longer answers are cut


def token_estimate(text: str) -> int:
    """Tokens of a text, rather too many than too few: one for three bytes."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


def prompt_estimate(request: Request) -> int:
    """Tokens of a prompt, with what a chat template puts around each message."""
    return 8 + sum(8 + token_estimate(message.content) for message in request.messages)


class Completions:
    """Asks one model of one server. Some servers refuse an argument: it is then left out."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._refused: set[str] = set()

    def whole(self, request: Request, attempt: Attempt) -> Answer:
        """The answer in one piece; raises `Fault`."""
        started = time.monotonic()
        try:
            found = self._create(request, attempt, stream=False)
            text, finish = _text(found, self._place)
            usage = found.usage
        except Fault:
            raise
        except Exception as error:  # the client passes on whatever the server's bytes led to
            raise self._fault(error, attempt) from None
        return self._answer(request, text, finish, usage, time.monotonic() - started)

    def pieces(self, request: Request, attempt: Attempt) -> Generator[str, None, Answer]:
        """The answer in pieces, returned whole at the end; raises `Fault`."""
        started, pieces, finish, usage = time.monotonic(), [""], "", None
        chunks = None
        while True:
            try:
                if chunks is None:
                    chunks = iter(self._create(request, attempt, stream=True))
                chunk = next(chunks, None)
                attempt.take(0)  # a connection that was cut ends like one that is done
                if chunk is None:
                    break
                usage = chunk.usage or usage
                piece, finish = _delta(chunk, finish)
            except Exception as error:
                raise self._fault(error, attempt) from None
            pieces.append(piece)
            if piece:
                yield piece
        if not finish:
            raise truncated(self._place)
        text = "".join(pieces)
        return self._answer(request, text, finish, usage, time.monotonic() - started)

    def models(self, attempt: Attempt) -> list[str]:
        """Names of the models that the server lists; raises `Fault`."""
        try:
            listed = self._client(attempt).models.list().data
            return sorted(str(model.id) for model in listed)
        except Exception as error:
            raise self._fault(error, attempt) from None

    def _create(self, request: Request, attempt: Attempt, *, stream: bool) -> Any:
        import openai

        client = self._client(attempt)
        while True:
            try:
                return client.chat.completions.create(**self._arguments(request, stream=stream))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                refused = self._refusal(error)
                if refused is None:
                    raise
                self._refused.add(refused)

    def _client(self, attempt: Attempt) -> Any:
        import openai

        place = self._place
        return openai.OpenAI(
            api_key=place.key, base_url=place.server, http_client=attempt.client, max_retries=0
        )

    def _arguments(self, request: Request, *, stream: bool) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "model": self._place.model,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "max_tokens": request.max_tokens, "temperature": request.temperature,
            "seed": request.seed, "stream": stream,
        }  # fmt: skip
        if stream:
            wanted["stream_options"] = {"include_usage": True}
        if "max_tokens" in self._refused:
            wanted["max_completion_tokens"] = wanted.pop("max_tokens")
        return {name: value for name, value in wanted.items() if name not in self._refused}

    def _refusal(self, error: Any) -> str | None:
        """The argument that a server complains of, if it is one that can be left out."""
        named = {str(error.param or ""), *str(error.message).replace("'", " ").split()}
        if "max_completion_tokens" in named and "max_tokens" not in self._refused:
            return "max_tokens"
        return next((x for x in _OPTIONAL if x in named and x not in self._refused), None)

    def _fault(self, error: Exception, attempt: Attempt) -> Fault:
        return error if isinstance(error, Fault) else fault_of(error, attempt, self._place)

    def _answer(
        self, request: Request, text: str, finish: str, usage: Any, seconds: float
    ) -> Answer:
        """The answer with what the server says that it took, or else an estimate."""
        text = text.encode("utf-8", "replace").decode()  # JSON can hold half a character
        if not text.strip():
            raise empty(self._place, finish)
        most = _LETTERS * request.max_tokens
        if len(text) > most or finish not in ("stop", "length"):
            text, finish = text[:most], "length"
        read = _count(usage, "prompt_tokens") or prompt_estimate(request)
        written = _count(usage, "completion_tokens") or token_estimate(text)
        return Answer(text, finish, read, written, seconds)


def _text(found: Any, place: Place) -> tuple[str, str]:
    """(text, why it ended) of a completion; the client does not check what it was sent."""
    if isinstance(found, str):
        raise malformed(place, "it is not JSON")
    choice = found.choices[0]
    text = choice.message.content
    if not isinstance(text, str | None):
        raise malformed(place, "its text is no text")
    return text or "", str(choice.finish_reason or "stop")


def _delta(chunk: Any, finish: str) -> tuple[str, str]:
    """(new text, why it ended so far); the last chunk may hold no choice at all."""
    if not chunk.choices:
        return "", finish
    choice = chunk.choices[0]
    return str(choice.delta.content or ""), str(choice.finish_reason or finish)


def _count(usage: Any, name: str) -> int:
    value = getattr(usage, name, 0)
    return value if isinstance(value, int) and 0 < value < 10**9 else 0
