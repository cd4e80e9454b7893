"""Vectors -> neighbours and a 2-D map of items and users.

Neighbours are computed once and exactly; the map, the «similar items» list and the placement of
new points all read the same ones. Users have no vectors of their own on the map: they are anchored
on items they like (`user_anchors`), so they land among them.
"""

from llmrec_core.project.labels import (
    LABELS,
    item_labels,
    named_groups,
    read_items,
    text_labels,
)
from llmrec_core.project.neighbours import Neighbours, joint_neighbours, nearest, user_anchors
from llmrec_core.project.positions import pca_layout, transform_points, umap_layout
from llmrec_core.project.report import (
    clusters,
    neighbours_kept,
    placement_report,
    trustworthiness,
)
from llmrec_core.project.spaces import MapRecipe, Space, collaborative_vectors, taste_vectors
from llmrec_core.project.stages import layout, liked_lists, picture
from llmrec_core.project.update import update_layout, update_picture

__all__ = [
    "LABELS",
    "MapRecipe",
    "Neighbours",
    "Space",
    "clusters",
    "collaborative_vectors",
    "item_labels",
    "joint_neighbours",
    "layout",
    "liked_lists",
    "named_groups",
    "nearest",
    "neighbours_kept",
    "pca_layout",
    "picture",
    "placement_report",
    "read_items",
    "taste_vectors",
    "text_labels",
    "transform_points",
    "trustworthiness",
    "umap_layout",
    "update_layout",
    "update_picture",
    "user_anchors",
]
