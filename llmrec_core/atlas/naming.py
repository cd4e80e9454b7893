"""Names of a map's groups by the study's writer: asked for once, kept beside the map."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.atlas.facts import STAGE
from llmrec_core.errors import DamagedArtefactError, MissingArtefactError
from llmrec_core.project.labels import group_terms, read_items
from llmrec_core.project.named import GroupMaterial, GroupName, rewrite
from llmrec_core.recipe import digest
from llmrec_core.writing.catalogue import Catalogue

if TYPE_CHECKING:
    from llmrec_core.atlas.stored import Atlas
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study
    from llmrec_core.writing.desk import Desk

MOST_TITLES = 6


def write_names(
    study: Study, recommender: Recommender, world: Atlas, desk: Desk, *,
    language: str = "English", tell: Callable[[int, int], object] | None = None,
) -> tuple[GroupName, ...]:
    """Names for the groups of `world` by the model at the desk, kept where one could be used.

    They take the place of those that were kept for the same groups before; where no answer could
    be used, those stay.
    """
    items = recommender.tables.items
    names = tuple(rewrite(
        world.cluster_labels, material_of(recommender, world), desk,
        things=Catalogue.of(items).things, language=language,
        titles=[str(title) for title in recommender.titles], tell=tell,
    ))  # fmt: skip
    if any(name.writer for name in names):
        card = {"names": [asdict(name) for name in names]}
        study.artefacts.save_arrays(STAGE, _key(world), {}, card)
    return names


def names_kept(study: Study, world: Atlas) -> tuple[GroupName, ...]:
    """The names that a writer gave the groups of `world`; none where it was not asked."""
    with contextlib.suppress(MissingArtefactError, DamagedArtefactError, KeyError, TypeError):
        card = study.artefacts.card(STAGE, _key(world))
        return tuple(GroupName(**name) for name in card["names"])
    return ()


def forget_names(study: Study, world: Atlas) -> None:
    """Back to the plain names; what the model answered stays known."""
    study.artefacts.remove(STAGE, _key(world))


def material_of(recommender: Recommender, world: Atlas) -> list[GroupMaterial]:
    """The terms of each group, and the titles of the items nearest to its middle."""
    vectors = recommender.item_vectors.concatenated if world.vectors is None else world.vectors
    placed = np.flatnonzero(np.isfinite(world.item_xy).all(axis=1))
    texts, kinds = read_items(recommender.tables.items)
    terms = group_terms(
        world.cluster[placed], [texts[row] for row in placed], [kinds[row] for row in placed]
    )
    out = []
    for number in range(len(world.cluster_labels)):
        own = placed[world.cluster[placed] == number]
        near = vectors[own] @ vectors[own].sum(axis=0)
        middle = own[np.argsort(-near, kind="stable")[:MOST_TITLES]]
        found = terms[number] if number < len(terms) else []
        out.append(GroupMaterial(tuple(found), tuple(world.title(int(i)) for i in middle)))
    return out


def _key(world: Atlas) -> str:
    """Names belong to the groups, whatever these are called: «Group 1» may be on any map."""
    groups = np.ascontiguousarray(world.cluster, np.int32).tobytes()
    return digest(["names", hashlib.blake2b(groups, digest_size=8).hexdigest(),
                   *world.cluster_labels])  # fmt: skip
