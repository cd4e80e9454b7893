"""A build with written item texts: what it changes, what it must not, and how it compares."""

from __future__ import annotations

import json
from dataclasses import astuple, replace

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import provenance
from llmrec_core.behaviour import Split, split
from llmrec_core.build import build
from llmrec_core.enrich import FIELD, Enriching
from llmrec_core.enrich.building import EnrichedBuilder, never_held_out
from llmrec_core.enrich.effect import before_and_after, effect, neighbours
from llmrec_core.errors import MissingArtefactError
from llmrec_core.made import BuildRecipe, Keys
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.tune import make_folds, splits_like

BARE = {f"i{i:02d}" for i in (4, 5)}
"""Items without a plot, whose reviews say what they are."""
SPACE = "A spaceship crosses the stars. Robots wake on a far planet."
LOVE = "Two lovers meet in a garden. A wedding in the spring."
WITH = BuildRecipe(enriching=Enriching(items=2))


def write_files(folder):
    """The world with a review in every row, and two items that are known by their reviews alone."""
    paths = world.write_files(folder)
    stories = [json.loads(line) for line in paths[1].read_text().splitlines()]
    for story in stories:
        if story["item_id"] in BARE:
            story.update(plot="", genres=[], creator="", year=None, title=story["item_id"])
    paths[1].write_text("\n".join(map(json.dumps, stories)))
    plots = {s["item_id"]: s["plot"] for s in (json.loads(json.dumps(x)) for x in stories)}
    rows = paths[0].read_text().splitlines()
    out = [rows[0] + ",review"]
    for row in rows[1:]:
        item = row.split(",")[1]
        even = int(item[1:]) % 2 == 0
        said = SPACE if even else LOVE
        out.append(f"{row},{said if item in BARE else plots[item] or 'Fine'}")
    paths[0].write_text("\n".join(out) + "\n")
    return paths


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A study built without item texts, then with them, in a home of its own."""
    folder = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("LLMREC_HOME", str(folder))
    study = Study.create("bare", write_files(tmp_path_factory.mktemp("files")))
    build(study, encoder=FakeEncoder())
    build(study, WITH, encoder=FakeEncoder())
    patch.undo()
    return folder


@pytest.fixture
def study(home, monkeypatch):
    """The study, its last build with texts."""
    monkeypatch.setenv("LLMREC_HOME", str(home))
    return Study.open("bare")


def test_off_is_as_if_there_were_no_such_stage(study):
    """All names but the empty one are those of a recipe that never heard of item texts."""
    off = Keys.of(study, BuildRecipe(), FakeEncoder().key)
    on = Keys.of(study, WITH, FakeEncoder().key)
    assert off.item_texts == "" and on.item_texts
    same = {"descriptions", "sentences"}  # what is said of users keeps to the originals
    for name in ("items", "descriptions", "sentences", "choice", "signals", "picture", "map"):
        assert (getattr(off, name) == getattr(on, name)) == (name in same), name


def test_the_two_bare_items_are_written_about_from_their_reviews(study):
    """Nobody else is: all others have a plot and attributes; originals are untouched."""
    recommender = Recommender(study)
    texts = recommender.item_texts
    assert set(texts) == BARE
    assert "spaceship" in texts["i04"].text() and "lovers" in texts["i05"].text()
    assert texts["i04"].read and all(s.check == "supported" for s in texts["i04"].sentences)
    assert recommender.tables.items.text_fields == ("plot",)


def test_the_written_text_stands_where_other_items_have_theirs(study):
    """In the empty plots; there is no field of its own that nobody could be compared in."""
    before, after = before_and_after(study)
    place = after.item_vectors.fields.index("plot")
    assert not before.item_vectors.present[place, [4, 5]].any()
    assert after.item_vectors.present[place].all() and FIELD not in after.item_vectors.fields
    assert (after.tables.items.frame["plot"].iloc[[4, 5]] == "").all()


def test_the_ledger_names_the_author_of_a_written_text(study):
    """Of the written items only; the sum stays what it was."""
    recommender = Recommender(study)
    profile = recommender.profile("u05")
    block, weights = recommender.block(profile), recommender.weights({"taste": 1.0})
    for item, author in ((4, True), (8, False)):
        leaves = [x for e in recommender.explain(profile, block, weights, item) for x in e.leaves()]
        named = {leaf.evidence for leaf in leaves if leaf.kind == "item text"}
        assert ("plot (written by template)" in named) == author
        assert ("plot" in named) != author


def test_a_text_brings_an_item_to_its_kind(study):
    """Known by nothing but their ids they had few neighbours of their kind, now they have more."""
    before, after = before_and_after(study)
    for item in (4, 5):
        kin = [
            sum(other % 2 == item % 2 for other in neighbours(one, item)) for one in (before, after)
        ]
        assert kin[0] < kin[1] and kin[1] >= 5
    table = effect(before, after).items.set_index("item")
    assert table.index.tolist() == [4, 5]
    assert (table["kept"] < 1).all() and (table["cosine"] < 0.999).all()


def test_the_effect_is_counted_over_the_same_users_and_places(study):
    """Places are averages over who does not have the item; shares are of all shown places."""
    before, after = before_and_after(study)
    found = effect(before, after, 5, weights={"taste": 1.0})
    assert found.users == world.N and set(found.metrics) >= {"gini", "tail_share@5", "coverage@5"}
    lists = before.all_lists(before.weights({"taste": 1.0}), 5)
    shown = np.isin(lists, [4, 5])
    assert found.shares[0] == shown.sum() / (lists >= 0).sum()
    assert found.items["lists_before"].tolist() == [(lists == 4).sum(), (lists == 5).sum()]
    ranks = found.items[["rank_before", "rank_after"]]
    assert ((ranks >= 1) & (ranks <= world.N)).all().all()


def test_a_build_against_itself_has_no_effect(study):
    """Cosine 1, all neighbours kept, no place changed."""
    _, after = before_and_after(study)
    found = effect(after, after)
    assert np.allclose(found.items["cosine"], 1) and (found.items["kept"] == 1).all()
    assert found.items["rank_before"].equals(found.items["rank_after"])
    assert found.shares[0] == found.shares[1]


def test_settings_are_chosen_on_texts_that_saw_no_held_out_row(study):
    """The rows that the choice's texts are read from are in the training part of every fold."""
    builder = EnrichedBuilder(study, WITH, FakeEncoder(), None)
    kept = never_held_out(builder.behaviour)
    for recipe in splits_like(Split()):
        _, held_out = split(builder.behaviour, recipe)
        assert not set(kept.row) & set(held_out.row)
    assert 0 < len(kept) < len(builder.behaviour)
    assert make_folds(kept, Split(), lambda rows: rows)


