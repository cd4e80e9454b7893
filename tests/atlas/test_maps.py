"""Maps of spaces as they are kept: a picture at once, the layout once, profiles placed on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import world

from llmrec_core import atlas, project
from llmrec_core.atlas import facts
from llmrec_core.errors import InputError
from llmrec_core.llm.limits import Limits
from llmrec_core.newcomer import Pick, profile_of
from llmrec_core.progress import DONE, read
from llmrec_core.project import MapRecipe
from llmrec_core.project.named import GroupName
from llmrec_core.recommender import Recommender
from llmrec_core.writing.desk import Desk
from tests.chat import FakeChat

TASTE = MapRecipe(of="taste", neighbours=5, epochs=20)


@pytest.fixture
def recommender(built_study):
    return Recommender(built_study)


def _camps(xy):
    """How much farther the middles of even and odd items are apart than their spread."""
    even, odd = xy[::2], xy[1::2]
    spread = even.std(axis=0).mean() + odd.std(axis=0).mean()
    return np.linalg.norm(even.mean(axis=0) - odd.mean(axis=0)) / spread


def test_a_picture_at_once_then_the_layout_which_is_kept(recommender, monkeypatch):
    """PCA with the build's groups first; laid out once, told to a file, found by its settings."""
    study = recommender.study
    first = atlas.load_space(study, recommender, TASTE)
    own = atlas.load_space(study, recommender, atlas.spaces.builds_own(recommender))
    assert (first.method, first.of, first.placement) == (atlas.PCA, "taste", {})
    assert first.similar(3) == [] and first.cluster_labels == own.cluster_labels
    assert np.isfinite(first.user_xy).all() and _camps(first.item_xy) > 1
    heard = []
    laid = atlas.lay_out(study, recommender, TASTE, lambda *said: heard.append(said))
    assert [words for words, *_ in heard if words in atlas.PHASES][::-1][0] == atlas.PHASES[-1]
    assert read(study.folder / atlas.PROGRESS).status == DONE
    assert (laid.method, laid.of) == (atlas.UMAP, "taste") and laid.similar(2)[0][0] % 2 == 0
    assert {"trustworthiness", "neighbours_kept", "ratio"} <= set(laid.placement)
    monkeypatch.setattr(project, "layout", lambda *a, **k: pytest.fail("laid out twice"))
    again = atlas.lay_out(study, recommender, TASTE)
    np.testing.assert_array_equal(again.item_xy, laid.item_xy)
    assert atlas.spaces_ready(study, recommender) == [
        atlas.spaces.builds_own(recommender), TASTE,
    ]  # fmt: skip


def test_the_usual_text_map_is_the_builds(recommender):
    """No second layout of the same settings: the build's own, now with its trust."""
    study = recommender.study
    own = atlas.spaces.builds_own(recommender)
    found = atlas.lay_out(study, recommender, own)
    assert found.key == recommender.keys.map and study.artefacts.keys("layouts") == []
    assert 0 <= found.placement["neighbours_kept"] <= 1
    assert found.vectors is recommender.item_vectors.concatenated


def test_a_damaged_layout_is_only_missing(recommender):
    """The picture comes back, and laying out again makes it whole."""
    study, recipe = recommender.study, MapRecipe(of="collaborative", neighbours=4, epochs=10)
    whole = atlas.lay_out(study, recommender, recipe)
    (data,) = (study.artefacts.folder / "layouts").glob("*.npz")
    data.write_bytes(b"nothing")
    assert atlas.load_space(study, recommender, recipe).method == atlas.PCA
    again = atlas.lay_out(study, recommender, recipe)
    np.testing.assert_array_equal(again.item_xy, whole.item_xy)


def test_a_damaged_card_is_only_missing(recommender):
    """Not JSON, or a setting of another kind: its layout is not ready, the others are."""
    study, own = recommender.study, atlas.spaces.builds_own(recommender)
    recipe = MapRecipe(of="collaborative", neighbours=4, epochs=10)
    atlas.lay_out(study, recommender, recipe)
    (card,) = (study.artefacts.folder / "layouts").glob("*.json")
    whole = card.read_text()
    (card.parent / "zz.json").write_text("{bad")
    assert atlas.spaces_ready(study, recommender) == [own, recipe]
    card.write_text(whole.replace('"neighbours": 4', '"neighbours": "x"'))
    assert whole != card.read_text() and atlas.spaces_ready(study, recommender) == [own]
    card.write_text(whole.replace('"placement"', '"placemend"'))
    assert atlas.load_space(study, recommender, recipe).method == atlas.PCA
    assert atlas.lay_out(study, recommender, recipe).method == atlas.UMAP


def test_without_the_signal_there_is_no_taste_map(recommender):
    """It is neither offered nor drawn, and the error says what to do."""
    del recommender.signals["taste"]
    assert [of.value for of in atlas.offered(recommender)] == ["text", "collaborative"]
    with pytest.raises(InputError, match="no taste signal.*--signals"):
        atlas.load_space(recommender.study, recommender, TASTE)


