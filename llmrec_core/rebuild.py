"""A build after few items were edited: what they touch is made again, the rest is kept.

The last full build is the *basis*. While fewer than MOST_CHANGED of its items have another title,
text or attribute, what is learned from everybody stays that of the basis: the chosen settings and
weights, the fitted signals, the means that vectors are centred on, and the layout of the map.
What belongs to a changed item is as a full build would make it, given those: its vectors and so
its scores, its neighbours and whose neighbour it is, its place on the map, and the descriptions of
all users who have it, against today's catalogue. Changes are counted against the basis, not
against the last rebuild: many small edits add up to a full build.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.build import Builder
from llmrec_core.errors import DamagedArtefactError, MissingArtefactError
from llmrec_core.made import BuildRecipe, Keys, intact, last_build
from llmrec_core.profile import sentence_layout
from llmrec_core.row_digests import row_digests

if TYPE_CHECKING:
    from llmrec_core.embed import TextEncoder
    from llmrec_core.progress import Reporter
    from llmrec_core.study import Study
    from llmrec_core.tables import Items

MOST_CHANGED = 0.01
"""From this share of changed items on everything is made again."""

BEGUN_WITH = ("items", "sentences", "picture", "map")
"""Stages whose arrays are taken over and changed; those of the other stages stay as they are."""


@dataclass(frozen=True)
class Basis:
    """The full build that a rebuild starts from.

    `changed` (c,) are the numbers of the items changed since; `arrays` the artefacts of the stages
    that a rebuild begins with (the digests of items already today's), `descriptions` the JSON of
    all descriptions.
    """

    items_key: str
    changed: np.ndarray
    arrays: dict[str, dict[str, np.ndarray]]
    descriptions: list[str]


def builder_for(
    study: Study, recipe: BuildRecipe, encoder: TextEncoder, report: Reporter
) -> Builder:
    """Who builds the study: a `Rebuilder` where an earlier build can be gone on from."""
    if recipe.enriching.on:
        from llmrec_core.enrich.building import EnrichedBuilder

        return EnrichedBuilder(study, recipe, encoder, report)
    whole = Builder(study, recipe, encoder, report)
    if recipe.distilled:  # an edited item moves all that share anything with it
        return whole
    if all(whole.store.exists(stage, key) for stage, key in _stages(whole.keys)):
        return whole
    basis = find_basis(study, recipe, encoder.key, whole.tables.items)
    if basis is None:
        return whole
    again = Rebuilder(study, recipe, encoder, report, basis)
    again.tables = whole.tables
    return again


def find_basis(
    study: Study, recipe: BuildRecipe, encoder_key: str, items: Items
) -> Basis | None:
    """The basis of a rebuild; None where the items, rows, settings or encoder differ too much.

    All artefacts of the basis must be there and whole.
    """
    from llmrec_core.embed import item_texts

    name = last_build(study).get("basis")
    if not isinstance(name, str) or name == study.items_key:
        return None
    keys, store = Keys.at(study, name, recipe, encoder_key, name), study.artefacts
    kept = [(stage, key) for stage, key in _stages(keys) if stage not in BEGUN_WITH]
    if not all(intact(store, stage, key) for stage, key in kept):
        return None
    try:
        if store.card("items", keys.items)["fields"] != list(item_texts(items)):
            return None
        then = {stage: store.load_arrays(stage, getattr(keys, stage)) for stage in BEGUN_WITH}
        written = store.load_frame("descriptions", keys.descriptions)["json"].tolist()
    except (DamagedArtefactError, MissingArtefactError):
        return None
    rows = then["items"].get("rows", np.zeros(0, np.uint64))
    if len(rows) != len(items):
        return None
    now = row_digests(items)
    changed = np.flatnonzero(rows != now)
    then["items"]["rows"] = now
    return Basis(name, changed, then, written) if len(changed) < MOST_CHANGED * len(items) else None


def _stages(keys: Keys) -> list[tuple[str, str]]:
    named = ((field.name, getattr(keys, field.name)) for field in fields(keys))
    return [(stage, key) for stage, key in named if key]


class Rebuilder(Builder):
    """The stages of a build on top of a basis; every method leaves the artefact of its stage."""

    def __init__(
        self, study: Study, recipe: BuildRecipe, encoder: TextEncoder, report: Reporter,
        basis: Basis,
    ) -> None:
        super().__init__(study, recipe, encoder, report)
        self.since, self.basis = basis, basis.items_key
        self.keys = Keys.of(study, recipe, encoder.key, basis.items_key)

    def card(self) -> dict[str, Any]:
        """As of any stage, with the basis and how many items changed since."""
        note = {"items": self.since.items_key, "changed": len(self.since.changed)}
        return {**super().card(), "basis": note}

    def items(self) -> None:
        """Vectors of the changed items, centred as the others are."""
        from llmrec_core.embed import item_texts

        changed = self.since.changed
        with self.timed() as card:
            old = self.since.arrays["items"]
            vectors = old["fields"].copy()
            texts = item_texts(self.tables.items)
            for f, column in enumerate(texts.values()):
                has = changed[[bool(column[i]) for i in changed]]
                vectors[f, changed] = 0
                vectors[f, has], _ = self.texts.sentences(
                    [column[i] for i in has], old["centers"][f], self.report.step
                )
            card["fields"] = list(texts)
        arrays = {**old, "fields": vectors}
        self.store.save_arrays("items", self.keys.items, arrays, card)

    def picture(self) -> None:
        """Neighbours, groups and anchors of what changed; the rest of the picture stays."""
        from llmrec_core import project

        with self.timed() as card:
            arrays = project.update_picture(
                self.since.arrays["picture"], self.item_vectors.concatenated, self.since.changed,
                self.behaviour.counts(),
            )
            card |= project.named_groups(self.tables.items, arrays)
        self.store.save_arrays("picture", self.keys.picture, arrays, card)

    @cached_property
    def readers(self) -> np.ndarray:
        """(k,) numbers of the users who have a changed item among their rows."""
        rows = np.isin(self.behaviour.item, self.since.changed)
        return np.unique(self.behaviour.user[rows])

    def descriptions(self) -> None:
        """Descriptions of the users who have a changed item, read against today's catalogue."""
        import pandas as pd

        from llmrec_core.evidence import background, user_evidence
        from llmrec_core.writing.tally import tally

        items = self.tables.items
        with self.timed() as card:
            crowd = background(self.behaviour, items)
            rows = self.behaviour.take(np.isin(self.behaviour.user, self.readers))
            evidence = user_evidence(rows, items, crowd=crowd)
            written = self.write([evidence[u] for u in self.readers])
            texts = list(self.since.descriptions)
            for user, description in zip(self.readers, written, strict=True):
                texts[user] = description.to_json()
            card |= {**tally(self.recipe.writing, written), "written": len(written)}
        frame = pd.DataFrame({"json": texts})
        self.store.save_frame("descriptions", self.keys.descriptions, frame, card)

    def sentences(self) -> None:
        """Vectors of the sentences that were written again."""
        from llmrec_core.describe import Description

        old = self.since.arrays["sentences"]
        with self.timed() as card:
            frame = self.store.load_frame("descriptions", self.keys.descriptions)
            written = [Description.from_json(str(frame["json"].iat[u])) for u in self.readers]
            texts, weights, start = sentence_layout(written)
            vectors, center = self.texts.sentences(texts, old["center"], self.report.step)
            new = {"vectors": vectors, "weights": weights, "start": start}
            arrays = {**spliced(old, new, self.readers), "center": center}
        self.store.save_arrays("sentences", self.keys.sentences, arrays, card)

    def map(self) -> None:
        """The map of the basis with the changed items, and who likes them, placed anew."""
        from llmrec_core import project

        picture = self.store.load_arrays("picture", self.keys.picture)
        with self.timed() as card:
            arrays, card["placement"] = project.update_layout(
                self.since.arrays["map"], picture, self.since.changed,
                self.item_vectors.concatenated,
            )
        self.store.save_arrays("map", self.keys.map, arrays, card)


def spliced(
    old: dict[str, np.ndarray], new: dict[str, np.ndarray], users: np.ndarray
) -> dict[str, np.ndarray]:
    """The sentences of all users, those of `users` taken from `new` in their order.

    Both have `vectors` (m, dim), `weights` (m,) and `start` (users + 1,).
    """
    lengths = np.diff(old["start"])
    lengths[users] = np.diff(new["start"])
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    fresh = np.zeros(len(lengths), bool)
    fresh[users] = True
    is_new = np.repeat(fresh, lengths)
    kept = ~np.repeat(fresh, np.diff(old["start"]))
    out = {"start": start}
    for name in ("vectors", "weights"):
        whole = np.empty((len(is_new), *old[name].shape[1:]), old[name].dtype)
        whole[is_new], whole[~is_new] = new[name], old[name][kept]
        out[name] = whole
    return out
