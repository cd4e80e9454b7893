"""Training rows split again: what settings and weights are judged on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from llmrec_core.behaviour import Split, SplitKind, split
from llmrec_core.protocol.candidates import Candidates, candidates

if TYPE_CHECKING:
    from llmrec_core.behaviour import Behaviour
    from llmrec_core.profile import Profiles

Fold = tuple["Profiles", Candidates]
"""Profiles of inner training rows (what signals are fitted on), and what their lists may hold."""

Judged = Callable[["Behaviour", "Behaviour"], Candidates]
"""(inner rows, rows held out of them) -> what may be listed and what counts."""

DRAWN = (SplitKind.RANDOM, SplitKind.RANDOM_BY_ITEM, SplitKind.RANDOM_ROWS, SplitKind.SHUFFLED)
"""Splits that another seed draws anew."""


def splits_like(first: Split, draws: int = 3) -> list[Split]:
    """The splits that weights are judged on: `first`, and more like it.

    Weights fitted on one split follow its noise: on MovieLens-100K they differ more from seed to
    seed than signals differ. Random splits are drawn with `draws` seeds in all, splits by time cut
    also at half and at one and a half times the share; the last row of a user is only one split.
    """
    if first.kind == SplitKind.LAST_ONE:
        return [first]
    if first.kind in DRAWN:
        return [replace(first, seed=first.seed + k) for k in range(draws)]
    return [replace(first, share=first.share * k) for k in (1.0, 0.5, 1.5)]


def make_folds(
    rows: Behaviour, first: Split, described: Callable[[Behaviour], Profiles],
    judged: Judged = candidates, draws: int = 3,
) -> list[Fold]:
    """The folds of training `rows`; `described` makes profiles from a fold's inner rows alone.

    Empty where `first` holds nothing out (nobody has enough rows), or everything.
    """
    pairs = (split(rows, recipe) for recipe in splits_like(first, draws))
    return folds_from(pairs, described, judged)


def folds_from(
    pairs: Iterable[tuple[Behaviour, Behaviour]], described: Callable[[Behaviour], Profiles],
    judged: Judged = candidates,
) -> list[Fold]:
    """The folds of (inner rows, held-out rows); empty where one part of the first pair is."""
    out: list[Fold] = []
    for inner, held_out in pairs:
        if len(held_out) and len(inner):
            out.append((described(inner), judged(inner, held_out)))
        elif not out:
            return []
    return out
