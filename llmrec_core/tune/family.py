"""The ways of knowing who takes what together with what: which of them earn their place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from llmrec_core.signals import SIGNALS, CollaborativeRecipe, label
from llmrec_core.signals.registry import Standing

if TYPE_CHECKING:
    from llmrec_core.recipe import Recipe

FIRST = "collaborative"
"""The member that stays where it is tried: the one that needs no seed and no iterations."""


def settled(
    accurate: Mapping[str, float], validation: Mapping[str, float], kept: Collection[str]
) -> tuple[frozenset[str], dict[str, str]]:
    """(the members that leave the blend, why each member tried is in it or not).

    A member without weight leaves unless it is among `kept`, those asked for by name; one always
    stays, the best in validation where none has weight. `validation` are the NDCG of each signal
    alone and of the blend.
    """
    members = [name for name in accurate if SIGNALS[name].standing == Standing.FAMILY]
    idle = [name for name in members if not accurate[name] and name not in kept]
    tried = [*members, *([FIRST] if FIRST in accurate else [])]
    if members and len(idle) == len(tried):  # the first was not tried: one of them has to stand in
        idle.remove(max(idle, key=lambda name: validation[name]))
    out = frozenset(idle)
    best = max(
        (name for name in tried if name not in out), key=lambda name: validation[name], default=""
    )
    return out, {name: _why(name, best, accurate, validation, out) for name in members}


def _why(
    name: str, best: str, accurate: Mapping[str, float], validation: Mapping[str, float],
    out: Collection[str],
) -> str:
    alone = f"alone it reaches NDCG {validation[name]:.3f} on validation rows"
    beside = f" against {validation[best]:.3f} of {label(best)}" if best != name else ""
    if name in out:
        return f"Left out: {alone}{beside}, and it added nothing to the others."
    if accurate[name]:
        return f"Part of the blend: {alone}{beside}, and it adds to the others."
    return f"Kept without weight: {alone}{beside}, and it added nothing to the others."


def form(recipes: Mapping[str, Recipe], searched: bool) -> dict[str, str]:
    """FIRST -> which form of EASE was taken, and how; {} where it was not tried."""
    recipe = recipes.get(FIRST)
    if not isinstance(recipe, CollaborativeRecipe):
        return {}
    if recipe.dropout and recipe.zero_diagonal:
        words = "EASE whose penalty grows with an item's count"
    elif recipe.dropout:
        words = f"The denoising form of EASE, with a dropout of {recipe.dropout:g},"
    elif recipe.zero_diagonal:
        words = "EASE itself, without dropout,"
    else:
        words = "EASE without dropout in which an item may vote for itself"
    chosen = "was the best form on validation rows" if searched else "is the default form"
    return {FIRST: f"{words} {chosen}."}
