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
    look: Mapping[str, Any] = _LOOK, lines: Sequence[int] = (0,),
) -> list[dict[str, Any]]:
    """Annotations with the names of the largest groups at their middle.

    `xy` (n, 2) are the items in the picture (nan is left out), `group` (n,) their groups, `size`
    (2,) the width and height of the picture in map units. A name that would lie on another one, or
    on a point of `keep_off`, is moved up or down by so many of `lines`, or left out. `look` are
    further settings of the annotations.
    """
    placed = np.isfinite(xy).all(axis=1)
    xy, group = xy[placed], group[placed]
    found, sizes = np.unique(group, return_counts=True)
    taken = [np.asarray(mark) for mark in keep_off if mark is not None]
    out: list[dict[str, Any]] = []
    for number in found[np.argsort(-sizes, kind="stable")]:
        place = _clear_place(np.median(xy[group == number], axis=0), taken, size * apart, lines)
        if len(out) == most or place is None:
            continue
        taken.append(place)
        out.append({"x": float(place[0]), "y": float(place[1]), "showarrow": False,
                    "text": label(names[number], 32), **look})
    return out


def _clear_place(
    middle: np.ndarray, taken: Sequence[np.ndarray], apart: np.ndarray, lines: Sequence[int]
) -> np.ndarray | None:
    """The first of the lines above and below the middle where nothing else lies; None without."""
    for step in lines:
        place = np.asarray(middle + np.array([0, step * apart[1]]))
        if all((np.abs(place - other) >= apart * 0.999).any() for other in taken):
            return place
    return None
