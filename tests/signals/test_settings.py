"""Settings that a person gives: what is read, what is refused, and that no search changes them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import world
from conftest import FakeEncoder

from llmrec_core import cli, made, signals, tune
from llmrec_core.build import build
from llmrec_core.errors import WrongUseError
from llmrec_core.made import BuildRecipe, load_choice
from llmrec_core.search.space import parameters, read, settings_of
from llmrec_core.signals import settings
from llmrec_core.signals.settings import given_by, needs, start, texts_of
from llmrec_core.study import Study

choosing = sys.modules["llmrec_core.tune.choose"]


def test_settings_are_read_as_what_they_are() -> None:
    """Words, numbers, whole numbers and yes or no; the last of two values counts."""
    given = given_by([
        "collaborative.dropout=0.3", "match.similarity=euclidean", "neural.shape=lstm",
        "collaborative.zero_diagonal=TRUE", "neural.epochs=3", "collaborative.dropout=0",
    ])  # fmt: skip
    assert given == {
        "match": {"similarity": "euclidean"},
        "collaborative": {"dropout": 0.0, "zero_diagonal": True},
        "neural": {"shape": "lstm", "epochs": 3},
    }
    assert start("neural", given).shape == "lstm"  # type: ignore[attr-defined]
    assert start("taste", given) == signals.DEFAULTS["taste"]


def test_equal_settings_are_equal_texts() -> None:
    """Whatever their order and spelling; and the texts mean the same again."""
    one = given_by(["match.centred=no", "match.of=history", "taste.reg_user=1e-1"])
    two = given_by(["taste.reg_user=0.10", "match.of=history", " match.centred = False "])
    assert texts_of(one) == texts_of(two)
    assert given_by(texts_of(one)) == one


@pytest.mark.parametrize("name", list(signals.SIGNALS))
def test_every_default_may_be_given(name: str) -> None:
    """A setting whose own default were refused could not be set at all."""
    known = settings.settings_of(name)
    given = given_by(f"{name}.{k}={settings.shown(v)}" for k, v in known.items())
    assert start(name, given) == signals.DEFAULTS[name]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("match", "match.similarity=euclidean"),
        ("mach.similarity=dot", "there is no signal 'mach'"),
        ("match.similar=dot", "similarity (cosine)"),
        ("popularity.reg=1", "are none"),
        ("match.similarity=manhattan", "cosine, dot, euclidean"),
        ("match.centred=perhaps", "true or false"),
        ("collaborative.dropout=1", "from 0 below 1"),
        ("taste.level=1.5", "from 0 to 1"),
        ("taste.reg_user=nan", "0 or more"),
        ("sequence.span=0", "above 0"),
        ("ials.factors=0", "1 or more"),
        ("ials.factors=2.5", "whole number"),
        ("neural.heads=3", "heads"),
    ],
)
def test_what_is_no_setting_is_refused_with_what_there_is(text: str, told: str) -> None:
    """One sentence, before any work."""
    with pytest.raises(WrongUseError) as refused:
        given_by([text])
    assert told in str(refused.value)


def test_settings_of_a_signal_that_is_not_taken_are_refused() -> None:
    """They would change nothing."""
    needs({"taste": {"level": 0.0}}, ("taste",))
    with pytest.raises(WrongUseError, match="match is not among the signals"):
        needs({"match": {"similarity": "dot"}}, ("taste",))


def test_what_is_given_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """All attempts have it; the other settings of the signal are tried as before."""
    tried: list[Any] = []

    class Bench:
        judges = ()

        def __init__(self, *_: object) -> None: ...

        def attempt(self, name: str, recipe: object, folds: int) -> object:
            tried.append(recipe)
            return recipe, 0.0, []

        def judged(self, found: object) -> object:
            raise StopIteration

    monkeypatch.setattr(choosing, "_Bench", Bench)
    with pytest.raises(StopIteration):
        tune.choose(
            [(SimpleNamespace(n_items=9), None)], None, names=("match",),  # type: ignore[list-item,arg-type]
            fixed={"match": {"similarity": "dot"}},
        )
    assert {recipe.similarity for recipe in tried} == {"dot"}
    assert {recipe.of for recipe in tried} == {"history", "description", "both"}


def test_a_trial_of_a_search_has_what_is_given() -> None:
    """It is no parameter of the trial."""
    fixed = {"match": {"similarity": "dot"}}
    assert "similarity" in settings_of("match") and "similarity" not in settings_of("match", fixed)
    recipe = start("match", fixed)
    stored = parameters({"match": recipe}, {"match": 1.0}, fixed)
    assert "match:similarity" not in stored
    assert read(json.loads(json.dumps(stored)), ["match"], fixed) == (
        {"match": recipe}, {"match": 1.0}
    )


def test_a_build_takes_what_is_given_and_is_named_by_it(built_study: Study) -> None:
    """Another choice than without; a later build is given the same where nothing is said."""
    usual = made.Keys.of(built_study, BuildRecipe(signals="match"), FakeEncoder().key)
    recipe = BuildRecipe(signals="match", settings=("match.similarity=euclidean",))
    keys = build(built_study, recipe, encoder=FakeEncoder())
    assert keys.choice != usual.choice and keys.items == usual.items
    found = load_choice(built_study.artefacts, keys.choice).recipes["match"]
    assert found.similarity == "euclidean"  # type: ignore[attr-defined]
    assert made.settings_asked(built_study) == ("match.similarity=euclidean",)


def test_a_build_refuses_settings_of_signals_it_does_not_have(built_study: Study) -> None:
    """Before any work."""
    recipe = BuildRecipe(signals="taste", settings=("match.similarity=dot",))
    with pytest.raises(WrongUseError, match="add it with --signals"):
        build(built_study, recipe, encoder=FakeEncoder())


def test_the_command_refuses_a_wrong_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As wrong use, for all three commands."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))
    Study.create("tiny", world.write_files(tmp_path / "files"))
    for command in ("build", "evaluate", "search"):
        assert cli.main([command, "tiny", "--set", "match.similar=dot"]) == 2
        assert "has no setting 'similar'" in capsys.readouterr().err
