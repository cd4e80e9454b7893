"""The ledger: the additive account of one score, from signals down to sentences and past items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.signals.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.signals.base import Signal

    Contributions = Callable[[str], pd.DataFrame]
    """A signal's contributions to one score, by its name."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger; an entry with children is exactly their sum."""

    signal: str
    weight: float
    kind: str
    """signal, sentence, past item, entity, item text, the average item, whole, or residual."""
    evidence: str
    """What it comes from, in words: the sentence, the past item's title, the field's name."""
    contribution: float
    children: tuple[Entry, ...] = ()
    number: int = -1
    """The sentence's place, the past item's or the entity's number, -1 for anything else: titles
    may repeat."""

    def leaves(self) -> list[Entry]:
        """The entries without children below this one (itself when it has none)."""
        if not self.children:
            return [self]
        return [leaf for child in self.children for leaf in child.leaves()]

    def to_json(self) -> dict[str, Any]:
        """Plain values, children included."""
        return {
            "signal": self.signal, "weight": self.weight, "kind": self.kind,
            "evidence": self.evidence, "contribution": self.contribution,
            "children": [child.to_json() for child in self.children],
        }


AVERAGE = "the average item"
ITEM_TEXT = "item text"

EVERYBODY = "all interactions in the study"
LEFT_OVER = "what the other lines leave unexplained"
"""What a line says that is a whole signal, or the rest of one."""


def ledger(
    profile: Profiles, item: int, block: Block, weights: np.ndarray,
    signals: Mapping[str, Signal], title: Callable[[int], str],
    contributions: Contributions | None = None,
) -> tuple[Entry, ...]:
    """One entry a signal of non-zero weight; all leaves together sum to the blended score.

    A part of signal s counts w_s / sd_s times its contribution, and what the average candidate
    would get, -w_s mean_s / sd_s, is an entry of its own: nothing is left over.

    Parameters
    ----------
    profile : one profile, the one that `block` was made for.
    weights : (signals,) in the order of `block.names`.
    title : the words for an item number.
    contributions : gives a signal's contributions to this score by its name, where they are known
        already: no weight is in them. By default the signal is asked.
    """
    entries = []
    for s, name in enumerate(block.names):
        weight = float(weights[s])
        if weight == 0:
            continue
        parts = (
            signals[name].contributions(profile, item) if contributions is None
            else contributions(name)
        )
        factor = weight / float(block.sd[s])
        children = _evidence_entries(parts, factor, name, weight, profile, title)
        average = Entry(name, weight, AVERAGE, AVERAGE, -factor * float(block.mean[s]))
        entries.append(_parent(name, weight, "signal", name, (*children, average)))
    return tuple(sorted(entries, key=lambda e: -abs(e.contribution)))


def _parent(
    signal: str, weight: float, kind: str, evidence: str, children: tuple[Entry, ...],
    number: int = -1,
) -> Entry:
    total = float(sum(child.contribution for child in children))
    return Entry(signal, weight, kind, evidence, total, children, number)


def _evidence_entries(
    parts: pd.DataFrame, factor: float, name: str, weight: float, profile: Profiles,
    title: Callable[[int], str],
) -> list[Entry]:
    """An entry a sentence, past item or entity: split by item field where there are several, an
    entity always by the past items that have it."""
    # A plain loop: a ledger follows a slider, and pandas takes 0.1 ms for each of the groups.
    n = len(parts)
    values = parts["contribution"].to_numpy() * factor
    columns = [parts[column].tolist() for column in ("kind", "evidence", "part")]
    told = parts["words"].tolist() if "words" in parts else [""] * n
    pasts = parts["past"].tolist() if "past" in parts else [-1] * n
    groups: dict[tuple[str, int, str], list[tuple[str, int, float]]] = {}
    for kind, evidence, field, words, past, value in zip(
        *columns, told, pasts, values.tolist(), strict=True
    ):
        groups.setdefault((kind, evidence, words), []).append((field, past, value))
    entries = []
    for (kind, evidence, own), group in groups.items():
        words = own or _words(kind, evidence, profile, title)
        if len(group) == 1 and group[0][1] < 0:
            entries.append(Entry(name, weight, kind, words, group[0][2], number=evidence))
            continue
        children = tuple(_split(name, weight, each, title) for each in group)
        if kind == Kind.ENTITY:
            children = tuple(sorted(children, key=lambda e: -abs(e.contribution)))
        entries.append(_parent(name, weight, kind, words, children, evidence))
    return sorted(entries, key=lambda e: -abs(e.contribution))


def _split(
    name: str, weight: float, part: tuple[str, int, float], title: Callable[[int], str]
) -> Entry:
    """The share of one text of the item, or of one past item on the way."""
    field, past, value = part
    if past < 0:
        return Entry(name, weight, ITEM_TEXT, field, value)
    return Entry(name, weight, str(Kind.PAST_ITEM), title(past), value, number=past)


def _words(kind: str, evidence: int, profile: Profiles, title: Callable[[int], str]) -> str:
    if kind == Kind.SENTENCE:
        return profile.sentence_text[evidence]
    if kind == Kind.PAST_ITEM:
        return title(evidence)
    return LEFT_OVER if kind == Kind.RESIDUAL else EVERYBODY


def total(entries: tuple[Entry, ...]) -> float:
    """The sum of all leaves."""
    return float(sum(leaf.contribution for entry in entries for leaf in entry.leaves()))
