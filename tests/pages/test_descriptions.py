"""Descriptions: read, edit, switch off, add, save, undo, restore; nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace

from llmrec_core.errors import StudioError
from llmrec_core.journal import Journal
from llmrec_core.recommender import Recommender
from tests.pages.recommending import open_page, said, sound

PAGE = "pages/explore/descriptions.py"
OTHER = "pages/recommend/new_user.py"
KEY = "draft:tiny:u05"


def _open():
    return open_page(PAGE, user="u05")


def _box(at, mark=0):
    return at.text_area(key=f"{KEY}:text:{mark}")


def _save(at):
    return at.button(key=f"{KEY}:save").click().run()


def test_every_sentence_has_its_line(built_study):
    """As many boxes as sentences, with their words."""
    written = Recommender(built_study).description("u05")
    assert [box.value for box in _open().text_area][:-1] == [s.text for s in written.sentences]


def test_an_edit_is_a_new_version_and_the_original_stays(built_study):
    """Version 0 is the machine's, version 1 the person's, with a name and a time."""
    at = _open()
    at.text_input(key="author").set_value("Ada").run()
    before = _box(at).value
    _box(at).set_value("Loves robots.").run()
    sound(_save(at))
    original, mine = built_study.journal.history("u05")
    assert original.description.sentences[0].text == before
    assert mine.description.sentences[0].text == "Loves robots."
    assert (mine.author, mine.head) == ("Ada", True)
    assert "Saved as version 1" in said(at)


def test_an_edit_is_there_in_a_new_session(built_study):
    """What was saved is found after a reload."""
    at = _open()
    _box(at).set_value("Loves robots.").run()
    _save(at)
    assert _box(_open()).value == "Loves robots."


def test_typing_and_saving_in_one_click(built_study):
    """A click on save takes what stands in the boxes, the one for adding too."""
    at = _open()
    _box(at).set_value("Loves robots.")
    at.text_area(key=f"{KEY}:new").set_value("Hates weddings.")
    sound(_save(at))
    texts = [s.text for s in built_study.journal.description("u05").sentences]
    assert texts[0] == "Loves robots." and texts[-1] == "Hates weddings."


def test_a_draft_survives_a_visit_elsewhere(built_study):
    """Unsaved words are there on return, marked as not saved."""
    at = _open()
    _box(at).set_value("Loves robots.").run()
    at.switch_page(OTHER).run()
    at = sound(at.switch_page(PAGE).run())
    assert _box(at).value == "Loves robots." and "Not saved yet" in said(at)
    assert built_study.journal.description("u05") is None


def test_a_failed_save_says_so_and_keeps_the_draft(built_study, monkeypatch):
    """The disk is full: one sentence, and the words are still there."""
    at = _open()
    _box(at).set_value("Loves robots.").run()

    def full(*_args, **_kwargs):
        raise StudioError("The journal cannot be used now (disk full).")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "save_description", full)
        _save(at)
    assert not at.exception and "Not saved, your draft is kept" in at.error[0].value
    assert _box(at).value == "Loves robots."
    sound(_save(at))
    assert built_study.journal.description("u05").sentences[0].text == "Loves robots."


def test_undo_redo_and_restore(built_study):
    """Back to the original, forward again, and the original as a newest version."""
    at = _open()
    before = _box(at).value
    _box(at).set_value("Loves robots.").run()
    _save(at)

    def first():
        return built_study.journal.description("u05").sentences[0].text

    sound(at.button(key=f"{KEY}:undo").click().run())
    assert first() == before and before in [box.value for box in at.text_area]
    sound(at.button(key=f"{KEY}:redo").click().run())
    assert first() == "Loves robots."
    sound(at.button(key=f"{KEY}:restart_alt").click().run())
    assert first() == before and len(built_study.journal.history("u05")) == 3


def test_a_sentence_switched_off_does_not_count(built_study):
    """It is kept, weighs nothing, and comes back."""
    at = _open()
    at.toggle(key=f"{KEY}:on:0").set_value(False).run()
    _save(at)
    recommender = Recommender(built_study)
    assert recommender.profile("u05").sentence_weight[0] == 0
    assert not recommender.description("u05").sentences[0].on


def test_a_typed_dislike_is_taken_for_one_and_can_be_turned(built_study):
    """The guess is shown beside the sentence and is only a guess."""
    at = _open()
    at.text_area(key=f"{KEY}:new").set_value("Cannot stand weddings.").run()
    sound(at.button(key=f"{KEY}:add").click().run())
    meaning = [box for box in at.selectbox if ":polarity:" in str(box.key)][-1]
    assert meaning.value == -1
    meaning.select(1).run()
    _save(at)
    assert built_study.journal.description("u05").sentences[-1].polarity == 1


def test_a_removed_sentence_is_gone_and_the_others_stay(built_study):
    """Each box keeps its own sentence."""
    at = _open()
    second = _box(at, 1).value
    sound(at.button(key=f"{KEY}:remove:0").click().run())
    assert at.text_area[0].value == second


def test_too_long_a_sentence_is_refused_and_stays_in_its_box(built_study):
    """The limit is named; the typed text is not thrown away."""
    at = _open()
    long = "word " * 400
    _box(at).set_value(long).run()
    assert "at most 1000" in at.error[0].value and _box(at).value == long


def test_discarding_goes_back_to_what_is_saved(built_study):
    """The boxes show the saved words again."""
    at = _open()
    before = _box(at).value
    _box(at).set_value("Loves robots.").run()
    sound(at.button(key=f"{KEY}:delete_sweep").click().run())
    assert at.text_area[0].value == before and "Not saved yet" not in said(at)


def test_a_change_from_elsewhere_is_told_and_the_draft_kept(built_study):
    """Two people at once: nobody's words are lost."""
    at = _open()
    _box(at).set_value("Loves robots.").run()
    original = Recommender(built_study).written[5]
    other = original.__class__.from_json(original.to_json().replace("romance", "love"))
    built_study.journal.save_description(other, "Bo", original=original)
    at = sound(at.run())
    assert "changed elsewhere" in at.warning[0].value and _box(at).value == "Loves robots."


def test_the_rows_behind_a_sentence(built_study):
    """Opened, the evidence shows the user's own interactions."""
    at = _open()
    at.session_state[f"{KEY}:rows:0"] = True
    shown = [t.value for t in sound(at.run()).dataframe if "Date" in t.value.columns]
    sentence = Recommender(built_study).written[5].sentences[0]
    assert len(shown) == 1 and len(shown[0]) == len(sentence.rows)


def test_evidence_of_a_replaced_table_is_told_and_nobody_elses_rows_are_shown(built_study):
    """A saved description keeps the row ids of the import that it was written from."""
    written = Recommender(built_study).written[5]
    gone = replace(written.sentences[0], rows=(10**6,))
    others = replace(written.sentences[1], rows=(0,))
    rest = replace(written, sentences=(gone, others, *written.sentences[2:]))
    built_study.journal.save_description(rest, original=written)
    at = _open()
    at.session_state[f"{KEY}:rows:0"] = at.session_state[f"{KEY}:rows:1"] = True
    at = sound(at.run())
    assert not [t for t in at.dataframe if "Date" in t.value.columns]
    assert said(at).count("from earlier data") == 2
