"""A description while it is edited."""

import pytest

from llmrec_core.describe import PERSON, Description, Sentence
from llmrec_core.errors import InputError
from llmrec_core.ui.drafts import Draft

BASE = Description(
    "u", (Sentence("Likes rain.", "theme", rows=(1, 2)), Sentence("Likes snow.", "theme"))
)


def test_nothing_done_is_nothing_to_save():
    """A fresh draft, and one whose edit was taken back, have not changed."""
    draft = Draft.of(BASE)
    assert not draft.changed
    assert not draft.switched(0, False).switched(0, True).changed


def test_a_mark_stays_with_its_sentence():
    """After the first sentence is gone the second still answers to its own mark."""
    draft = Draft.of(BASE).without(0).reworded(1, "Likes hail.")
    assert [s.text for s in draft.now.sentences] == ["Likes hail."] and draft.marks == (1,)


def test_a_mark_that_is_gone_does_nothing():
    """A late callback of a removed sentence changes nothing."""
    draft = Draft.of(BASE).without(0)
    assert draft.reworded(0, "x") == draft.switched(0, False) == draft.meant(0, -1) == draft


def test_an_emptied_box_removes_the_sentence():
    """No text is no sentence."""
    assert len(Draft.of(BASE).reworded(0, "  ").now.sentences) == 1


def test_added_sentences_get_marks_of_their_own():
    """Two typed sentences become two lines with new marks, one of them a dislike."""
    draft = Draft.of(BASE).with_text("Loves fog. Hates wind.")
    assert draft.marks == (0, 1, 2, 3)
    assert [s.polarity for s in draft.now.sentences[2:]] == [1, -1]
    with pytest.raises(InputError):
        draft.with_text("   ")


def test_a_flipped_meaning_is_a_persons():
    """The machine did not say so: the author changes with the meaning."""
    sentence = Draft.of(BASE).meant(0, -1).now.sentences[0]
    assert (sentence.polarity, sentence.author, sentence.rows) == (-1, PERSON, (1, 2))


def test_another_text_altogether_takes_new_marks():
    """So that no box shows the old sentence for the new one."""
    draft = Draft.of(BASE).with_text("Loves fog.").replaced(BASE)
    assert draft.marks == (3, 4) and not draft.changed


def test_saving_keeps_marks_and_leaves_nothing_to_save():
    """The boxes stay as they are."""
    draft = Draft.of(BASE).with_text("Loves fog.")
    saved = draft.saved(draft.now, "today")
    assert saved.marks == draft.marks and not saved.changed and saved.data == "today"


def test_a_models_words_are_the_models():
    """Author, check and meaning come with them; whether the sentence counts stays the person's."""
    off = Draft.of(BASE).switched(0, False)
    new = Sentence("Likes a drizzle.", "theme", -1, (2,), author="m", check="open")
    sentence = off.rewritten(0, new).now.sentences[0]
    assert (sentence.text, sentence.author, sentence.check) == ("Likes a drizzle.", "m", "open")
    assert (sentence.on, sentence.polarity) == (False, -1)
    assert off.without(0).rewritten(0, new) == off.without(0)


def test_what_was_checked_is_forgotten_with_the_words():
    """A person's words, or another meaning, were never compared with the evidence."""
    checked = Description("u", (Sentence("Likes rain.", "theme", check="supported"),))
    assert Draft.of(checked).reworded(0, "Likes hail.").now.sentences[0].check == ""
    assert Draft.of(checked).meant(0, -1).now.sentences[0].check == ""
