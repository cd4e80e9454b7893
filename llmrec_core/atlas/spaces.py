"""Maps of other spaces and settings: the finished layout, a PCA picture while there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.atlas.facts import labels_known, placement_known
from llmrec_core.atlas.stored import PCA, UMAP, Atlas, load, ready
from llmrec_core.errors import DamagedArtefactError, InputError, MissingArtefactError
from llmrec_core.project.positions import transform_points
from llmrec_core.project.spaces import (
    FACTORS,
    MapRecipe,
    Space,
    collaborative_vectors,
    space_start,
    taste_vectors,
)

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study

STAGE = MapRecipe.stage


def offered(recommender: Recommender) -> list[Space]:
    """The spaces that the build can be mapped in; «taste» needs the signal of that name."""
    return [of for of in Space if of is not Space.TASTE or of.value in recommender.signals]


def load_space(
    study: Study, recommender: Recommender, recipe: MapRecipe, vectors: np.ndarray | None = None
) -> Atlas:
    """The map that `recipe` asks for: the build's own where it is that one.

    While its layout is not there (`lay_out` makes it), the `first_picture` of the space. `vectors`
    are those of the space where they are known: they depend on no other setting. Raises
    `InputError` for the taste space of a build without that signal, `MissingArtefactError` while
    the build has no picture.
    """
    if is_builds_own(recommender, recipe):
        return opened(study, recommender)
    key = layout_key(recommender, recipe)
    if vectors is None:
        vectors = space_vectors(recommender, recipe.of)
    try:
        arrays, card = study.artefacts.load_arrays(STAGE, key), study.artefacts.card(STAGE, key)
        labels, placement = tuple(map(str, card["cluster_labels"])), dict(card["placement"])
    except MissingArtefactError:
        return first_picture(study, recommender, recipe.of, vectors)
    except (DamagedArtefactError, KeyError, TypeError, ValueError):
        study.artefacts.remove(STAGE, key)  # `lay_out` makes it again
        return first_picture(study, recommender, recipe.of, vectors)
    return Atlas(
        UMAP, key, recommender.tables, recommender.behaviour, arrays["item_xy"], arrays["user_xy"],
        arrays["item_index"], arrays["item_similarity"], arrays["item_cluster"],
        labels, placement, recipe.of, vectors,
    )


def spaces_ready(study: Study, recommender: Recommender) -> list[MapRecipe]:
    """The recipes of all layouts that are finished for this build, the build's own first."""
    out = []
    for key in study.artefacts.keys(STAGE):
        try:
            recipe = MapRecipe.from_document(study.artefacts.card(STAGE, key)["layout"])
            if key == layout_key(recommender, recipe):
                out.append(recipe)
        except (DamagedArtefactError, MissingArtefactError, InputError, KeyError, TypeError,
                ValueError):  # fmt: skip
            continue  # damaged, of an earlier version, or of a signal that is no longer there
    out.sort(key=lambda recipe: (recipe.of, recipe.neighbours, recipe.min_dist, recipe.seed))
    picture = ready(study, recommender.keys)[1]
    return [builds_own(recommender), *out] if picture is not None else out


def builds_own(recommender: Recommender) -> MapRecipe:
    """The recipe of the map that the build itself lays out."""
    made = recommender.recipe
    return MapRecipe(neighbours=made.map_neighbours, seed=made.map_seed)


def is_builds_own(recommender: Recommender, recipe: MapRecipe) -> bool:
    """Whether the build lays this map out by itself."""
    return recipe == builds_own(recommender)


def opened(study: Study, recommender: Recommender) -> Atlas:
    """The build's own map, or its first picture, with all that is said of it."""
    picture, layout = ready(study, recommender.keys)
    atlas = load(
        study, picture, layout, loaded=recommender.tables, behaviour=recommender.behaviour
    )
    vectors, store = recommender.item_vectors.concatenated, study.artefacts
    items = recommender.tables.items
    names = labels_known(store, picture, items, atlas.cluster, atlas.item_xy)
    placement = placement_known(store, layout, vectors, atlas.item_xy) if layout else {}
    return replace(atlas, vectors=vectors, cluster_labels=names, placement=placement)


def layout_key(recommender: Recommender, recipe: MapRecipe) -> str:
    """The name of the layout: its settings, the space's vectors, and whom users like."""
    keys, study = recommender.keys, recommender.study
    if recipe.of == Space.COLLABORATIVE:
        return recipe.key(study.behaviour_key, FACTORS.key())
    if recipe.of == Space.TASTE:
        _refuse(recommender)
        return recipe.key(keys.items, keys.signals, study.behaviour_key)
    return recipe.key(keys.items, study.behaviour_key)


def space_vectors(recommender: Recommender, of: str) -> np.ndarray:
    """(n_items, dim) float32: the items in the space `of`, rows of norm 1 or 0."""
    from llmrec_core import signals
    from llmrec_core.signals.taste import Taste

    texts = recommender.item_vectors.concatenated
    if of == Space.TEXT:
        return texts
    if of == Space.COLLABORATIVE:
        side = signals.item_side(recommender.item_vectors, recommender.tables)
        found = collaborative_vectors(recommender.profiles, side)
    else:
        _refuse(recommender)
        signal: Any = recommender.signals[Taste.name]
        found = taste_vectors(texts, signal.weight)
    found.setflags(write=False)
    return found


def _refuse(recommender: Recommender) -> None:
    if Space.TASTE.value not in recommender.signals:
        raise InputError(
            f"The build of {recommender.study.name!r} has no taste signal, so there is no taste "
            "map: build with --signals auto,taste or choose another space."
        )


def first_picture(
    study: Study, recommender: Recommender, of: str, vectors: np.ndarray
) -> Atlas:
    """The PCA of a space's `vectors`: there at once, without a search of neighbours.

    Users at the mean of the anchors that they have on the build's map, groups those of that map:
    one picture a space, whatever the settings of the layout that is to come.
    """
    key = layout_key(recommender, MapRecipe(of=of))
    built = opened(study, recommender)
    picture, _ = ready(study, recommender.keys)
    anchors = study.artefacts.load_arrays("picture", picture)["anchors"]
    item_xy = space_start(vectors)
    # An anchor without a place in this space holds nobody.
    placed = np.isfinite(item_xy).all(axis=1)
    anchors = np.where((anchors >= 0) & placed[anchors], anchors, -1)
    none = np.zeros((len(vectors), 0), np.int32)
    return replace(
        built, method=PCA, key=f"{key}-first", item_xy=item_xy,
        user_xy=transform_points(anchors, item_xy, epochs=0), item_index=none,
        item_similarity=none.astype(np.float32), placement={}, of=of, vectors=vectors,
    )
