"""The stages in order: what is already there is kept, what is missing is made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core import signals, tune
from llmrec_core.artefacts import Artefacts
from llmrec_core.choosing import fresh_choice, refuse, saved_choice
from llmrec_core.concepts.side import with_concepts
from llmrec_core.errors import StudioError
from llmrec_core.made import (
    CENTERS,
    BuildRecipe,
    Keys,
    intact,
    load_choice,
    load_descriptions,
    load_items,
    remember,
    stored_profiles,
)
from llmrec_core.profile import ValueScale, sentence_layout
from llmrec_core.progress import CANCELLED, DONE, FAILED, Reporter
from llmrec_core.provenance import versions
from llmrec_core.row_digests import row_digests
from llmrec_core.signals.knowledge import Knowledge
from llmrec_core.signals.lessons import with_lessons
from llmrec_core.steer import vocabulary
from llmrec_core.study import Study, home
from llmrec_core.writing.settings import WriterKind

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.describe import Description
    from llmrec_core.embed import ItemVectors, TextEncoder
    from llmrec_core.evidence import Evidence
    from llmrec_core.llm.limits import Limits
    from llmrec_core.tables import Items, Tables
    from llmrec_core.texts import Texts
    from llmrec_core.writing.desk import Desk


class Builder:
    """Builds one study; each stage is a method that returns nothing and leaves an artefact."""

    limits: Limits | None = None
    """How long and for how much a model is asked; None is what the environment says."""

    def __init__(
        self, study: Study, recipe: BuildRecipe, encoder: TextEncoder, report: Reporter
    ) -> None:
        from llmrec_core.texts import Texts

        self.study, self.recipe, self.encoder, self.report = study, recipe, encoder, report
        self.texts: Texts = Texts(encoder, home() / "cache")
        self.basis = study.items_key
        self.keys = Keys.of(study, recipe, encoder.key, self.basis)
        self.store: Artefacts = study.artefacts

    @cached_property
    def tables(self) -> Tables:
        """The study's tables, read once."""
        return self.study.tables()

    @cached_property
    def behaviour(self) -> Behaviour:
        """All rows that count."""
        return self.study.behaviour(self.tables)

    @cached_property
    def scale(self) -> ValueScale:
        """How values become levels."""
        return ValueScale.of(self.behaviour.value)

    def stages(self) -> list[tuple[str, str, str, Callable[[], None]]]:
        """(words, stage, key, method) in order; a stage whose artefact exists is skipped."""
        k = self.keys
        return [
            ("encoding item texts", "items", k.items, self.items),
            ("drawing a first picture", "picture", k.picture, self.picture),
            ("writing descriptions", "descriptions", k.descriptions, self.descriptions),
            ("encoding descriptions", "sentences", k.sentences, self.sentences),
            ("choosing settings and weights", "choice", k.choice, self.choice),
            ("fitting signals", "signals", k.signals, self.signals),
            ("laying out the map", "map", k.map, self.map),
        ]

    @property
    def described_items(self) -> Items:
        """The items as they are encoded."""
        return self.tables.items

    def items(self) -> None:
        """Vectors of every text field of every item."""
        with self.timed() as card:
            vectors = self.pulled(self.texts.items(self.described_items, self.report.step))
            card |= {"fields": list(vectors.fields), "encoder": self.encoder.name,
                     "device": self.encoder.device, "precision": self.encoder.precision}
        # The digests tell a rebuild which items changed since.
        arrays = {"fields": vectors.field_vectors, "rows": row_digests(self.tables.items)}
        for name in CENTERS:
            if getattr(vectors, name) is not None:
                arrays[name] = getattr(vectors, name)
        self.store.save_arrays("items", self.keys.items, arrays, card)

    def pulled(self, vectors: ItemVectors) -> ItemVectors:
        """The vectors with what the items share distilled into them, where that is asked for."""
        if not self.recipe.distilled:
            return vectors
        from llmrec_core.signals.distil import distilled
        from llmrec_core.signals.entities import entities_of

        known = entities_of(self.tables.items, self.tables.triples)
        return distilled(vectors, known, self.recipe.distilled)

    @cached_property
    def item_vectors(self) -> ItemVectors:
        """The stored item vectors."""
        return load_items(self.store, self.keys.items, self.behaviour.item_ids)

    def descriptions(self) -> None:
        """A description of every user, from all rows of the study."""
        import pandas as pd

        from llmrec_core.evidence import user_evidence
        from llmrec_core.writing.tally import tally

        with self.timed() as card:
            written = self.write(user_evidence(self.behaviour, self.tables.items))
            card |= tally(self.recipe.writing, written)
        frame = pd.DataFrame({"json": [d.to_json() for d in written]})
        self.store.save_frame("descriptions", self.keys.descriptions, frame, card)

    @cached_property
    def desk(self) -> Desk | None:
        """Where a model writes, opened by the first stage that needs it; None for the template."""
        from llmrec_core.writing.desk import open_desk

        how = self.recipe.writing
        asks = how.writer != WriterKind.TEMPLATE
        return open_desk(how, self.study, self.limits) if asks else None

    def write(self, evidence: Sequence[Evidence]) -> list[Description]:
        """Descriptions by the study's writer, of the users in its sample of all users."""
        from llmrec_core.writing.chat import sampled, write_all

        how = self.recipe.writing
        chosen = sampled(self.behaviour, how)
        return write_all(
            evidence, self.tables.items, how, self.desk, self.report.step, chosen=chosen
        )

    def sentences(self) -> None:
        """Vectors of all sentences."""
        written = load_descriptions(self.store, self.keys.descriptions)
        texts, weights, start = sentence_layout(written)
        with self.timed() as card:
            vectors, center = self.texts.sentences(texts, progress=self.report.step)
        arrays = {"vectors": vectors, "weights": weights, "start": start, "center": center}
        self.store.save_arrays("sentences", self.keys.sentences, arrays, card)

    def choice(self) -> None:
        """Settings of every signal, on each user's last fifth, and the default weights."""
        with self.timed() as card:
            chosen = self.chosen()
            # Writing three folds with a model would cost three times the study's descriptions.
            card |= {"choice": chosen.document(), "descriptions": "template"}
        weights = np.array(list(chosen.weights.values()), np.float32)
        self.store.save_arrays("choice", self.keys.choice, {"weights": weights}, card)

    def chosen(self) -> tune.Choice:
        """The saved recipe that was asked for, else what suits the rows."""
        if self.recipe.saved:
            return saved_choice(self.study, self.recipe)
        return fresh_choice(
            self.behaviour, self.tables, self.choice_side, self.texts, self.scale,
            recipe=self.recipe, report=self.report,
        )

    @cached_property
    def side(self) -> signals.ItemSide:
        """The item side of the text signals, without lessons: their center differs from fit to
        fit."""
        return signals.item_side(self.item_vectors, self.tables)

    @property
    def choice_side(self) -> signals.ItemSide:
        """The item side that settings and weights are chosen on."""
        return self.side

    def signals(self) -> None:
        """Every signal, fitted on all rows with the chosen settings."""
        chosen = load_choice(self.store, self.keys.choice)
        profiles = stored_profiles(self.store, self.keys, self.behaviour, self.scale)
        center = self.store.load_arrays("sentences", self.keys.sentences)["center"]
        side = with_lessons(self.side, vocabulary(self.tables.items), self.texts, center)
        side = with_concepts(side, self.tables.items, self.texts, center)
        arrays: dict[str, np.ndarray] = {}
        with self.timed() as card:
            stage = self.report.state.stage
            for done, (name, recipe) in enumerate(chosen.recipes.items()):
                self.report.part(f"{stage}: {signals.label(name)}", done, len(chosen.recipes))
                signal = signals.fit(name, profiles, side, recipe, tell=self.report.step)
                arrays |= {f"{name}/{key}": value for key, value in signal.arrays().items()}
                if isinstance(signal, Knowledge):
                    card["relations"] = signal.relation_weights()
            card |= {"recipes": chosen.document()["recipes"]}
        self.store.save_arrays("signals", self.keys.signals, arrays, card)

    def picture(self) -> None:
        """Neighbours, groups and anchors, and a PCA picture that is ready at once."""
        from llmrec_core import project

        with self.timed() as card:
            arrays = project.picture(
                self.item_vectors.concatenated, self.behaviour, self.scale,
                k=self.recipe.map_neighbours,
            )
            card |= project.named_groups(self.tables.items, arrays)
        self.store.save_arrays("picture", self.keys.picture, arrays, card)

    def map(self) -> None:
        """The joint UMAP of items and users, and how near users are to what they like."""
        from llmrec_core import project

        base = self.store.load_arrays("picture", self.keys.picture)
        with self.timed() as card:
            arrays, card["placement"] = project.layout(
                base, self.item_vectors.concatenated, seed=self.recipe.map_seed,
                tell=self.report.step,
            )
        self.store.save_arrays("map", self.keys.map, arrays, card)

    @contextmanager
    def timed(self) -> Iterator[dict[str, Any]]:
        """A card that gets the recipe, the versions and the seconds of what happens inside."""
        begun = time.perf_counter()
        card = self.card()
        yield card
        card["seconds"] = round(time.perf_counter() - begun, 3)

    def card(self) -> dict[str, Any]:
        """What is known of an artefact before it is made."""
        return {"recipe": self.recipe.document(), "versions": versions()}


