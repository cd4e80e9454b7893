"""One edit for many descriptions: what it changes, what it leaves, and who is meant."""

from __future__ import annotations

import numpy as np
import pytest
import world

from llmrec_core.audience import Audience, fond_of, home_groups, members, naming
from llmrec_core.describe import PERSON, Check, Description, Sentence
from llmrec_core.describe.many import Act, Edit, changes, phrase_pattern
from llmrec_core.errors import InputError
from llmrec_core.recommender import Recommender

ANN = Description(
    "ann",
    (
        Sentence("Loves war films.", "theme", 1, (3,), check=Check.SUPPORTED.value),
        Sentence("War stories and warm hearts.", "theme"),
    ),
)
BOB = Description("bob", (Sentence("Likes warm hearts.", "theme"),))


def _texts(description):
    return [sentence.text for sentence in description.sentences]


def test_a_sentence_is_added_where_it_is_not_yet():
    """A second run of the same edit changes nothing."""
    edit = Edit(Act.ADD, "Cannot stand noise.")
    (one,) = changes([ANN], edit)
    assert _texts(one.after)[-1] == "Cannot stand noise." and one.after.sentences[-1].polarity == -1
    assert one.after.sentences[-1].author == PERSON
    assert changes([one.after], edit) == []


def test_sentences_with_a_phrase_are_removed():
    """Whole words only: «warm» is not «war»; who has none is not in the changes."""
    (one,) = changes([ANN, BOB], Edit(Act.REMOVE, "war"))
    assert one.before is ANN and _texts(one.after) == []


def test_sentences_are_switched_off_and_on():
    """They stay, and only their switch moves."""
    (off,) = changes([ANN], Edit(Act.OFF, "loves WAR"))
    assert [s.on for s in off.after.sentences] == [False, True]
    (on,) = changes([off.after], Edit(Act.ON, "war"))
    assert on.after == ANN


def test_a_word_is_replaced_with_its_capital():
    """The sentence is a person's then, and what was checked of it is forgotten."""
    (one,) = changes([ANN, BOB], Edit(Act.REPLACE, "war", by="love"))
    assert _texts(one.after) == ["Loves love films.", "Love stories and warm hearts."]
    first = one.after.sentences[0]
    assert (first.author, first.check, first.rows) == (PERSON, Check.NONE.value, (3,))


def test_a_replacement_that_leaves_nothing_removes_the_sentence():
    """Rather than a full stop that says nothing."""
    bare = Description("u", (Sentence("War!", "theme"), Sentence("Peace.", "theme")))
    (one,) = changes([bare], Edit(Act.REPLACE, "war"))
    assert _texts(one.after) == ["Peace."]


def test_a_replacement_is_text_and_no_pattern():
    """Neither what is looked for nor what comes in its place is a regular expression."""
    odd = Description("u", (Sentence(r"Likes C++ (a \1 lot).", "theme"),))
    (one,) = changes([odd], Edit(Act.REPLACE, "C++", by=r"\1 [x]"))
    assert _texts(one.after) == [r"Likes \1 [x] (a \1 lot)."]


def test_a_meaning_is_turned():
    """Only where it differs."""
    (one,) = changes([ANN, BOB], Edit(Act.MEANING, "war", polarity=-1))
    assert [s.polarity for s in one.after.sentences] == [-1, -1]
    assert changes([one.after], Edit(Act.MEANING, "war", polarity=-1)) == []


def test_own_edits_are_told():
    """So that the preview can say whose words stay."""
    told = changes([ANN, BOB], Edit(Act.REMOVE, "hearts"), edited={"bob"})
    assert [(change.before.owner_id, change.own) for change in told] == [
        ("ann", False), ("bob", True),
    ]


@pytest.mark.parametrize(
    ("edit", "wrong"),
    [
        (lambda: Edit(Act.ADD, "  "), "sentence to add is empty"),
        (lambda: Edit(Act.REMOVE, ""), "phrase to look for is empty"),
        (lambda: Edit(Act.MEANING, "war"), "likes, dislikes or neither"),
        (lambda: Edit(Act.REPLACE, "war", by="x" * 1000).of(ANN), "at most 1000"),
    ],
)
def test_what_makes_no_sense_is_refused(edit, wrong):
    """In words, before anything is changed."""
    with pytest.raises(InputError, match=wrong):
        edit()


def test_a_phrase_in_chinese_is_found_within_a_sentence():
    """There are no word boundaries to keep to."""
    assert phrase_pattern("战争").search("喜欢战争电影") and not phrase_pattern("wa").search("war")


def test_only_sentences_that_count_name_something():
    """One that is switched off says nothing."""
    off = changes([ANN], Edit(Act.OFF, "war"))[0].after
    assert naming([ANN, off, BOB], "war").tolist() == [True, False, False]


ROWS, ITEMS = world.behaviour(), world.items()


def test_even_users_are_fond_of_space():
    """They like it more than others do, though the odd ones have taken some of it too."""
    meant = fond_of(ROWS, ITEMS.frame["genres"].tolist(), "space")
    assert meant.tolist() == [u % 2 == 0 for u in range(world.N)]


def test_even_users_are_at_home_among_even_items():
    """With even and odd items as the groups; somebody without rows has no group."""
    cluster = np.arange(world.N) % 2
    assert home_groups(ROWS, cluster).tolist() == [u % 2 for u in range(world.N)]
    nobody = ROWS.take(ROWS.user != 3)
    assert home_groups(nobody, cluster)[3] == -1


def test_members_meet_all_that_is_asked(built_study):
    """Fond of space and with a word in the description: the even users of whom it is said."""
    recommender = Recommender(built_study)
    texts = recommender.descriptions()
    even = list(range(0, world.N, 2))
    assert members(recommender, Audience(), texts).tolist() == list(range(world.N))
    space = Audience(attribute="genres", value="space")
    assert members(recommender, space, texts).tolist() == even
    cluster = np.arange(world.N) % 2
    odd_space = Audience(attribute="genres", value="space", group=1)
    assert members(recommender, odd_space, texts, cluster).tolist() == []
    sizes = np.diff(recommender.behaviour.bounds())
    some = members(recommender, Audience(least=int(sizes.max())), texts)
    assert some.tolist() == np.flatnonzero(sizes == sizes.max()).tolist()


def test_members_with_a_sentence_like_this(built_study):
    """Somebody's own sentence resembles itself; the users found all have one that is close."""
    recommender = Recommender(built_study)
    texts = recommender.descriptions()
    own = texts[4].sentences[0].text
    meant = members(recommender, Audience(like=own, likeness=0.999), texts)
    assert meant.tolist() == [
        u for u, text in enumerate(texts)
        if any(s.text == own and s.on and s.polarity for s in text.sentences)
    ]
    assert 4 in meant


def test_an_audience_that_cannot_be_is_refused(built_study):
    """Wrong bounds, an attribute that is not there, a group without a map."""
    recommender = Recommender(built_study)
    with pytest.raises(InputError, match="Nobody has at least 9"):
        Audience(least=9, most=3)
    with pytest.raises(InputError, match="no attribute 'colour'"):
        members(recommender, Audience(attribute="colour", value="red"), [])
    with pytest.raises(InputError, match="no groups yet"):
        members(recommender, Audience(group=0), [])
