"""Evidence -> descriptions, by the template or by a chat model; every answer is checked."""

from llmrec_core.writing.settings import Scheme, Unsupported, WriterKind, Writing

__all__ = ["Scheme", "Unsupported", "WriterKind", "Writing"]
