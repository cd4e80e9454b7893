"""Concepts that people keep by name: phrases, what each weighs, and in which signal."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.errors import InputError
from llmrec_core.journal import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmrec_core.journal import Journal

DRAFT = "(on the screen)"
"""The name of what is on the screen and was not given one: it outlives a reload."""
MOST_WEIGHT, STEP = 3.0, 0.05
"""The largest weight of a slider, and its step."""


def settled(alpha: np.ndarray) -> np.ndarray:
    """Weights as sliders hold them: 0 to `MOST_WEIGHT` in steps of `STEP`."""
    return np.asarray(np.clip(np.round(alpha / STEP) * STEP, 0, MOST_WEIGHT), np.float32)


@dataclass(frozen=True)
class ConceptSet:
    """Phrases in order, the weight of those that do not weigh 1, and the signal («» for any)."""

    phrases: tuple[str, ...]
    alpha: Mapping[str, float] = field(default_factory=dict)
    signal: str = ""

    def weights(self, phrases: Sequence[str]) -> np.ndarray:
        """(K,) float32: the weights of `phrases`, 1 for one that has none."""
        return np.array([self.alpha.get(phrase, 1.0) for phrase in phrases], np.float32)

    def to_json(self) -> str:
        """As the journal keeps it."""
        others = {phrase: float(a) for phrase, a in self.alpha.items() if a != 1}
        return json.dumps(
            {"phrases": list(self.phrases), "alpha": others, "signal": self.signal},
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> ConceptSet:
        """Read back; raises `InputError` for what is no set of concepts."""
        try:
            document = json.loads(text)
            alpha = {str(k): float(v) for k, v in document["alpha"].items()}
            found = cls(tuple(map(str, document["phrases"])), alpha, str(document["signal"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "The kept concepts cannot be read: they were saved by another version. Keep them "
                "anew."
            ) from error
        if not all(math.isfinite(a) and a >= 0 for a in alpha.values()):
            raise InputError("A kept concept weighs no finite number of 0 or more: keep it anew.")
        return found


def keep(journal: Journal, name: str, found: ConceptSet) -> None:
    """Keep a set under a name; what the name meant before stays in the journal's file.

    Raises `InputError` without a name, for the draft's, and without two phrases.
    """
    if not name.strip():
        raise InputError("The concepts are not kept: give them a name first.")
    if name.strip() == DRAFT:
        raise InputError(f"«{DRAFT}» is the name of what is on the screen: choose another.")
    if len(found.phrases) < 2:
        raise InputError("A set of concepts has at least two phrases: write another one.")
    journal.save_document(Kept.CONCEPTS, name, found.to_json())


def keep_draft(journal: Journal, found: ConceptSet) -> None:
    """Keep what is on the screen, finished or not."""
    journal.save_document(Kept.CONCEPTS, DRAFT, found.to_json())


def draft(journal: Journal) -> ConceptSet | None:
    """What was on the screen last; None before anything was changed there."""
    text = journal.document(Kept.CONCEPTS, DRAFT)
    return None if text is None else ConceptSet.from_json(text)


def load(journal: Journal, name: str) -> ConceptSet:
    """The set kept under a name; raises `InputError` with the names there are."""
    text = journal.document(Kept.CONCEPTS, name)
    if text is None:
        known = ", ".join(names(journal)) or "none yet"
        raise InputError(
            f"There are no kept concepts {name!r} (kept: {known}): keep them on the page "
            "«Concepts», or name a file with one phrase a line."
        )
    return ConceptSet.from_json(text)


def names(journal: Journal) -> list[str]:
    """The names of all kept sets, without the draft."""
    return [name for name in journal.document_names(Kept.CONCEPTS) if name != DRAFT]
