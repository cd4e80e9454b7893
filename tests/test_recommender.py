"""The recommender: the same call for stored, edited and new people, and clear refusals."""

import json
import threading
from dataclasses import replace

import numpy as np
import pytest
import world

from llmrec_core import describe, newcomer
from llmrec_core.build import Builder, build
from llmrec_core.describe import edit
from llmrec_core.errors import InputError, MissingArtefactError, StudioError, UnknownIdError
from llmrec_core.newcomer import Pick
from llmrec_core.profile import new_profile
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.texts import LazyEncoder

SPACE = "Loves space titles with spaceships and robots."
HEARTS = "Adores romance titles, weddings and love letters."


@pytest.fixture
def rec(built_study):
    return Recommender(built_study)


def items_of(rec, profile, weights=None, n=5):
    answer = rec.ranked(rec.block(profile), rec.weights(weights), n)
    return [line.item for line in answer.items]


def test_the_withheld_item_leads_the_list(rec):
    """Item u is the only one of its kind that user u does not have yet."""
    first = [items_of(rec, rec.profile(u), n=1) for u in rec.behaviour.user_ids]
    assert np.mean([f == [u] for u, f in enumerate(first)]) > 0.9


def test_parts_add_up_to_the_score_and_ranks_count_from_one(rec):
    """Every line shows what its score is made of."""
    answer = rec.ranked(rec.block(rec.profile("u03")), rec.weights(), 5)
    assert [line.rank for line in answer.items] == [1, 2, 3, 4, 5][: len(answer.items)]
    for line in answer.items:
        assert sum(line.parts.values()) == pytest.approx(line.score, rel=1e-12)
    shown = [line.score for line in answer.items]
    assert shown == sorted(shown, reverse=True)


def test_what_a_user_has_is_never_recommended(rec):
    """For everybody and the longest possible list."""
    for user_id in rec.behaviour.user_ids:
        profile = rec.profile(user_id)
        assert not set(items_of(rec, profile, n=world.N)) & set(profile.item.tolist())


def kinds(rec, profile):
    """0 for a space story, 1 for hearts: the six best items by the description alone."""
    return [i % 2 for i in items_of(rec, profile, {"description": 1.0}, 6)]


def test_an_edited_description_changes_the_list(rec):
    """A space fan of whom it is said what is said of a hearts fan gets hearts."""
    mine = rec.profile("u00")
    fresh = mine.keep_rows(np.zeros(len(mine.item), bool))  # all items are candidates
    said = replace(rec.description("u01"), owner_id="u00")
    assert kinds(rec, fresh) == [0] * 6
    assert kinds(rec, rec.described(fresh, said)) == [1] * 6
    assert kinds(rec, mine) == kinds(rec, rec.profile("u00"))  # the stored user is as before


@pytest.fixture(scope="module")
def real(tmp_path_factory, bundled_encoder):
    """The tiny world built with the real encoder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMREC_HOME", str(tmp_path_factory.mktemp("real")))
        patch.setattr(LazyEncoder, "model", bundled_encoder)
        patch.setattr(Builder, "map", lambda self: None)  # no map is asked for here
        # Settings chosen on 24 users follow their noise; the defaults are what a model reads with.
        patch.setattr("llmrec_core.choosing.MOST_SEARCHED", 0)
        study = Study.create("tiny", world.write_files(tmp_path_factory.mktemp("files")))
        build(study, encoder=bundled_encoder)
        yield Recommender(study)


@pytest.mark.encoder
@pytest.mark.parametrize(("said", "kind"), [(SPACE, 0), (HEARTS, 1)])
def test_a_new_user_by_text_gets_the_right_kind(real, said, kind):
    """One sentence that nobody has written before is enough for a model that reads."""
    listed = kinds(real, real.new_user(said)[0])
    assert listed.count(kind) >= 5


@pytest.mark.encoder
def test_disliking_a_kind_by_text_pushes_it_down(real):
    """The same sentence with the other polarity turns the list round."""
    profile = newcomer.profile_of(real, [(SPACE, -1)], [])
    assert kinds(real, profile).count(1) >= 5


def test_a_saved_edit_is_in_force_and_undone(rec):
    """The journal's latest version is what profiles are made of; undo brings the machine's back."""
    machine = rec.description("u00")
    edited = describe.edit(machine, 0, "Hates robots and adores every wedding in the spring.")
    rec.study.journal.save_description(edited, original=machine)
    assert rec.description("u00") == edited
    assert rec.profile("u00").sentence_text[0] == edited.sentences[0].text
    rec.study.journal.undo("u00")
    assert rec.description("u00") == machine


def test_a_sentence_that_is_off_counts_for_nothing(rec):
    """Switching every sentence off leaves a description that says the same of all items."""
    silent = rec.description("u00")
    for index in range(len(silent.sentences)):
        silent = describe.switch(silent, index, False)
    block = rec.block(rec.profile("u00", silent))
    assert "description" in newcomer.silent(block)


def test_a_new_user_is_read_from_a_paragraph(rec):
    """Sentences are told apart and their polarity guessed; picks alone do without a text."""
    _, said = rec.new_user("Enjoys space stories. Hates romance.", [2])
    assert [s.polarity for s in said.sentences] == [1, -1]
    profile, said = rec.new_user("", [2, 4])
    assert (profile.item.tolist(), said.sentences) == ([2, 4], ())


@pytest.mark.parametrize("kind", [0, 1])
def test_a_new_user_by_picks_gets_the_right_kind(rec, kind):
    """Three picked items call for more of their kind, and are not recommended back."""
    picks = [Pick(kind), Pick(kind + 4), Pick(kind + 8)]
    listed = items_of(rec, newcomer.profile_of(rec, [], picks), {"collaborative": 1.0}, 6)
    assert [i % 2 for i in listed] == [kind] * 6
    assert not {p.item for p in picks} & set(listed)


def test_a_new_user_of_whom_nothing_is_known_is_refused(rec):
    """Neither a sentence nor a pick: the message says what to do."""
    with pytest.raises(InputError, match="type a sentence or pick an item"):
        newcomer.profile_of(rec, [], [])
    with pytest.raises(InputError, match="type a sentence or pick an item"):
        rec.new_user("  \n")


def test_unknown_ids_are_named(rec):
    """User and item, with a few ids that exist."""
    with pytest.raises(UnknownIdError, match=r"no user 'nobody' .*u\d\d"):
        rec.profile("nobody")
    with pytest.raises(UnknownIdError, match=r"no item 'nothing' .*i00"):
        rec.item_number("nothing")


def test_a_list_longer_than_the_catalogue_ends_early(rec):
    """All candidates once, and no more."""
    profile = rec.profile("u05")
    listed = items_of(rec, profile, n=10 * world.N)
    assert sorted([*listed, *set(profile.item.tolist())]) == list(range(world.N))


def test_a_user_who_has_everything_gets_an_empty_list(rec):
    """No candidates: no lines, no warning and no nan, and the ledger still answers."""
    everything = new_profile(range(world.N), world.N, dim=rec.profiles.sentence_vector.shape[1])
    block = rec.block(everything)
    assert rec.ranked(block, rec.weights(), 10).items == []
    assert np.isfinite(block.values).all()
    entries = rec.explain(everything, block, rec.weights(), 3)
    assert np.isfinite([entry.contribution for entry in entries]).all()


def test_excluded_items_are_left_out(rec):
    """A filter's items are no candidates."""
    profile = rec.profile("u00")
    first = items_of(rec, profile, n=3)
    block = rec.block(profile, exclude=first[:1])
    assert [x.item for x in rec.ranked(block, rec.weights(), 2).items] != first[:2]
    assert first[0] not in [x.item for x in rec.ranked(block, rec.weights(), 9).items]


