"""Settings -> the chat model they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core.errors import WrongUseError
from llmrec_core.llm.address import api_key
from llmrec_core.llm.base import ChatModel
from llmrec_core.llm.limits import Limits

if TYPE_CHECKING:
    from llmrec_core.writing.settings import Writing

def open_model(writing: Writing, limits: Limits, key: str | None = None) -> ChatModel:
    """The chat model that `writing` names, ready to answer.

    `key` is a server's secret, by default the environment's. Raises `WrongUseError` for the
    template, which is no chat model, and `ModelUnavailableError` where the model is not there.
    """
    if writing.writer == "server":
        from llmrec_core.llm.server import ServerModel

        return ServerModel(writing.model, writing.server, limits, key or api_key(writing.server))
    if writing.writer == "local":
        from llmrec_core.llm.local import load_local

        return load_local(writing.model or "smollm2")
    raise WrongUseError(f"The writer {writing.writer!r} asks no chat model.")
