"""Maps as plain documents: what was laid out, how far it can be trusted, what its groups are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from llmrec_core.atlas import Atlas
    from llmrec_core.project import MapRecipe
    from llmrec_core.recommender import Recommender
    from llmrec_core.telling import Tell
    from llmrec_core.writing.settings import Writing


def map_document(
    recommender: Recommender, recipe: MapRecipe, tell: Tell | None = None,
    writing: Writing | None = None, plain: bool = False,
) -> dict[str, Any]:
    """Lay a map out where it is not there yet: {study, of, method, settings, items, users,
    placement, groups: [{name, terms, writer, fallback, items}]}.

    With `writing` the groups are named by that writer, and stay so until `plain` takes the names
    away; `terms` is the plain name.
    """
    from llmrec_core import atlas

    world = atlas.lay_out(recommender.study, recommender, recipe, tell)
    if plain:
        atlas.forget_names(recommender.study, world)
    settings = {name: value for name, value in recipe.document().items() if name not in _NAMED}
    return {
        "study": recommender.study.name, "of": world.of, "method": world.method,
        "settings": settings, "items": _placed(world.item_xy), "users": _placed(world.user_xy),
        "placement": dict(world.placement), "groups": _groups(recommender, world, writing, tell),
    }


_NAMED = ("stage", "version", "of")


def _placed(xy: np.ndarray) -> int:
    return int(np.isfinite(xy).all(axis=1).sum())


def _groups(
    recommender: Recommender, world: Atlas, writing: Writing | None, tell: Tell | None
) -> list[dict[str, Any]]:
    from llmrec_core import atlas
    from llmrec_core.project.named import GroupName
    from llmrec_core.telling import telling
    from llmrec_core.writing.desk import open_desk

    study = recommender.study
    if writing is None:
        names = atlas.names_kept(study, world)
    else:
        with telling(study.folder, atlas.NAMING, tell) as say:
            names = atlas.write_names(
                study, recommender, world, open_desk(writing, study), language=writing.language,
                tell=lambda done, total: say("naming groups", done, total),
            )
    names = names or tuple(GroupName(label) for label in world.cluster_labels)
    placed = np.isfinite(world.item_xy).all(axis=1)
    sizes = np.bincount(world.cluster[placed], minlength=len(names))
    return [
        {"name": name.text, "terms": label, "writer": name.writer or None,
         "fallback": name.fallback, "items": int(size)}
        for name, label, size in zip(names, world.cluster_labels, sizes, strict=True)
    ]


def map_lines(document: dict[str, Any]) -> Iterator[str]:
    """The map in sentences."""
    from llmrec_core.project.spaces import MEANINGS, Space

    held = MEANINGS[Space(document["of"])]
    yield (
        f"{document['method']} map of {document['items']:,} items and {document['users']:,} users: "
        f"items are held by {held}."
    )
    yield from trust_lines(document["placement"])
    for group in document["groups"]:
        told = f"  {group['items']:>6,}  {group['name']}"
        yield told if group["name"] == group["terms"] else f"{told} ({group['terms']})"
        if group["fallback"]:
            yield f"          by its words: {group['fallback']}"


def trust_lines(placement: dict[str, float]) -> Iterator[str]:
    """How far a map can be trusted, in plain words; nothing of what is not defined."""
    trust, kept = (placement.get(x, np.nan) for x in ("trustworthiness", "neighbours_kept"))
    if np.isfinite(trust):
        yield (
            f"Trustworthiness {trust:.2f}: 1 would mean that all neighbours on the map are "
            "neighbours in the space, .5 is what chance gives."
        )
    if np.isfinite(kept):
        yield f"Of an item's nearest items {100 * kept:.0f} % are among its nearest on the map."
    if np.isfinite(placement.get("ratio", np.nan)):
        yield (
            f"Users lie {placement['liked_distance']:.2f} from items they like and "
            f"{placement['random_distance']:.2f} from random items (medians, map units)."
        )
