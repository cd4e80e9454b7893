"""What a study's artefacts were made with: read from the cards beside them, nothing is loaded."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from llmrec_core.errors import StudioError
from llmrec_core.made import BuildRecipe, Keys
from llmrec_core.tune import Choice
from llmrec_core.writing.settings import Writing
from llmrec_core.writing.tally import words

if TYPE_CHECKING:
    from llmrec_core.study import Study

STAGES = {
    "item_texts": "item texts written",
    "items": "item texts encoded",
    "picture": "first picture drawn",
    "descriptions": "descriptions written",
    "sentences": "descriptions encoded",
    "choice": "settings and weights chosen",
    "signals": "signals fitted",
    "map": "map laid out",
}
"""The stages of a build in order, as things done; the first only where it was asked for."""


@dataclass(frozen=True)
class StageCard:
    """One artefact: seconds it took, bytes on disk, Unix time it was written."""

    stage: str
    words: str
    seconds: float
    bytes: int
    written: float


@dataclass(frozen=True)
class Made:
    """What a study was last built with.

    `missing` names the stages that the data and filters in force need and that are not there: a
    filter or a file changed after the build. `choice` is None where nothing was chosen yet.
    """

    encoder: dict[str, Any]
    writer: str
    n: int
    finished: float
    stages: tuple[StageCard, ...]
    missing: tuple[str, ...]
    versions: dict[str, str] = field(default_factory=dict)
    choice: Choice | None = None
    writing: Writing = field(default_factory=Writing)
    tally: dict[str, Any] = field(default_factory=dict)
    """The card of the descriptions: who wrote how many, and why the template stands in."""
    relations: dict[str, float] = field(default_factory=dict)
    """What sharing counts, by relation; nothing where knowledge was not fitted."""

    @property
    def seconds(self) -> float:
        """Seconds of all stages together, the encoder's start not counted."""
        return sum(card.seconds for card in self.stages)

    @property
    def bytes(self) -> int:
        """Bytes on disk of all stages together."""
        return sum(card.bytes for card in self.stages)


def made(study: Study) -> Made | None:
    """What `study` was built with; None where it was not built or its record cannot be read."""
    try:
        document = json.loads((study.folder / "build.json").read_text())
        recipe = BuildRecipe.from_document(document["recipe"])
        encoder = dict(document["encoder"])
        keys = Keys.of(study, recipe, encoder["key"])
        finished = float(document["finished"])
    except (OSError, ValueError, KeyError, TypeError, StudioError):
        return None
    cards, missing = _cards(study, keys)
    return Made(
        encoder, words(recipe.writing), recipe.n, finished,
        tuple(_stage_card(stage, card) for stage, card in cards.items()),
        tuple(missing), _versions(cards), _choice(cards), recipe.writing,
        cards.get("descriptions", {}), cards.get("signals", {}).get("relations", {}),
    )


def versions() -> dict[str, str]:
    """Versions of what results depend on."""
    from importlib.metadata import PackageNotFoundError, version

    out = {"python": sys.version.split()[0]}
    for name in ("llmrec-studio", "numpy", "torch", "sentence-transformers", "umap-learn"):
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            continue
    return out


def _cards(study: Study, keys: Keys) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """(the card of every stage that is there, the stages that are not)."""
    found, missing = {}, []
    for stage in STAGES:
        if not getattr(keys, stage):
            continue
        try:
            found[stage] = study.artefacts.card(stage, getattr(keys, stage))
        except StudioError:
            missing.append(stage)
    return found, missing


def _stage_card(stage: str, card: dict[str, Any]) -> StageCard:
    return StageCard(
        stage, STAGES[stage], float(card.get("seconds", float("nan"))),
        int(card.get("bytes", 0)), float(card.get("written", float("nan"))),
    )


def _versions(cards: dict[str, dict[str, Any]]) -> dict[str, str]:
    out: dict[str, str] = {}
    for card in cards.values():
        out |= card.get("versions", {})
    return out


def _choice(cards: dict[str, dict[str, Any]]) -> Choice | None:
    document = cards.get("choice", {}).get("choice")
    return Choice.from_document(document) if document else None
