"""A description while it is edited: kept in the session until it is saved, so nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from llmrec_core import describe
from llmrec_core.describe import PERSON, Check, Description, Sentence


@dataclass(frozen=True)
class Draft:
    """An edited description and the one it began from.

    `marks` has one number a sentence that stays with it while others come and go, so that a text
    box keeps its sentence; `following` is the next free one. `data` names the interactions that
    the row ids of `base` belong to ("" where that was not noted).
    """

    base: Description
    now: Description
    marks: tuple[int, ...]
    following: int
    data: str = ""

    @classmethod
    def of(cls, description: Description, first: int = 0, data: str = "") -> Draft:
        """A draft with no change yet; marks begin at `first`."""
        size = len(description.sentences)
        marks = tuple(range(first, first + size))
        return cls(description, description, marks, first + size, data)

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.now != self.base

    def index(self, mark: int) -> int:
        """Where the sentence with this mark stands; -1 once it is gone."""
        return self.marks.index(mark) if mark in self.marks else -1

    def reworded(self, mark: int, text: str) -> Draft:
        """With one sentence reworded; an empty text removes it."""
        index = self.index(mark)
        if index < 0:
            return self
        if not text.strip():
            return self.without(mark)
        return replace(self, now=describe.edit(self.now, index, text))

    def switched(self, mark: int, on: bool) -> Draft:
        """With one sentence counted or not."""
        index = self.index(mark)
        return self if index < 0 else replace(self, now=describe.switch(self.now, index, on))

    def meant(self, mark: int, polarity: int) -> Draft:
        """With one sentence read as liking (+1), disliking (-1) or neither (0)."""
        index = self.index(mark)
        if index < 0 or self.now.sentences[index].polarity == polarity:
            return self
        turned = replace(
            self.now.sentences[index], polarity=polarity, author=PERSON, check=Check.NONE.value,
            problem="",
        )
        return self._with(index, turned)

    def rewritten(self, mark: int, sentence: Sentence) -> Draft:
        """With one sentence in the words of another writer; whether it counts stays."""
        index = self.index(mark)
        if index < 0:
            return self
        return self._with(index, replace(sentence, on=self.now.sentences[index].on))

    def _with(self, index: int, sentence: Sentence) -> Draft:
        sentences = list(self.now.sentences)
        sentences[index] = sentence
        return replace(self, now=replace(self.now, sentences=tuple(sentences)))

    def without(self, mark: int) -> Draft:
        """With one sentence removed."""
        index = self.index(mark)
        if index < 0:
            return self
        marks = self.marks[:index] + self.marks[index + 1 :]
        return replace(self, now=describe.remove(self.now, index), marks=marks)

    def with_text(self, text: str) -> Draft:
        """With the sentences of a typed text at the end; raises `InputError` when there is none."""
        now = describe.add(self.now, text)
        new = len(now.sentences) - len(self.now.sentences)
        marks = self.marks + tuple(range(self.following, self.following + new))
        return replace(self, now=now, marks=marks, following=self.following + new)

    def replaced(self, description: Description) -> Draft:
        """With another text altogether; every sentence gets a new mark."""
        fresh = Draft.of(description, self.following, self.data)
        return replace(fresh, base=self.base)

    def saved(self, description: Description, data: str) -> Draft:
        """With nothing left to save: `description`, the same sentences, is what was saved."""
        return replace(self, base=description, now=description, data=data)
