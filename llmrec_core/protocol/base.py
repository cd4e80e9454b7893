"""What a number means: filter, split, candidates, metrics, seed, on a card beside every figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from llmrec_core.behaviour import Filters, Split
from llmrec_core.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Protocol(Recipe):
    """How recipes are compared: everything but the recipe."""

    stage: ClassVar[str] = "protocol"
    name: str
    about: str
    filters: Filters = field(default_factory=Filters)
    split: Split = field(default_factory=Split)
    validation: Split = field(default_factory=Split)
    """Splits the training rows again; settings and weights are chosen on the rows it holds out."""
    draws: int = 3
    """Splits like `validation` that weights are fitted to the mean of, where it is random."""
    n: int = 10
    relevant_from: float | None = None
    """Only held-out rows with at least this value count; None: all do."""
    seen_from: float | None = None
    """Training items are no candidates where their value is at least this; None: none is one."""
    known_only: bool = False
    """Whether items without any training row are no candidates, and do not count."""
    refit: bool = True
    """Whether the last fit has the validation rows too. If not, there are three parts: fits see
    the first, settings are chosen on the second, whose items are no candidates in the third."""
    draw: str = ""
    """Whose draw a random split is; "" where nothing is drawn."""
    published: str = ""
    """The best published figure under this protocol, and its source."""

    @property
    def needs_values(self) -> bool:
        """Whether it makes no sense without ratings."""
        return any(
            least is not None
            for least in (self.relevant_from, self.seen_from, self.filters.min_value)
        )

    def card(self) -> dict[str, Any]:
        """The protocol in plain words and values, to print beside a figure."""
        counted = _counted(self)
        return {
            **self.document(),
            "candidates": _candidates(self),
            "gain": f"binary: {counted} count that are candidates",
            "users": "those with at least one item that counts; figures are means over them",
            "average_precision": "divided by the number of the user's items that count",
            "denominators": "precision by n, recall by the items that count, NDCG by the best "
            "list of as many (n at most)",
            "ties": "time ties keep the order of the file; score ties go by item id",
            "weights": "fitted to the mean over several splits like the validation split",
            "settings": "chosen on rows held out of the training rows, then refitted on them all"
            if self.refit else
            "chosen on the validation rows; the last fit has the training rows alone",
        }


def _counted(protocol: Protocol) -> str:
    if protocol.relevant_from is None:
        return "all held-out items"
    return f"held-out items with a value of at least {protocol.relevant_from:g}"


def _candidates(protocol: Protocol) -> str:
    """Which items may be listed, in words."""
    every = "all items with training rows" if protocol.known_only else "all items of the catalogue"
    taken = "the user's training items" if protocol.refit else (
        "the user's training and validation items"
    )
    if protocol.seen_from is None:
        return f"{every} but {taken}"
    return (
        f"{every} but {taken} with a value of at least {protocol.seen_from:g} "
        "(the others may be listed again)"
    )
