"""The word diff of two versions: aligned by sentence, complete, and told in words."""

from __future__ import annotations

import pytest

from llmrec_core.describe import Description, Sentence, add, edit, remove, switch
from llmrec_core.describe.diff import Mark, compare, in_words, words

OLD = Description(
    "u",
    (
        Sentence("Loves war films and quiet dramas.", "theme"),
        Sentence("Hates noise.", "typed", -1),
        Sentence("Favourites include Brazil and Alien.", "favourite_title"),
    ),
)


def _kept(pieces, *marks):
    return "".join(piece.text for piece in pieces if piece.mark in (Mark.SAME, *marks))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Loves war films.", "Loves love films."), ("a b c d", "d c b a"), ("", "Likes rain."),
        ("喜欢战争电影。", "喜欢爱情电影和书。"), ("Rain,  rain, go away!", "Rain; stay."),
    ],
)  # fmt: skip
def test_both_texts_can_be_read_off_the_pieces(old, new):
    """Nothing is lost: kept and removed are the old text, kept and added the new one."""
    pieces = words(old, new)
    assert _kept(pieces, Mark.REMOVED) == old and _kept(pieces, Mark.ADDED) == new


def test_a_replaced_word_is_all_that_is_marked():
    """The words round it stay unmarked."""
    pieces = words("Loves war films.", "Loves love films.")
    assert [(p.mark, p.text) for p in pieces if p.mark] == [("-", "war"), ("+", "love")]


def test_neighbouring_changes_read_as_one():
    """Not word by word in turns, but what went, then what came."""
    pieces = words("a b c d", "a x y d")
    assert [(p.mark, p.text) for p in pieces if p.mark] == [("-", "b c"), ("+", "x y")]


def test_chinese_is_compared_by_character():
    """There are no spaces between words."""
    pieces = words("喜欢战争电影", "喜欢爱情电影")
    assert [(p.mark, p.text) for p in pieces if p.mark] == [("-", "战争"), ("+", "爱情")]


def test_sentences_are_aligned():
    """A reworded sentence meets its old self; a new and a gone one stand alone."""
    new = add(remove(edit(OLD, 0, "Loves love films and quiet dramas."), 2), "Likes trains.")
    lines = compare(OLD, new)
    told = [(x.before and x.before.text[:5], x.after and x.after.text[:5]) for x in lines]
    assert told == [("Loves", "Loves"), ("Hates", "Hates"), ("Favou", None), (None, "Likes")]
    assert [line.changed for line in lines] == [True, False, True, True]


def test_a_sentence_put_in_front_shifts_nobody():
    """Later sentences are still compared with themselves."""
    first = Sentence("Reads at night.", "typed")
    lines = compare(OLD, Description("u", (first, *OLD.sentences)))
    assert [line.changed for line in lines] == [True, False, False, False]


def test_a_turn_and_a_switch_are_changes_without_a_word():
    """Polarity and on/off are told apart from words."""
    turned = edit(switch(OLD, 0, False), 1, "Hates noise.", polarity=1)
    lines = compare(OLD, turned)
    assert lines[0].switched and lines[1].turned and not any(p.mark for p in lines[0].pieces)
    assert in_words(lines) == (
        "1 sentence turned (likes or dislikes); 1 sentence switched off."
    )


def test_the_summary_counts_words_and_not_commas():
    """One word for another, and a new sentence of two words."""
    new = add(edit(OLD, 0, "Loves love films, and quiet dramas."), "Likes trains.")
    assert in_words(compare(OLD, new)) == "3 words added, 1 removed."
    assert in_words(compare(OLD, OLD)) == "Nothing changed."


def test_the_same_words_by_another_author_are_no_change():
    """A reader would see no difference."""
    mine = edit(edit(OLD, 0, "Other."), 0, OLD.sentences[0].text)
    assert mine != OLD and not any(line.changed for line in compare(OLD, mine))