def test_weights_of_zero_order_by_id(rec):
    """Nothing is said of any item: the list is in the order of the ids, not of chance."""
    block = rec.block(rec.new_user(SPACE)[0])
    answer = rec.ranked(block, rec.weights({}), 4)
    assert [x.item_id for x in answer.items] == ["i00", "i01", "i02", "i03"]
    assert [x.score for x in answer.items] == [0, 0, 0, 0]


def test_everybodys_lists_are_those_of_each(rec):
    """The batch and the single answer agree, in order too, also for an edited user."""
    said = replace(rec.description("u01"), owner_id="u00")
    rec.study.journal.save_description(said, original=rec.description("u00"))
    reads = {"description": 1.0}
    before = rec.profiles.at(0).sentence_text
    lists = rec.all_lists(rec.weights(reads), 4)
    for u, user_id in enumerate(rec.behaviour.user_ids):
        line = rec.ranked(rec.block(rec.profile(user_id)), rec.weights(reads), 4)
        assert [i for i in lists[u] if i >= 0] == [shown.item for shown in line.items]
    assert rec.profiles_in_force().at(0).sentence_text != before


def test_undoing_every_edit_gives_the_machines_text_of_today(rec):
    """Not the text of the day of the edit, which a later build may have replaced."""
    old = replace(rec.description("u00"), latest=1)  # as an earlier build wrote it
    rec.study.journal.save_description(edit(old, 0, "Loves maps."), original=old)
    rec.study.journal.undo("u00")
    assert rec.description("u00") == rec.written[0]


def test_two_threads_get_the_same_answers(rec):
    """A recommender holds nothing that a request changes."""
    expected = items_of(rec, rec.profile("u07"))
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(items_of(rec, rec.profile("u07"))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"recipe": 1}', '{"recipe": {}, "encoder": 2}'])
def test_a_build_card_that_says_nothing_means_not_built(built_study, text):
    """However broken: the message names the command."""
    (built_study.folder / "build.json").write_text(text)
    with pytest.raises(MissingArtefactError, match="not built yet: run `llmrec build tiny`"):
        Recommender(built_study)


def test_a_build_of_another_version_asks_for_a_build(built_study):
    """The reader is told what to do, not the name of an artefact."""
    path = built_study.folder / "build.json"
    card = json.loads(path.read_text())
    card["recipe"]["version"] -= 1
    path.write_text(json.dumps(card))
    with pytest.raises(MissingArtefactError, match="another version of the studio: run `llmrec"):
        Recommender(built_study)


def test_every_artefact_that_is_damaged_is_named(built_study):
    """One flipped byte in any stage: a named error, never other numbers."""
    rec = Recommender(built_study)
    used = [rec.keys.items, rec.keys.sentences, rec.keys.descriptions, rec.keys.signals]
    for stage, key in zip(("items", "sentences", "descriptions", "signals"), used, strict=True):
        name = built_study.artefacts.card(stage, key)["file"]
        path = built_study.folder / "artefacts" / stage / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
        with pytest.raises(StudioError, match=f"{stage}/.* is damaged"):
            _ = Recommender(built_study).written
        path.write_bytes(whole)


def test_changed_data_asks_for_a_build(built_study):
    """Filters set after the build: what is missing is named, no old answer is given."""
    card = {**built_study.card, "filters": {"min_value": 4.0}}
    (built_study.folder / "study.json").write_text(json.dumps(card))
    with pytest.raises(MissingArtefactError, match="llmrec build tiny"):
        Recommender(built_study)
