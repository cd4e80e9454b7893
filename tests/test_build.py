"""The build: everything made, nothing made twice, resumed, and refused when another one runs."""

import itertools
import json

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import progress
from llmrec_core.build import Builder, BuildRecipe, build
from llmrec_core.errors import MissingArtefactError, StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """A study that was read but not built."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))
    return Study.create("tiny", world.write_files(tmp_path / "files"))


def cards(study):
    return {p: p.stat().st_mtime_ns for p in (study.folder / "artefacts").rglob("*.json")}


def test_a_second_build_makes_nothing(built_study):
    """All artefacts are there already: no file changes and no text is encoded."""
    before, encoder = cards(built_study), FakeEncoder()
    build(built_study, encoder=encoder)
    assert cards(built_study) == before
    assert encoder.encoded == []


def test_a_build_that_was_stopped_goes_on(imported, monkeypatch):
    """What was finished before the stop is kept; the rest is made by the next build."""
    with monkeypatch.context() as patch:
        patch.setattr(Builder, "signals", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            build(imported, encoder=FakeEncoder())
    assert progress.read(imported.progress_path).status == progress.CANCELLED
    before = cards(imported)
    with pytest.raises(MissingArtefactError, match="llmrec build tiny"):
        Recommender(imported)
    build(imported, encoder=FakeEncoder())
    assert before.items() <= cards(imported).items()
    assert Recommender(imported).names


def test_a_damaged_artefact_is_made_again(built_study):
    """One flipped byte is found and repaired by the next build."""
    path = next((built_study.folder / "artefacts" / "items").glob("*.npz"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StudioError, match="is damaged.*llmrec build tiny"):
        Recommender(built_study)
    build(built_study, encoder=FakeEncoder())
    assert len(Recommender(built_study).titles) == world.N


def test_the_bar_of_a_build_never_goes_back(imported, monkeypatch):
    """Through descriptions of folds, signals, fits with steps of their own and people with few
    rows: what is done grows, and the choice names what it is at."""
    monkeypatch.setattr(progress, "_EVERY", -1.0)
    monkeypatch.setattr("llmrec_core.tune.groups.LEAST_USERS", 4)
    told = []
    build(
        imported, BuildRecipe(signals="description,ials,popularity"), encoder=FakeEncoder(),
        listener=told.append,
    )
    shares = [state.share for state in told]
    assert all(later >= earlier for earlier, later in itertools.pairwise(shares))
    words = {state.stage for state in told}
    assert any("for people with few rows" in said for said in words)
    assert any(said.endswith(": iALS") for said in words)
    assert len({round(share, 3) for share in shares}) > 15


def test_two_builds_at_once_are_refused(built_study):
    """The second one says what to do."""
    with built_study.alone(), pytest.raises(StudioError, match="being built by another"):
        build(built_study, encoder=FakeEncoder())


def test_a_failed_build_says_why(imported, monkeypatch):
    """The page shows the sentence that the child left."""
    def fail(self):
        raise StudioError("No room.")

    monkeypatch.setattr(Builder, "items", fail)
    with pytest.raises(StudioError):
        build(imported, encoder=FakeEncoder())
    state = progress.read(imported.progress_path)
    assert (state.status, state.message, state.alive) == (progress.FAILED, "No room.", False)


def test_another_encoder_makes_other_vectors_beside_the_first(built_study):
    """Recipes name artefacts: the old ones stay, the descriptions are shared."""
    before = cards(built_study)
    build(built_study, encoder=FakeEncoder(dim=16))
    after = cards(built_study)
    assert before.items() <= after.items()
    assert len([p for p in after if p.parent.name == "items"]) == 2
    assert len([p for p in after if p.parent.name == "descriptions"]) == 1


def test_every_artefact_lies_beside_its_recipe(built_study):
    """Recipe, versions, seconds and checksum are in the JSON."""
    for path in cards(built_study):
        card = json.loads(path.read_text())
        assert {"recipe", "versions", "seconds", "sha256", "bytes"} <= set(card), path


def test_importing_the_same_files_again_keeps_what_was_built(built_study, tmp_path):
    """Keys follow the content, not the moment."""
    Study.create("tiny", world.write_files(tmp_path / "again"), replace=True)
    assert Recommender(built_study).names


def test_users_land_among_what_they_like(built_study):
    """On the map users are nearer to liked items than to random ones."""
    rec = Recommender(built_study)
    placement = built_study.artefacts.card("map", rec.keys.map)["placement"]
    assert placement["ratio"] < 0.8


def test_recipes_refuse_settings_they_do_not_have():
    """An unknown setting is named."""
    with pytest.raises(StudioError, match="no colour"):
        BuildRecipe.from_document({"colour": "red"})


def test_levels_and_weights_are_finite(built_study):
    """Weights were fitted on the validation rows and are not all zero."""
    weights = Recommender(built_study).weights()
    assert np.isfinite(weights).all()
    assert weights.sum() > 0
