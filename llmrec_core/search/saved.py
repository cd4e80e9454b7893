"""Recipes saved by name: settings and weights, and on which rows they were chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmrec_core import signals
from llmrec_core.errors import InputError
from llmrec_core.evaluate.stored import content_key
from llmrec_core.journal import Kept
from llmrec_core.recipe import digest
from llmrec_core.tune import Choice

if TYPE_CHECKING:
    from llmrec_core.protocol import Protocol
    from llmrec_core.recipe import Recipe
    from llmrec_core.study import Study


@dataclass(frozen=True)
class Saved:
    """A recipe under a name.

    `protocol` names the protocol on whose training rows it was chosen, `rules` is its key, `data`
    the content of the study then: elsewhere it may have seen rows that are held out. `today` tells
    whether the study still has that content.
    """

    name: str
    recipes: dict[str, Recipe]
    weights: dict[str, float]
    protocol: str
    data: str
    value: float
    trials: int
    rules: str = ""
    today: bool = True

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "recipes": {name: recipe.document() for name, recipe in self.recipes.items()},
            "weights": self.weights, "protocol": self.protocol, "data": self.data,
            "value": self.value, "trials": self.trials, "rules": self.rules,
        }

    @property
    def key(self) -> str:
        """Names the settings and weights."""
        document = self.document()
        return digest({name: document[name] for name in ("recipes", "weights")})

    def told(self, protocol: Protocol) -> dict[str, Any]:
        """What an evaluation under `protocol` says of the recipe: name, words, whether it is fair.
        """
        words, why = f"recipe «{self.name}», chosen on the training rows of {self.protocol}", ""
        if not self.today:
            why = "the study was imported anew since"
        elif protocol.name != self.protocol:
            why = "another protocol"
        elif protocol.key() != self.rules:
            why = "other rows count since"
        if why:
            words += (
                f" ({why}): it may have seen rows that {protocol.name} holds out now, and its "
                "figures may flatter"
            )
        return {"name": self.name, "key": self.key, "fair": not why, "words": words}

    def choice(self) -> Choice:
        """As a choice that nothing needs to be searched for.

        It has no weights without the description: those of the recipe with it struck out would be
        a straw man, and none are fitted.
        """
        reason = f"from the recipe «{self.name}», found by a search of {self.trials:,} trials"
        weights = dict(self.weights)
        return Choice(
            dict(self.recipes), weights, {}, weights,
            reasons=dict.fromkeys(self.recipes, reason),
        )


def save_found(study: Study, name: str, document: Mapping[str, Any]) -> Saved:
    """Save what `search_study` found under `name`; signals without weight are left out.

    Raises `InputError` for an empty name and for a find without any weight.
    """
    weights = {signal: float(w) for signal, w in document["weights"].items() if w}
    if not weights:
        raise InputError("The search found no recipe with any weight: search for longer.")
    saved = Saved(
        name.strip(),
        {signal: signals.recipe_from(signal, document["recipes"][signal]) for signal in weights},
        weights, document["protocol"], document["data"], float(document["value"]),
        int(document["trials"]), document["rules"], content_key(study) == document["data"],
    )
    study.journal.save_document(Kept.RECIPE, saved.name, json.dumps(saved.document()))
    return saved


def load_saved(study: Study, name: str) -> Saved:
    """The recipe last saved under `name`; raises `InputError` naming those there are."""
    text = study.journal.document(Kept.RECIPE, name)
    if text is None:
        names = ", ".join(study.journal.document_names(Kept.RECIPE)) or "none yet"
        raise InputError(f"There is no saved recipe {name!r} (saved: {names}): run llmrec search.")
    document = json.loads(text)
    recipes = {
        signal: signals.recipe_from(signal, recipe)
        for signal, recipe in document.pop("recipes").items()
    }
    return Saved(
        name.strip(), recipes, **document, today=content_key(study) == document["data"]
    )
