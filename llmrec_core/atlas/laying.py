"""Laying out a map of another space: told as it goes, kept when it is done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from llmrec_core import project
from llmrec_core.atlas.spaces import STAGE, is_builds_own, layout_key, load_space, space_vectors
from llmrec_core.atlas.stored import Atlas
from llmrec_core.project.spaces import MapRecipe, space_picture
from llmrec_core.provenance import versions
from llmrec_core.telling import Tell, Told, telling

if TYPE_CHECKING:
    from llmrec_core.recommender import Recommender
    from llmrec_core.study import Study

LOCK = "map.lock"
"""Held by the layout that tells how far it is."""
PROGRESS = "map.json"
PHASES = ("finding the nearest items", "laying out the map", "naming its groups")
"""What a layout does, by the words of its steps."""
TOLD = Told(
    LOCK, PROGRESS, "has a map laid out", len(PHASES),
    lambda words: PHASES.index(words) if words in PHASES else 0,
    "The map was cancelled; nothing of it is kept.",
)
NAMING = Told(
    "map_names.lock", "map_names.json", "has its groups named", 1, lambda _: 0,
    "The naming was cancelled; the groups keep the names that they had.",
)
"""A writer that names a map's groups, as it is told to a page."""


def lay_out(
    study: Study, recommender: Recommender, recipe: MapRecipe, tell: Tell | None = None
) -> Atlas:
    """The map that `recipe` asks for, laid out and kept where it is not there yet.

    Seeded and on one thread: the same each time. Raises `InputError` where the space has no map
    (see `load_space`). The build's own map is left to the build.
    """
    if not is_builds_own(recommender, recipe):
        key = layout_key(recommender, recipe)
        if not study.artefacts.exists(STAGE, key):
            with telling(study.folder, TOLD, tell) as say:
                _lay_out(study, recommender, recipe, key, say)
    return load_space(study, recommender, recipe)


def _lay_out(
    study: Study, recommender: Recommender, recipe: MapRecipe, key: str, say: Tell
) -> None:
    begun = time.perf_counter()
    near, lay, name = PHASES
    say(near, 0, 1)
    vectors = space_vectors(recommender, recipe.of)
    base = space_picture(vectors, recommender.behaviour, recommender.scale, recipe.neighbours)
    say(lay, 0, recipe.epochs)
    arrays, placement = project.layout(
        base, vectors, seed=recipe.seed, n_epochs=recipe.epochs, min_dist=recipe.min_dist,
        tell=lambda done, total: say(lay, done, total),
    )
    say(name, 0, 1)
    arrays |= {name: base[name] for name in ("item_index", "item_similarity", "item_cluster")}
    items = recommender.tables.items
    card = {
        "layout": recipe.document(), "placement": placement, "versions": versions(),
        "cluster_labels": project.item_labels(items, arrays["item_cluster"], arrays["item_xy"]),
        "seconds": round(time.perf_counter() - begun, 3),
    }
    study.artefacts.save_arrays(STAGE, key, arrays, card)