def build(
    study: Study, recipe: BuildRecipe | None = None, *, encoder: TextEncoder | None = None,
    listener: Callable[[Any], object] | None = None, desk: Desk | None = None,
    limits: Limits | None = None,
) -> Keys:
    """Make everything that is missing; an interrupted build goes on where it stopped.

    Where only few items were edited since the last full build, goes on from that (see `rebuild`).
    `desk` is where a model writes (default: the one that the recipe's writing names, opened with
    `limits` when it is needed).
    Writes its progress to `study.progress_path`. A damaged artefact is made again. Raises
    `StudioError` when another process builds the same study.
    """
    from llmrec_core.embed import load_encoder
    from llmrec_core.rebuild import builder_for  # which extends the Builder above

    recipe = recipe or BuildRecipe()
    with study.alone():
        report = Reporter(study.progress_path, 7 + recipe.enriching.on, listener)
        try:
            study.artefacts.sweep()
            model = encoder or load_encoder(recipe.encoder)
            builder = builder_for(study, recipe, model, report)
            builder.limits = limits
            if desk is not None:
                builder.desk = desk
            if not builder.store.exists("choice", builder.keys.choice):
                refuse(recipe, builder.behaviour, builder.tables)  # at once
            for number, (words, stage, key, method) in enumerate(builder.stages()):
                report.stage(words, number)
                if not intact(builder.store, stage, key):
                    method()
            remember(study, recipe, model, builder.basis)
            report.end(DONE)
        except KeyboardInterrupt:
            report.end(CANCELLED, "The build was cancelled; what was finished is kept.")
            raise
        except BaseException as error:
            report.end(FAILED, str(error) if isinstance(error, StudioError) else repr(error))
            raise
    return builder.keys
