"""The settings of the neural sequence signal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from llmrec_core.errors import InputError
from llmrec_core.recipe import Recipe

MOST_FULL = 10_000
"""Items up to which every item is a candidate in training; above, some are drawn."""


class Shape(StrEnum):
    """How a sequence is read."""

    ATTENTION = "attention"  # every item looks at those before it
    LSTM = "lstm"  # item by item, with a memory


class Loss(StrEnum):
    """Which items the right ones compete with in training."""

    AUTO = "auto"  # full up to MOST_FULL items, else sampled
    FULL = "full"  # all items that somebody took
    SAMPLED = "sampled"  # `negatives` of them, drawn anew for every step


@dataclass(frozen=True, kw_only=True)
class NeuralRecipe(Recipe):
    """Settings of the next-item network."""

    stage: ClassVar[str] = "neural"
    shape: str = Shape.ATTENTION
    """attention or lstm."""
    dim: int = 64
    """Width of an item's vector inside the network."""
    layers: int = 2
    heads: int = 2
    """Of the attention; they share `dim`."""
    dropout: float = 0.2
    identity: bool = True
    """Whether an item that somebody took has a vector of its own beside that of its text."""
    forget: float = 0.0
    """Share of these own vectors that a training step goes without, so that texts learn to do."""
    length: int = 50
    """How many of the latest interactions are read."""
    window: int = 1
    """How many next items count as what comes next."""
    loss: str = Loss.AUTO
    negatives: int = 512
    """How many items are drawn where the loss is sampled."""
    masked: float = 0.2
    """Share of items hidden in the masked-item task; 0 leaves the task out."""
    masked_weight: float = 0.2
    """What the masked-item task weighs beside the next-item task."""
    order_weight: float = 0.05
    """What the order task (was this history shuffled?) weighs; 0 leaves it out."""
    aside: float = 0.25
    """Share of the sequences of a step that these two tasks are set on."""
    epochs: int = 40
    """Passes over all histories at most."""
    patience: int = 5
    """Epochs without a better validation figure after which training stops."""
    batch: int = 64
    """Sequences a step."""
    lr: float = 0.002
    """Learning rate (AdamW)."""
    reg: float = 0.01
    """Weight decay."""
    seed: int = 42

    def __post_init__(self) -> None:
        for setting, kinds in (("shape", Shape), ("loss", Loss)):
            given = getattr(self, setting)
            if given not in list(kinds):
                raise InputError(
                    f"The neural setting {setting} is {given!r}: give {', '.join(kinds)}."
                )
        if self.dim % self.heads:
            raise InputError(
                f"The neural settings have {self.heads} heads that share a width of {self.dim}: "
                "give a width that they divide."
            )