def test_earlier_builds_get_names_and_trust_when_asked(recommender, monkeypatch):
    """A map whose cards have neither: found once, then remembered."""
    store, keys = recommender.study.artefacts, recommender.keys
    fresh = atlas.opened(recommender.study, recommender)
    for stage, key in (("picture", keys.picture), ("map", keys.map)):
        card, arrays = store.card(stage, key), store.load_arrays(stage, key)
        card.pop("labels", None)
        card |= {"cluster_labels": ["old"] * len(fresh.cluster_labels)} if stage == "picture" else {
            "placement": {"ratio": 0.5}}  # fmt: skip
        store.save_arrays(stage, key, arrays, card)
    monkeypatch.setattr(project, "trustworthiness", lambda *_: 0.75)
    found = atlas.opened(recommender.study, recommender)
    assert found.cluster_labels == fresh.cluster_labels
    assert found.placement == {"ratio": 0.5, "trustworthiness": 0.75}
    for name in ("trustworthiness", "item_labels"):
        monkeypatch.setattr(project, name, lambda *_: pytest.fail("found twice"))
    assert atlas.opened(recommender.study, recommender).placement == found.placement
    assert len(store.keys(facts.STAGE)) == 2


def test_users_of_the_build_are_placed_near_where_they_are(recommender):
    """By what they like: nearer to their own place than to the other camp's middle."""
    own = atlas.opened(recommender.study, recommender)
    for user in range(6):
        where = atlas.place(recommender, recommender.profiles.at(user), own)
        other = own.item_xy[(user + 1) % 2 :: 2].mean(axis=0)
        assert np.linalg.norm(where - own.user_xy[user]) < np.linalg.norm(where - other)


def test_newcomers_lie_where_picks_and_words_point(recommender):
    """Two picked love stories, or a sentence about space; dislikes hold nobody; nothing is nan."""
    own = atlas.opened(recommender.study, recommender)
    space, love = own.item_xy[::2].mean(axis=0), own.item_xy[1::2].mean(axis=0)

    def nearer_to_love(said, picks):
        where = atlas.place(recommender, profile_of(recommender, said, picks))
        return np.linalg.norm(where - love) < np.linalg.norm(where - space)

    assert nearer_to_love([], [Pick(1), Pick(3)]) and not nearer_to_love([], [Pick(2), Pick(4)])
    only_disliked = profile_of(recommender, [], [Pick(1, liked=False)])
    assert np.isnan(atlas.place(recommender, only_disliked, own)).all()
    said = [("Enjoys space stories.", 1)]
    assert not nearer_to_love(said, [])
    assert np.isfinite(atlas.place(recommender, profile_of(recommender, said, []), own)).all()


def test_ten_liked_items_leave_the_text_nothing_to_say(recommender):
    """Who has a full history lies by it; the text fills up only what is missing."""
    own = atlas.opened(recommender.study, recommender)
    likes = [Pick(item) for item in range(0, 20, 2)]
    words = [("Enjoys romance stories.", 1)]
    bare, both = (profile_of(recommender, said, likes) for said in ([], words))
    np.testing.assert_array_equal(
        atlas.place(recommender, bare, own), atlas.place(recommender, both, own)
    )
    few = [profile_of(recommender, said, likes[:2]) for said in ([], words)]
    moved = [atlas.place(recommender, one, own) for one in few]
    assert np.linalg.norm(moved[0] - moved[1]) > 0


def test_on_another_space_profiles_are_placed_too(recommender):
    """Among the items of their own kind, on the taste picture."""
    taste = atlas.load_space(recommender.study, recommender, TASTE)
    where = atlas.place(recommender, profile_of(recommender, [], [Pick(1), Pick(3)]), taste)
    camps = [taste.item_xy[camp::2].mean(axis=0) for camp in (0, 1)]
    assert np.linalg.norm(where - camps[1]) < np.linalg.norm(where - camps[0])
    assert len(taste.item_xy) == world.N


def test_names_belong_to_their_groups_and_outlive_a_server_that_is_down(recommender, monkeypatch):
    """Other groups of the same labels have none; where nothing can be used the old ones stay."""
    study, world = recommender.study, atlas.opened(recommender.study, recommender)
    good = [GroupName(f"Name {n}", "fake-chat") for n in range(len(world.cluster_labels))]
    none = [GroupName(label, "", "it is down") for label in world.cluster_labels]
    answers = iter([good, none])
    monkeypatch.setattr(atlas.naming, "rewrite", lambda *given, **more: next(answers))
    desk = Desk(FakeChat(), None, Limits(), {})
    assert list(atlas.write_names(study, recommender, world, desk)) == good
    assert atlas.names_kept(study, replace(world, cluster=world.cluster[::-1])) == ()
    assert list(atlas.write_names(study, recommender, world, desk)) == none
    assert list(atlas.names_kept(study, world)) == good
    atlas.forget_names(study, world)
    assert atlas.names_kept(study, world) == ()
