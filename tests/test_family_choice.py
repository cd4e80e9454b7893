"""Which ways of collaborating stay in the blend: validation decides, both figures are told."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import world

from llmrec_core import signals, tune
from llmrec_core.behaviour import Split
from llmrec_core.profile import Profiles, ValueScale, from_behaviour
from llmrec_core.tune.family import form, settled

choosing = sys.modules["llmrec_core.tune.choose"]

VALIDATION = {"collaborative": 0.24, "ials": 0.222, "puresvd": 0.2, "popularity": 0.1}


def test_who_adds_nothing_leaves_with_both_figures() -> None:
    """Its own figure, that of the best one that stays, and why."""
    weights = {"collaborative": 1.0, "ials": 0.3, "puresvd": 0.0, "popularity": 0.0}
    out, why = settled(weights, VALIDATION, kept=())
    assert out == {"puresvd"} and set(why) == {"ials", "puresvd"}
    assert why["puresvd"].startswith("Left out") and "0.200" in why["puresvd"]
    assert "0.240 of Collaborative" in why["puresvd"]
    assert why["ials"].startswith("Part of the blend")


def test_who_was_asked_for_by_name_stays() -> None:
    """Without weight, and said so."""
    out, why = settled({"collaborative": 1.0, "ials": 0.0}, VALIDATION, kept={"ials"})
    assert not out and why["ials"].startswith("Kept without weight")


def test_one_way_of_collaborating_always_stays() -> None:
    """Where the first was not tried and no other has weight, the best of the others stands in."""
    weights = {"ials": 0.0, "puresvd": 0.0, "popularity": 1.0}
    out, _ = settled(weights, VALIDATION, kept=())
    assert out == {"puresvd"}
    out, _ = settled({"collaborative": 0.0, **weights}, VALIDATION, kept=())
    assert out == {"ials", "puresvd"}


def test_reasons_of_the_offer_come_before_those_of_validation() -> None:
    """Both are kept where there are both."""
    choice = tune.Choice({}, {}, {}, reasons={"ials": "Part of the blend."})
    told = choice.because({"ials": "Stands in.", "collaborative": "Not tried."}).reasons
    assert told == {"ials": "Stands in. Part of the blend.", "collaborative": "Not tried."}


@pytest.mark.parametrize("kept", [None, ()])
def test_a_choice_has_only_who_stays(monkeypatch: pytest.MonkeyPatch, kept: object) -> None:
    """Left out of settings, weights and validation alike; without `kept` everybody stays."""
    def described(rows: object) -> Profiles:
        return from_behaviour(rows, ValueScale.of(rows.value), dim=1)  # type: ignore[attr-defined]

    folds = tune.make_folds(world.behaviour(), Split(), described)
    side = signals.ItemSide(np.eye(world.N, dtype=np.float32), ("about",))
    weights = {"collaborative": 1.0, "puresvd": 0.0}
    monkeypatch.setattr(choosing, "fit_weights", lambda judged: (dict(weights), 0.5))
    names = ("collaborative", "puresvd")
    choice = tune.choose(folds, side, names=names, search=False, kept=kept)  # type: ignore[arg-type]
    left = set(names) if kept is None else {"collaborative"}
    assert set(choice.recipes) == set(choice.weights) == left
    assert set(choice.validation) == left | {"blend", "blend, steerable"}
    assert choice.reasons["puresvd"].startswith("Kept" if kept is None else "Left out")


def test_the_reason_names_the_form_of_ease_that_won() -> None:
    """EASE itself, its denoising form, and whether anything was tried at all."""
    start = signals.DEFAULTS["collaborative"]
    told = form({"collaborative": signals.CollaborativeRecipe(reg=200.0)}, searched=True)
    assert told["collaborative"].startswith("EASE itself") and "validation" in told["collaborative"]
    told = form({"collaborative": start}, searched=False)
    assert "denoising form of EASE, with a dropout of 0.5" in told["collaborative"]
    assert "validation" not in told["collaborative"]
    assert form({"taste": signals.DEFAULTS["taste"]}, searched=True) == {}


def test_ease_itself_is_among_the_forms_tried() -> None:
    """Where no dropout and no votes for oneself are best, the search ends there."""
    grid = signals.SIGNALS["collaborative"].module.GRID

    def attempt(recipe: signals.CollaborativeRecipe) -> tuple[object, float, list[np.ndarray]]:
        return recipe, -recipe.dropout - (not recipe.zero_diagonal), []

    best, _, _ = choosing.best_recipe(signals.DEFAULTS["collaborative"], attempt, grid)
    assert best.dropout == 0 and best.zero_diagonal
