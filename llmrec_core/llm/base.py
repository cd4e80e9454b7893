"""What a chat model is asked and what it answers; who answers is nobody's business here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from llmrec_core.errors import StudioError
from llmrec_core.recipe import digest


class ModelError(StudioError):
    """One request that got no usable answer after all retries: the words say why."""


class PassingError(ModelError):
    """No answer now, but perhaps later: a busy server, a broken connection, time that ran out."""


class ModelUnavailableError(ModelError):
    """The model cannot answer anybody now (unreachable, key refused, not installed)."""


class BudgetError(ModelError):
    """The next request would pass the cap on tokens or on spending."""


@dataclass(frozen=True)
class Message:
    """One turn: `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class Request:
    """One question; equal requests to an equal model have one answer, asked and paid for once."""

    messages: tuple[Message, ...]
    max_tokens: int = 320
    temperature: float = 0.0
    seed: int = 42

    def key(self, model_key: str) -> str:
        """The name of the answer: all that it depends on."""
        return digest({"model": model_key, **asdict(self)})


@dataclass(frozen=True)
class Answer:
    """A text and what it took: tokens read and written, seconds, and whether it was remembered.

    `finish` is "stop", or "length" where `max_tokens` cut it off.
    """

    text: str
    finish: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cached: bool = False


class ChatModel(Protocol):
    """Something that answers. Reading an answer twice costs twice: see `asking` for the memory.

    `name` is shown; `key` names all that answers depend on (never a secret); `batch` is how many
    requests are worth giving at once.
    """

    name: str
    key: str
    batch: int

    def count(self, request: Request) -> int:
        """Prompt tokens of a request; an estimate where the tokenizer is not at hand."""
        ...

    def answer(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer | ModelError]]:
        """(place, answer or why there is none), each as it comes; places may come in any order.

        Raises `ModelUnavailableError` where asking on is useless.
        """
        ...

    def stream(self, request: Request) -> Iterator[str]:
        """One answer in pieces as they come; raises `ModelError`."""
        ...
