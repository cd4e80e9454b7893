"""How to read a map, and how far it can be trusted, in words."""

from __future__ import annotations

import numpy as np

from llmrec_core.atlas import PCA, Atlas
from llmrec_core.project.spaces import Space

_NEAR = {
    Space.TEXT: "the nearest items in meaning",
    Space.TASTE: "the items that liking them speaks for most",
    Space.COLLABORATIVE: "the items that the same people take",
}
_FAR = {
    Space.TEXT: "in the items' texts", Space.TASTE: "in taste",
    Space.COLLABORATIVE: "in who takes them",
}
_DIFFER = {
    Space.TEXT: "in which the items' texts differ most",
    Space.TASTE: "in which the items differ most by what liking one says of another",
    Space.COLLABORATIVE: "in which the items differ most by who takes them",
}


def how_drawn(atlas: Atlas) -> str:
    """What nearness means on this map, and how far it can be trusted."""
    of = Space(atlas.of)
    if atlas.method == PCA:
        return (
            f"First picture (PCA): the two directions {_DIFFER[of]}. Users lie at the mean of up "
            "to ten items they like. The UMAP layout replaces it when it is done (a build lays out "
            "the study's own map); distances in this picture are rough."
        )
    words = (
        "UMAP of items and users together: what lies close is alike, the axes mean nothing. Items "
        f"are held by {_NEAR[of]}; a user hangs on up to ten liked items that say most about them."
    )
    return words + _placed(atlas) + _trusted(atlas, of)


def _placed(atlas: Atlas) -> str:
    report = atlas.placement
    if not np.isfinite(report.get("ratio", np.nan)):
        return ""
    return (
        f" In map units a user lies {report['liked_distance']:.2f} from liked items and "
        f"{report['random_distance']:.2f} from random items (medians), a ratio of "
        f"{report['ratio']:.2f}: 1 would mean that the map says nothing about users."
    )


def _trusted(atlas: Atlas, of: Space) -> str:
    kept = atlas.placement.get("neighbours_kept", np.nan)
    trust = atlas.placement.get("trustworthiness", np.nan)
    words = ""
    if np.isfinite(kept):
        words += f" Of an item's nearest items {_FAR[of]} {100 * kept:.0f} % are nearest here too."
    if np.isfinite(trust):
        words += (
            f" Trustworthiness {trust:.2f} (15 neighbours): 1 would mean that all that lies close "
            f"here is close {_FAR[of]}, 0.5 is about what chance gives."
        )
    return words
