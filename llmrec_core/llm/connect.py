"""Settings -> the chat model they name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from llmrec_core.errors import WrongUseError
from llmrec_core.llm.base import ChatModel
from llmrec_core.llm.limits import Limits

if TYPE_CHECKING:
    from llmrec_core.writing.settings import Writing

KEYS = ("LLMREC_API_KEY", "OPENAI_API_KEY")
"""Environment variables that may hold a server's key, the first that is set."""


def api_key(environment: Mapping[str, str] | None = None) -> str:
    """The server's key from the environment; «none», which servers without keys take, otherwise."""
    there = os.environ if environment is None else environment
    return next((there[name].strip() for name in KEYS if there.get(name, "").strip()), "none")


def open_model(writing: Writing, limits: Limits, key: str | None = None) -> ChatModel:
    """The chat model that `writing` names, ready to answer.

    `key` is a server's secret, by default the environment's. Raises `WrongUseError` for the
    template, which is no chat model, and `ModelUnavailableError` where the model is not there.
    """
    if writing.writer == "server":
        from llmrec_core.llm.server import ServerModel

        return ServerModel(writing.model, writing.server, limits, key or api_key())
    if writing.writer == "local":
        from llmrec_core.llm.local import load_local

        return load_local(writing.model or "smollm2")
    raise WrongUseError(f"The writer {writing.writer!r} asks no chat model.")
