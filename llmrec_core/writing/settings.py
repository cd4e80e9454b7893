"""Who writes, in which form and language, and what happens to what cannot be believed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from llmrec_core.errors import WrongUseError
from llmrec_core.recipe import Recipe, digest


class WriterKind(StrEnum):
    """What turns evidence into text."""

    TEMPLATE = "template"  # rules, no model
    LOCAL = "local"  # a chat model through transformers, on this machine
    SERVER = "server"  # an OpenAI-compatible server


class Scheme(StrEnum):
    """The form of a description."""

    PROSE = "prose"  # four slots (likes, themes, dislikes, disliked but popular) and habits
    KEYWORDS = "keywords"  # at most five keywords
    PERSONA = "persona"  # a short portrait of a person


class Unsupported(StrEnum):
    """What becomes of a sentence that the evidence does not bear out."""

    MARK = "mark"  # kept, marked
    REWRITE = "rewrite"  # the model is asked once more, then it is marked
    TEMPLATE = "template"  # the template's sentences take its place


@dataclass(frozen=True, kw_only=True)
class Writing(Recipe):
    """How descriptions are written; equal settings on equal evidence give equal requests."""

    stage: ClassVar[str] = "writing"
    version: ClassVar[int] = 1
    writer: str = WriterKind.TEMPLATE.value
    model: str = ""
    """local: a transformers name or folder, or «smollm2»; server: the model's name there."""
    server: str = ""
    """Base URL of an OpenAI-compatible server, such as http://localhost:11434/v1; no key in it."""
    scheme: str = Scheme.PROSE.value
    language: str = "English"
    """What the description is written in, in words that a model understands."""
    prompt: str = ""
    """Digest of the prompt's text; empty is the file that the scheme comes with."""
    unsupported: str = Unsupported.MARK.value
    sample: int = 0
    """Users that the model writes for, drawn evenly; 0 is all. The template serves the others."""
    max_tokens: int = 320
    """The longest answer."""
    weights: str = ""
    """local: what a folder's files look like (`look_of`), so that new weights write anew."""

    def __post_init__(self) -> None:
        for value, kinds in (
            (self.writer, WriterKind), (self.scheme, Scheme), (self.unsupported, Unsupported)
        ):
            if value not in set(kinds):
                raise WrongUseError(f"There is no {value!r} here: choose {', '.join(kinds)}.")
        if self.sample < 0 or self.max_tokens < 1:
            raise WrongUseError("The sample must be 0 or more and the longest answer 1 or more.")
        if self.writer == WriterKind.SERVER and not self.model:
            raise WrongUseError("A server's model needs its name: give it as --model NAME.")


def look_of(folder: Path) -> str:
    """A digest of the names, sizes and times of a model folder's files; "" for no folder.

    Their content takes seconds to read; where only the times changed, the answers are known.
    """
    if not folder.is_dir():
        return ""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    looks = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return digest(looks)
