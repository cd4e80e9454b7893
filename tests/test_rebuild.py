"""A build after few items were edited: what is made again, what stays, and that it is the same."""

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import made, project, rebuild, tables
from llmrec_core.build import build
from llmrec_core.recommender import Recommender
from llmrec_core.row_digests import row_digests
from llmrec_core.study import Study
from llmrec_core.texts import LazyEncoder

EDITED = 4
MADE = {"items", "picture", "descriptions", "sentences", "map"}


def edited_files(folder, edits):
    """The files of the tiny world with other stories of some items."""
    paths = world.write_files(folder)
    frame = pd.read_json(paths[1], lines=True)
    for item, plot in edits.items():
        frame.loc[item, "plot"] = plot
    frame.to_json(paths[1], orient="records", lines=True)
    return paths


def edit(study, tmp_path, edits):
    return Study.create(
        study.name, edited_files(tmp_path / f"edit{len(edits)}", edits), replace=True
    )


def make_limits_tiny(patch):
    """One item of 24 is few here, and full builds search no settings."""
    patch.setattr(rebuild, "MOST_CHANGED", 2 / world.N)
    patch.setattr("llmrec_core.choosing.MOST_SEARCHED", 0)


@pytest.fixture
def study(built_study, monkeypatch):
    """The built tiny study."""
    make_limits_tiny(monkeypatch)
    return built_study


