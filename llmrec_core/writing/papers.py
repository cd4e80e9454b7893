"""A desk with prompts and nobody at it: to see what would be asked without loading a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from llmrec_core.llm.base import Answer, ModelError, ModelUnavailableError, Request
from llmrec_core.llm.limits import Limits
from llmrec_core.writing.desk import Desk, prompt_of
from llmrec_core.writing.settings import Writing

if TYPE_CHECKING:
    from llmrec_core.study import Study

CHARACTERS_A_TOKEN = 4


class Nobody:
    """A chat model that counts roughly and answers nothing."""

    name = key = "nobody"
    batch = 1

    def count(self, request: Request) -> int:
        """Four characters a token: near enough for English, too few for Chinese."""
        letters = sum(len(message.content) for message in request.messages)
        return -(-letters // CHARACTERS_A_TOKEN)

    def answer(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer | ModelError]]:
        """Raises `ModelUnavailableError`."""
        raise ModelUnavailableError("No model is chosen: choose one on the writing page.")

    def stream(self, request: Request) -> Iterator[str]:
        """Raises `ModelUnavailableError`."""
        raise ModelUnavailableError("No model is chosen: choose one on the writing page.")


def papers(writing: Writing, study: Study | None = None, prompt: str | None = None) -> Desk:
    """A desk to fill in prompts at; `prompt` stands in for the one that `writing` names."""
    text = prompt_of(writing, study) if prompt is None else prompt
    return Desk(Nobody(), None, Limits(), {writing.scheme: text})
