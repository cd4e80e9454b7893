"""What a writer works with: the model, its memory, the bounds, and the prompts' texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmrec_core.errors import MissingArtefactError
from llmrec_core.llm.base import ChatModel
from llmrec_core.llm.budget import Budget
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.memory import Answers
from llmrec_core.writing.prompts import default, digest_of
from llmrec_core.writing.settings import Writing

if TYPE_CHECKING:
    from llmrec_core.study import Study

REWRITE = "rewrite"


@dataclass(frozen=True)
class Desk:
    """`texts` holds the prompts in force by name: the scheme's and «rewrite».

    Whatever is asked at one desk counts against one `budget`, so that a build's stages have the
    caps of `limits` together, not each.
    """

    model: ChatModel
    answers: Answers | None
    limits: Limits
    texts: Mapping[str, str]
    budget: Budget = field(default=None, compare=False, repr=False)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.budget is None:
            object.__setattr__(self, "budget", Budget(self.limits))

    def text(self, name: str) -> str:
        """The prompt `name`; the file's where none is in force."""
        return self.texts.get(name) or default(name)


def open_desk(
    writing: Writing, study: Study | None = None, limits: Limits | None = None,
    model: ChatModel | None = None,
) -> Desk:
    """The desk that `writing` names; `study` gives the prompts that were edited.

    `limits` are by default the environment's; `model` stands in for the one that `writing` names
    (tests). Raises `ModelUnavailableError` where that is not there.
    """
    from llmrec_core.llm.connect import open_model
    from llmrec_core.study import home

    bounds = limits or Limits.from_environment()
    answers = Answers(home() / "cache" / "answers.sqlite")
    return Desk(model or open_model(writing, bounds), answers, bounds, texts_of(writing, study))


def texts_of(writing: Writing, study: Study | None = None) -> dict[str, str]:
    """The prompts in force, by name."""
    return {writing.scheme: prompt_of(writing, study), REWRITE: default(REWRITE)}


def prompt_of(writing: Writing, study: Study | None = None) -> str:
    """The text of the prompt that `writing` names by its digest; the file's for no digest.

    Raises `MissingArtefactError` where no version of that digest is known.
    """
    file = default(writing.scheme)
    if writing.prompt in ("", digest_of(file)):
        return file
    stored = study.journal.prompt_text(writing.prompt) if study is not None else None
    if stored is None:
        raise MissingArtefactError(
            f"The prompt {writing.prompt} is not in this study's journal: choose one of its "
            "versions, or the file."
        )
    return stored
