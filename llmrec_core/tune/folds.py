"""Training rows split again: what settings and weights are judged on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llmrec_core.behaviour import Split, SplitKind, split

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles

Fold = tuple["Profiles", Any]
"""Profiles of inner training rows (what signals are fitted on) and the csr of what was held out."""


def splits_like(first: Split) -> list[Split]:
    """The splits that weights are judged on: `first`, and two more like it.

    Weights fitted on one split follow its noise: on MovieLens-100K they differ more from seed to
    seed than signals differ. Random splits are drawn again with other seeds, splits by time cut
    at half and at one and a half times the share; the last row of a user is only one split.
    """
    if first.kind == SplitKind.LAST_ONE:
        return [first]
    if first.kind in (SplitKind.RANDOM, SplitKind.RANDOM_BY_ITEM):
        return [replace(first, seed=first.seed + k) for k in range(3)]
    return [replace(first, share=first.share * k) for k in (1.0, 0.5, 1.5)]


def make_folds(
    rows: Behaviour, first: Split, described: Callable[[Behaviour], Profiles]
) -> list[Fold]:
    """The folds of training `rows`; `described` makes profiles from a fold's inner rows alone.

    Empty where `first` holds nothing out (nobody has enough rows), or everything.
    """
    out = []
    for recipe in splits_like(first):
        inner, held_out = split(rows, recipe)
        if len(held_out) and len(inner):
            out.append((described(inner), held_out.matrix()))
        elif not out:
            return []
    return out
