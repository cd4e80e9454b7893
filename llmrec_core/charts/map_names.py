"""The names of groups, written on a map where their items are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from llmrec_core.charts.labels import label

FEW = 4
"""Names on a small map."""
_APART = np.array([0.4, 0.08])
"""How far apart names and marks are kept, as shares of the window's width and height."""
_LOOK: Mapping[str, Any] = {"font": {"size": 12}, "opacity": 0.8}


def group_notes(
    xy: np.ndarray, group: np.ndarray, names: Sequence[str], size: np.ndarray, *,
    keep_off: Sequence[np.ndarray | None] = (), most: int = FEW, apart: np.ndarray = _APART,
    look: Mapping[str, Any] = _LOOK,
) -> list[dict[str, Any]]:
    """Annotations with the names of the largest groups at their middle.

    `xy` (n, 2) are the items in the picture (nan is left out), `group` (n,) their groups, `size`
    (2,) the width and height of the picture in map units. A name that would lie on another one, or
    on a point of `keep_off`, is left out. `look` are further settings of the annotations.
    """
    placed = np.isfinite(xy).all(axis=1)
    xy, group = xy[placed], group[placed]
    found, sizes = np.unique(group, return_counts=True)
    taken = [np.asarray(mark) for mark in keep_off if mark is not None]
    out: list[dict[str, Any]] = []
    for number in found[np.argsort(-sizes, kind="stable")]:
        middle = np.median(xy[group == number], axis=0)
        clear = all((np.abs(middle - other) > size * apart).any() for other in taken)
        if len(out) == most or not clear:
            continue
        taken.append(middle)
        out.append({"x": float(middle[0]), "y": float(middle[1]), "showarrow": False,
                    "text": label(names[number], 32), **look})
    return out
