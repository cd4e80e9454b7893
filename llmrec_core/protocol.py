"""What a number means: filter, split, candidates, metrics, seed, on a card beside every figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from llmrec_core.behaviour import Filters, Split, SplitKind
from llmrec_core.errors import WrongUseError
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
    n: int = 10
    published: str = ""
    """The best published figure under this protocol, and its source."""

    def card(self) -> dict[str, Any]:
        """The protocol in plain words and values, to print beside a figure."""
        return {
            **self.document(),
            "candidates": "all items of the catalogue but the user's training items",
            "gain": "binary: every held-out item counts that training does not have for the user",
            "users": "those with at least one held-out row, the metric's mean over them",
            "average_precision": "divided by the number of the user's held-out items",
            "ties": "time ties keep the order of the file; score ties go by item id",
            "weights": "fitted to the mean over the validation split and two more like it",
            "settings": "chosen on rows held out of the training rows, then refitted on them all",
        }


def _protocol(
    name: str, about: str, kind: SplitKind, share: float = 0.2, published: str = ""
) -> Protocol:
    """A protocol whose test and validation splits are of one kind, from different seeds."""
    return Protocol(
        name=name, about=about, published=published, split=Split(kind=kind, share=share),
        validation=Split(kind=kind, share=share, seed=43),
    )


PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        _protocol(
            "temporal", "each user's last 20 % of interactions by time", SplitKind.LAST_SHARE
        ),
        _protocol(
            "microsoft-100k",
            "a random quarter of each item's interactions (Microsoft recommenders, benchmarks on "
            "MovieLens-100K)",
            SplitKind.RANDOM_BY_ITEM, 0.25,
            published="nDCG@10 .475077 by BiVAE, in the repository's benchmark notebook",
        ),
        _protocol("random", "a random 20 % of each user's interactions", SplitKind.RANDOM),
        _protocol("leave-last-out", "each user's last interaction", SplitKind.LAST_ONE),
        _protocol(
            "global-time", "all interactions after the moment that 80 % came before",
            SplitKind.GLOBAL_TIME,
        ),
    )
}


def named(name: str) -> Protocol:
    """The protocol called `name`; raises `WrongUseError` listing those there are."""
    if name not in PROTOCOLS:
        raise WrongUseError(
            f"There is no protocol {name!r}: choose one of {', '.join(PROTOCOLS)}."
        )
    return PROTOCOLS[name]
