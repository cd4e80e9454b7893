"""Chat models behind one small protocol: on this machine, or on an OpenAI-compatible server."""

from llmrec_core.llm.base import (
    Answer,
    BudgetError,
    ChatModel,
    Message,
    ModelError,
    ModelUnavailableError,
    PassingError,
    Request,
)

__all__ = [
    "Answer", "BudgetError", "ChatModel", "Message", "ModelError", "ModelUnavailableError",
    "PassingError", "Request",
]
