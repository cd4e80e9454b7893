"""What was chosen: settings, weights, and how they fared on held-out training rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from llmrec_core import signals
from llmrec_core.signals.settings import start
from llmrec_core.steer.weights import Point
from llmrec_core.tune.groups import Group, weights_for

if TYPE_CHECKING:
    from llmrec_core.recipe import Recipe
    from llmrec_core.signals.settings import Given


@dataclass(frozen=True)
class Choice:
    """The settings of every signal, the weights of the blend, and how they fared in validation."""

    recipes: dict[str, Recipe]
    weights: dict[str, float]
    """What lists are made with: the most accurate weights, the description's raised until an edit
    of it is followed (see `steer.weights.enough`)."""
    validation: dict[str, float]
    """NDCG on the validation rows of each signal alone, of the blend with the most accurate
    weights and, as «blend, steerable», of the one with `weights`."""
    accurate: dict[str, float] = field(default_factory=dict)
    """The most accurate weights."""
    curve: tuple[Point, ...] = ()
    """What each weight of the description is worth in accuracy, tail share and steering."""
    without: dict[str, float] = field(default_factory=dict)
    """The most accurate weights of the other signals alone; empty where nobody asked for them."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a signal is, or is not, part of the blend: one sentence each, for those with a choice."""

    groups: tuple[Group, ...] = ()
    """Weights of their own for profiles of few rows, where they beat `weights` beyond the noise."""

    as_good: dict[str, tuple[float, float]] = field(default_factory=dict)
    """The range of each accurate weight that is as good within the noise (`intervals.as_good`)."""

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "recipes": {name: r.document() for name, r in self.recipes.items()},
            "weights": self.weights, "validation": self.validation, "accurate": self.accurate,
            "curve": [point.document() for point in self.curve],
            "reasons": self.reasons, "groups": [group.document() for group in self.groups],
            "as_good": {name: list(ends) for name, ends in self.as_good.items()},
            **({"without": self.without} if self.without else {}),
        }

    def weights_for(self, rows: int) -> Mapping[str, float]:
        """The weights for a profile of `rows` rows: its group's, else everybody's."""
        return weights_for(self.groups, rows, self.weights)

    def because(self, reasons: Mapping[str, str]) -> Choice:
        """The same choice with `reasons` before its own."""
        told = dict(reasons)
        for name, why in self.reasons.items():
            told[name] = f"{told[name]} {why}" if name in told else why
        return replace(self, reasons=told)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Choice:
        """The choice as it was stored."""
        recipes = {
            name: signals.recipe_from(name, r) for name, r in document["recipes"].items()
        }
        weights = dict(document["weights"])
        return cls(
            recipes, weights, dict(document["validation"]),
            dict(document.get("accurate", weights)),
            tuple(Point(**point) for point in document.get("curve", ())),
            dict(document.get("without", {})), dict(document.get("reasons", {})),
            tuple(map(Group.from_document, document.get("groups", ()))),
            {name: (ends[0], ends[1]) for name, ends in document.get("as_good", {}).items()},
        )


def unfitted(names: Sequence[str], fixed: Given | None = None) -> Choice:
    """Default settings, but those `fixed`, and weights of 1: where there is nothing to choose on.
    """
    recipes = {name: start(name, fixed or {}) for name in names}
    return Choice(recipes, dict.fromkeys(names, 1.0), {})
