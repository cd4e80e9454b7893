"""How many item texts are written, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from llmrec_core.errors import WrongUseError
from llmrec_core.recipe import Recipe
from llmrec_core.writing.settings import Writing

PROMPT, PART_PROMPT = "item", "item_part"
"""The prompt files: for the text itself, and for a part of many reviews."""


@dataclass(frozen=True, kw_only=True)
class Enriching(Recipe):
    """Texts written for items that say too little of themselves; off by default."""

    stage: ClassVar[str] = "item_texts"
    version: ClassVar[int] = 2
    items: int = 0
    """How many of the thinnest items get a text, the least known first; 0 writes none."""
    writing: Writing = Writing()
    """Who writes, in which language; form, sample and the prompt of users do not matter here."""

    def __post_init__(self) -> None:
        if self.items < 0:
            raise WrongUseError("The number of item texts must be 0 or more.")

    @property
    def on(self) -> bool:
        """Whether any text is written."""
        return self.items > 0

    @classmethod
    def by(cls, items: int, writing: Writing) -> Self:
        """Texts for `items` items by the writer of `writing`: its other settings are dropped.

        So that another form of the users' descriptions writes no item anew. What becomes of
        unsupported sentences is one rule for items: they are shown, marked, and not encoded.
        """
        from llmrec_core.writing.prompts import default, digest_of

        prompt = digest_of(default(PROMPT) + default(PART_PROMPT))
        plain = Writing()
        if writing.writer == plain.writer:  # the rules read no prompt and write English
            return cls(items=items)
        own = replace(
            writing, scheme=plain.scheme, sample=plain.sample, prompt=prompt,
            unsupported=plain.unsupported,
        )
        return cls(items=items, writing=own)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The settings that `document` describes."""
        given = dict(document)
        if isinstance(given.get("writing"), dict):
            given["writing"] = Writing.from_document(given["writing"])
        return super().from_document(given)