@pytest.fixture(scope="module")
def rebuilt(built_home, tmp_path_factory):
    """(the recommender before, the one after item 4 got a love story), to look at only."""
    folder = tmp_path_factory.mktemp("rebuilt")
    shutil.copytree(built_home, folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMREC_HOME", str(folder / "home"))
        patch.setattr(LazyEncoder, "model", FakeEncoder())
        make_limits_tiny(patch)
        before = Recommender(Study.open("tiny"))
        after = edit(before.study, folder, {EDITED: "Two lovers meet in a tender garden."})
        build(after, encoder=FakeEncoder())
        yield before, Recommender(after)


def written(study):
    return {p.parent.name for p in (study.folder / "artefacts").rglob("*.json")
            if "basis" in p.read_text()}


def test_only_the_edited_text_is_encoded(study, tmp_path):
    """The catalogue's other texts and all known sentences are not looked at again."""
    encoder = FakeEncoder()
    build(edit(study, tmp_path, {EDITED: "Letters cross a moonless winter."}), encoder=encoder)
    assert encoder.encoded[0] == "Letters cross a moonless winter."
    assert not any("Part" in text for text in encoder.encoded)


def test_settings_weights_and_other_vectors_stay(rebuilt):
    """The choice is the same artefact, and no item but the edited one has another vector."""
    before, after = rebuilt
    assert after.keys.choice == before.keys.choice
    same = (before.item_vectors.field_vectors == after.item_vectors.field_vectors).all(axis=(0, 2))
    assert np.flatnonzero(~same).tolist() == [EDITED]


def test_what_is_learned_from_everybody_stays(rebuilt):
    """The fitted signals are the same artefact; who does not have the item gets the old scores."""
    before, after = rebuilt
    assert after.keys.signals == before.keys.signals
    others = np.arange(world.N) != EDITED
    for name in ("taste", "collaborative", "sequence", "popularity"):
        old, new = (r.signals[name].score(r.profiles.select(np.array([7]))) for r in rebuilt)
        assert new[:, others] == pytest.approx(old[:, others], rel=1e-4, abs=1e-6)


def test_the_edited_item_moves_to_who_likes_what_it_now_says(rebuilt):
    """A space story that became a love story: readers of love stories now find it nearer."""
    lovers = [u for u in range(1, world.N, 2) if u not in (1, 3)]  # these have item 4 already
    old, new = (
        r.signals["taste"].score(r.profiles.select(np.array(lovers)))[:, EDITED] for r in rebuilt
    )
    assert (new > old).all()


def test_the_map_moves_only_the_edited_item_and_who_likes_it(rebuilt):
    """Everybody else is where they were; the item lies nearer to what it now resembles."""
    before, after = rebuilt
    old, new = (r.study.artefacts.load_arrays("map", r.keys.map) for r in rebuilt)
    moved = np.flatnonzero((old["item_xy"] != new["item_xy"]).any(axis=1))
    assert moved.tolist() == [EDITED]
    liked = project.liked_lists(after.behaviour, after.scale)
    fans = [u for u, items in enumerate(liked) if EDITED in items]
    moved = np.flatnonzero((old["user_xy"] != new["user_xy"]).any(axis=1))
    assert set(moved) <= set(fans)
    assert np.isfinite(new["item_xy"]).all()


def test_descriptions_of_readers_are_those_of_a_full_build(rebuilt):
    """Who has the edited item is described as if everything had been made again."""
    from llmrec_core.describe import write_all
    from llmrec_core.evidence import user_evidence

    _, after = rebuilt
    items = after.tables.items
    whole = write_all(user_evidence(after.behaviour, items), items)
    readers = np.unique(after.behaviour.user[after.behaviour.item == EDITED])
    assert [after.written[u] for u in readers] == [whole[u] for u in readers]
    assert len(readers) < world.N


def test_sentence_vectors_follow_the_new_descriptions(rebuilt):
    """Every user's sentences and vectors belong together after the splice."""
    _, after = rebuilt
    for number, description in enumerate(after.written):
        profile = after.profiles.at(number)
        texts = [s.text for s in description.sentences]
        assert list(profile.sentence_text) == texts
        vectors, _ = after.texts.sentences(texts, after.center)
        assert profile.sentence_vector == pytest.approx(vectors, abs=1e-6)


def test_many_edits_are_a_full_build(study, tmp_path):
    """From the limit on the catalogue is another one: everything is chosen and fitted again."""
    old = Recommender(study).keys
    two = edit(study, tmp_path, {4: "A garden in spring.", 5: "A spaceship lands."})
    build(two, encoder=FakeEncoder())
    keys = Recommender(two).keys
    named = [set(dataclasses.astuple(one)) - {""} for one in (old, keys)]
    assert not named[0] & named[1]
    assert written(two) == set()


def test_edits_add_up_against_the_last_full_build(study, tmp_path):
    """One item at a time never drifts further than the limit from what was built in full."""
    build(edit(study, tmp_path, {4: "A garden in spring."}), encoder=FakeEncoder())
    assert written(study) == MADE
    both = edit(study, tmp_path, {4: "A garden in spring.", 5: "A spaceship lands."})
    build(both, encoder=FakeEncoder())
    assert made.last_build(both)["basis"] == both.items_key


def test_taking_an_edit_back_needs_no_build(study, tmp_path):
    """The artefacts of the old text are still there and are found at once."""
    keys = Recommender(study).keys
    build(edit(study, tmp_path, {EDITED: "A garden in spring."}), encoder=FakeEncoder())
    back = Study.create("tiny", world.write_files(tmp_path / "back"), replace=True)
    assert Recommender(back).keys == keys


@pytest.mark.parametrize("stage", ["map", "signals"])
def test_a_basis_that_is_damaged_or_gone_is_not_used(study, tmp_path, stage):
    """Then the build makes everything; nothing is taken from half a basis."""
    path = next((study.folder / "artefacts" / stage).glob("*.npz"))
    path.write_bytes(path.read_bytes()[:-9])
    other = edit(study, tmp_path, {EDITED: "A garden in spring."})
    build(other, encoder=FakeEncoder())
    assert made.last_build(other)["basis"] == other.items_key


def test_other_behaviour_is_never_rebuilt_on(study, tmp_path):
    """New rows change every signal: a basis of other rows does not count."""
    paths = edited_files(tmp_path / "rows", {EDITED: "A garden in spring."})
    lines = paths[0].read_text().splitlines(keepends=True)
    paths[0].write_text("".join(lines[:-1]))
    other = Study.create("tiny", paths, replace=True)
    build(other, encoder=FakeEncoder())
    assert made.last_build(other)["basis"] == other.items_key


def test_neighbours_are_those_of_a_fresh_search():
    """Also for items that lose or gain an edited neighbour, and for an item left without text."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((300, 12)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    behaviour = world.behaviour()
    base = project.picture(vectors, _wide(behaviour, 300), made.ValueScale(1, 5), k=7)
    changed = np.array([3, 77, 200])
    vectors[changed[:2]] = vectors[[10, 20]] * 0.5 + vectors[[11, 21]] * 0.5
    vectors[200] = 0
    new = project.update_picture(base, vectors, changed, _wide(behaviour, 300).counts())
    index, similarity = project.nearest(vectors, vectors, 7, exclude_self=True)
    assert new["item_similarity"] == pytest.approx(similarity, abs=1e-5)
    clear = np.diff(similarity, axis=1, append=-2).max(axis=1) < -1e-5
    assert np.array_equal(new["item_index"][clear], index[clear])


def _wide(behaviour, n):
    """The same rows in a catalogue of n items."""
    ids = np.array([f"i{i}" for i in range(n)], object)
    return dataclasses.replace(behaviour, item_ids=ids)


def test_row_digests_tell_titles_texts_and_attributes_apart():
    """Each kind of edit changes the digest of its row and of no other."""
    items = world.items()
    before = row_digests(items)
    for row, (column, value) in enumerate(
        {tables.TITLE: "New", "plot": "Other.", "genres": ["noir"]}.items()
    ):
        frame = items.frame.copy()
        frame.at[row, column] = value
        after = row_digests(dataclasses.replace(items, frame=frame))
        assert np.flatnonzero(before != after).tolist() == [row]
