"""What a build leaves behind: its recipe, its artefacts' names, and how they are read back."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from llmrec_core import signals, tune
from llmrec_core.artefacts import Artefacts, write_atomically
from llmrec_core.enrich.settings import Enriching
from llmrec_core.errors import DamagedArtefactError, MissingArtefactError
from llmrec_core.profile import Profiles, ValueScale, from_behaviour
from llmrec_core.project.positions import LAYOUT
from llmrec_core.recipe import Recipe, digest
from llmrec_core.writing.prompts import key_of
from llmrec_core.writing.settings import WriterKind, Writing

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.embed import ItemVectors, TextEncoder
    from llmrec_core.study import Study


CENTERS = ("centers", "text_centers")
"""Arrays of the item vectors: what the fields were centred on, one of the two (`ItemVectors`)."""


@dataclass(frozen=True, kw_only=True)
class BuildRecipe(Recipe):
    """What a build makes of a study."""

    stage: ClassVar[str] = "build"
    version: ClassVar[int] = 4
    encoder: str = "bundled"
    """«bundled», a folder, or a sentence-transformers name."""
    writing: Writing = field(default_factory=Writing)
    """Who writes descriptions, and how."""
    enriching: Enriching = field(default_factory=Enriching)
    """Texts written for items that say too little of themselves."""
    signals: str = "auto"
    """Which signals the blend may have: see `signals.wanted`."""
    settings: tuple[str, ...] = ()
    """Settings of signals that are given and not chosen: see `signals.settings`."""
    distilled: float = 0.0
    """How far items that share entities are pulled together before anything is fitted."""
    saved: str = ""
    """The name of a saved recipe whose settings and weights are taken; "" where they are chosen."""
    saved_key: str = ""
    """Which settings and weights that name means."""
    n: int = 10
    """Length of the lists that weights are fitted for."""
    map_neighbours: int = 15
    """Neighbours of each item, for the map and for «similar items»."""
    map_seed: int = 42

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The recipe that `document` describes; builds before version 3 named the writer alone."""
        given = dict(document)
        old = given.pop("writer", WriterKind.TEMPLATE.value)
        writing = Writing.from_document(given.pop("writing", {"writer": old}))
        enriching = Enriching.from_document(given.pop("enriching", {}))
        return replace(super().from_document(given), writing=writing, enriching=enriching)


@dataclass(frozen=True)
class Keys:
    """The names of all artefacts of a study under one build recipe and encoder."""

    items: str
    descriptions: str
    sentences: str
    choice: str
    signals: str
    picture: str
    map: str
    item_texts: str = ""
    """"" where no item text is written: all other names are then what they would be without."""

    @classmethod
    def of(
        cls, study: Study, recipe: BuildRecipe, encoder_key: str, basis: str | None = None
    ) -> Keys:
        """Each key covers all that its artefact depends on, and nothing else.

        `basis` names the items table of the full build that a rebuild started from (see
        `rebuild`). Left out, it is the one that the last build of these items wrote down; the
        items themselves after a full build.
        """
        return cls.at(study, study.items_key, recipe, encoder_key, basis or _last_basis(study))

    @classmethod
    def at(
        cls, study: Study, items_key: str, recipe: BuildRecipe, encoder_key: str, basis: str
    ) -> Keys:
        """The names if the items table were the one named `items_key`."""
        def key(*inputs: object) -> str:
            return recipe_key(*map(str, inputs))

        whole = None if basis == items_key else cls.at(study, basis, recipe, encoder_key, basis)
        since = () if whole is None else (basis,)
        data, rows = study.key_with(items_key), study.behaviour_key
        texts = _item_texts(study, items_key, rows, recipe.enriching)
        pulled = (recipe.distilled, study.triples_key) if recipe.distilled else ()
        items = key("items", items_key, encoder_key, *since, *texts[:1], *pulled)
        descriptions = key("descriptions", data, key_of(recipe.writing), *since)
        sentences = key("sentences", descriptions, encoder_key)
        # Settings and weights are chosen on the template's texts of each fold, whoever writes.
        told = (study.triples_key,) if study.triples_key else ()
        choice = key(
            "choice", data, encoder_key, recipe.n, recipe.signals, *_saved(recipe), *told,
            *texts[1:], *pulled, *recipe.settings,
        )
        fitted = key("signals", items, sentences, choice)
        if whole is not None:  # what is learned from everybody outlives an edited text
            choice, fitted = whole.choice, whole.signals
        picture = key("picture", items, rows, recipe.map_neighbours)
        layout = key("map", picture, recipe.map_seed, LAYOUT)
        written = "".join(texts[:1])
        return cls(items, descriptions, sentences, choice, fitted, picture, layout, written)


def _item_texts(study: Study, items_key: str, rows: str, enriching: Enriching) -> tuple[str, ...]:
    """The names of the written item texts and of the template's in their place; none when off."""
    if not enriching.on:
        return ()
    plain = Enriching(items=enriching.items)
    return tuple(
        recipe_key("item_texts", items_key, rows, study.reviews_key, one.key())
        for one in (enriching, plain)
    )


def _saved(recipe: BuildRecipe) -> tuple[str, ...]:
    return (recipe.saved_key,) if recipe.saved_key else ()


def recipe_key(*parts: str) -> str:
    """A key from the words and keys that determine an artefact; the build's version is one."""
    return digest([BuildRecipe.version, *parts])