def test_nothing_is_built_twice(study):
    """A second build finds everything; going back to the plain one finds that too."""
    stamp = {p: p.stat().st_mtime_ns for p in study.artefacts.folder.rglob("*.json")}
    build(study, BuildRecipe(), encoder=FakeEncoder())
    assert Recommender(study).item_texts == {}
    with pytest.raises(MissingArtefactError, match="--item-texts"):
        before_and_after(study)
    build(study, WITH, encoder=FakeEncoder())
    assert {p: p.stat().st_mtime_ns for p in study.artefacts.folder.rglob("*.json")} == stamp


def test_the_overview_knows_the_stage(study):
    """What was made, with its seconds and bytes."""
    made = provenance.made(study)
    assert made.missing == () and made.stages[0].stage == "item_texts"


def test_without_the_plain_build_there_is_nothing_to_compare_with(study, monkeypatch):
    """The error names the command that makes it."""
    more = replace(WITH, n=7)
    card = json.loads((study.folder / "build.json").read_text())
    monkeypatch.setattr(
        "llmrec_core.made.last_build", lambda _: {**card, "recipe": more.document()}
    )
    with pytest.raises(MissingArtefactError):
        before_and_after(study)


def test_the_recipe_reads_itself_back():
    """Nested settings too; an older document has none."""
    assert BuildRecipe.from_document(WITH.document()) == WITH
    assert BuildRecipe.from_document({"encoder": "x"}).enriching == Enriching()
    assert astuple(BuildRecipe().enriching) == astuple(Enriching())