def last_build(study: Study) -> dict[str, Any]:
    """What the study's last finished build wrote down; empty where there is none."""
    try:
        document = json.loads((study.folder / "build.json").read_text())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def remember(study: Study, recipe: BuildRecipe, encoder: TextEncoder, basis: str) -> None:
    """Write down what the study's artefacts in force were made with."""
    document = {
        "recipe": recipe.document(), "finished": time.time(), "pid": os.getpid(),
        "items": study.items_key, "basis": basis,
        "encoder": {"name": encoder.name, "key": encoder.key, "dim": encoder.dim,
                    "device": encoder.device, "precision": encoder.precision},
    }
    write_atomically(study.folder / "build.json", json.dumps(document, indent=1).encode())


def items_written(study: Study) -> int:
    """For how many items the last build was asked to write a text; 0 without one."""
    recipe = last_build(study).get("recipe")
    found = recipe.get("enriching") if isinstance(recipe, dict) else None
    return int(found.get("items", 0)) if isinstance(found, dict) else 0


def signals_asked(study: Study) -> str:
    """The signals that the last build was asked for; «auto» without one."""
    recipe = last_build(study).get("recipe")
    return str(recipe.get("signals", "auto")) if isinstance(recipe, dict) else "auto"


def settings_asked(study: Study) -> tuple[str, ...]:
    """The settings of signals that the last build was given; none without one."""
    recipe = last_build(study).get("recipe")
    given = recipe.get("settings", ()) if isinstance(recipe, dict) else ()
    return tuple(map(str, given)) if isinstance(given, list) else ()


def recipe_asked(study: Study) -> str:
    """The saved recipe that the last build took; "" where it chose by itself, or there is none."""
    recipe = last_build(study).get("recipe")
    return str(recipe.get("saved", "")) if isinstance(recipe, dict) else ""


def distilled_asked(study: Study) -> float:
    """How far the last build pulled items together that share entities; 0 without one."""
    recipe = last_build(study).get("recipe")
    return float(recipe.get("distilled", 0.0)) if isinstance(recipe, dict) else 0.0


def encoder_name(study: Study) -> str:
    """The encoder that the last build was asked for; «bundled» without one."""
    recipe = last_build(study).get("recipe")
    return str(recipe.get("encoder", "bundled")) if isinstance(recipe, dict) else "bundled"


def version(study: Study) -> str:
    """Changes with the study's data and with its last build: the key of all that is derived."""
    built = study.folder / "build.json"
    stamp = built.stat().st_mtime_ns if built.exists() else 0
    return f"{study.folder}:{study.key}:{stamp}"


def _last_basis(study: Study) -> str:
    built = last_build(study)
    same = built.get("items") == study.items_key
    return str(built.get("basis") or study.items_key) if same else study.items_key


def intact(store: Artefacts, stage: str, key: str) -> bool:
    """Whether the artefact is there and whole; a damaged one is removed.

    Item vectors of a version that did not keep the centers of distilled texts are not whole.
    """
    if not store.exists(stage, key):
        return False
    try:
        if stage in ("descriptions", "item_texts"):
            store.load_frame(stage, key)
        else:
            arrays = store.load_arrays(stage, key)
            if stage == "items" and not any(name in arrays for name in CENTERS):
                return False  # and it stays in force until it is made again
    except DamagedArtefactError:
        store.remove(stage, key)
        return False
    return True


def load_items(store: Artefacts, key: str, item_ids: np.ndarray) -> ItemVectors:
    """The item vectors named `key`."""
    from llmrec_core.embed import ItemVectors

    arrays = store.load_arrays("items", key)
    names = tuple(store.card("items", key)["fields"])
    return ItemVectors(item_ids, names, arrays["fields"], *(arrays.get(name) for name in CENTERS))


def load_descriptions(store: Artefacts, key: str) -> list[Any]:
    """The machine's descriptions named `key`, in user-number order."""
    from llmrec_core.describe import Description

    frame = store.load_frame("descriptions", key)
    return [Description.from_json(text) for text in frame["json"]]


def load_choice(store: Artefacts, key: str) -> tune.Choice:
    """The chosen settings and weights named `key`."""
    return tune.Choice.from_document(store.card("choice", key)["choice"])


def stored_profiles(
    store: Artefacts, keys: Keys, behaviour: Behaviour, scale: ValueScale
) -> Profiles:
    """The profiles of all users with the machine's descriptions."""
    arrays = store.load_arrays("sentences", keys.sentences)
    texts = [s.text for d in load_descriptions(store, keys.descriptions) for s in d.sentences]
    profiles = from_behaviour(behaviour, scale, dim=arrays["vectors"].shape[1])
    return profiles.with_text(arrays["vectors"], arrays["weights"], texts, arrays["start"])


def load_signals(
    store: Artefacts, keys: Keys, side: signals.ItemSide, choice: tune.Choice
) -> dict[str, signals.Signal]:
    """The fitted signals by name, in the order of the choice."""
    arrays = store.load_arrays("signals", keys.signals)
    out = {}
    for name, recipe in choice.recipes.items():
        mine = {
            key.partition("/")[2]: value for key, value in arrays.items()
            if key.partition("/")[0] == name
        }
        out[name] = signals.from_arrays(name, recipe, mine, side)
    return out


def build_card(study: Study) -> dict[str, Any]:
    """What the last build wrote down; raises `MissingArtefactError` without one of this version."""
    card = last_build(study)
    encoder = card.get("encoder")
    if not isinstance(card.get("recipe"), dict) or not isinstance(encoder, dict):
        raise MissingArtefactError(
            f"The study {study.name!r} is not built yet: run `llmrec build {study.name}` "
            "or press build on the data page."
        )
    if card["recipe"].get("version", BuildRecipe.version) != BuildRecipe.version:
        raise MissingArtefactError(
            f"The study {study.name!r} was built by another version of the studio: run "
            f"`llmrec build {study.name}` or press build on the data page."
        )
    return card
