"""Edits by template: kinds are found as words, swapped all at once, and titles stay titles."""

import pytest
import world

from llmrec_core.describe import PERSON, Description, Sentence, phrases
from llmrec_core.steer.edits import HELD_OUT, TAUGHT, about, named_kind, swap, wanting
from llmrec_core.steer.vocabulary import vocabulary


@pytest.fixture(scope="module")
def kinds():
    return vocabulary(world.items())


SPACE, ROMANCE = 0, 1


def told(*sentences):
    return Description("u", tuple(Sentence(text, "", polarity) for text, polarity in sentences))


def test_genres_are_the_kinds_and_makers_and_years_are_not(kinds):
    """Two genres, twelve items each; «creator» says who made a thing."""
    assert (kinds.attribute, kinds.values) == ("genres", ("space", "romance"))
    assert kinds.has.sum(axis=0).tolist() == [world.N / 2] * 2


@pytest.mark.parametrize(("text", "found"), [
    ("Likes space titles.", [SPACE]), ("Prefers romance to space.", [ROMANCE, SPACE]),
    ("Space is what matters.", [SPACE]), ("Enjoys romances.", [ROMANCE]),
    ("Loved A Space Odyssey (1968).", []), ("Likes spacecraft.", []), ("Reads a lot.", []),
])  # fmt: skip
def test_a_kind_is_a_common_noun(kinds, text, found):
    """Written small, or first in the sentence; inside a title, or another word, it is none."""
    assert kinds.named(text) == found


def test_two_kinds_change_places_in_every_sentence(kinds):
    """Both at once, so that none is changed twice; what was liked is disliked and back."""
    before = told(
        ("Cannot get enough of space titles.", 1), ("Loved Star 4.", 1),
        ("Does not care for romance or space opera.", -1),
    )  # fmt: skip
    after = swap(before, SPACE, ROMANCE, kinds)
    assert [(s.text, s.polarity) for s in after.sentences] == [
        ("Cannot get enough of romance titles.", 1), ("Loved Star 4.", 1),
        ("Does not care for space or romance opera.", -1),
    ]  # fmt: skip
    assert [s.author for s in after.sentences] == [PERSON, "template", PERSON]
    assert swap(after, SPACE, ROMANCE, kinds).text() == before.text()


def test_where_a_side_is_not_told_it_gets_a_sentence(kinds):
    """A description that names no dislike could otherwise only be half swapped."""
    after = swap(told(("Likes space titles.", 1)), SPACE, ROMANCE, kinds)
    assert [(s.text, s.polarity) for s in after.sentences] == [
        ("Likes romance titles.", 1), ("Does not care for space titles.", -1),
    ]  # fmt: skip


def test_a_sentence_that_is_off_names_nothing(kinds):
    """It does not count for the list, so it is not what somebody likes."""
    off = Description("u", (Sentence("Likes space titles.", "", 1, on=False),))
    assert named_kind(off, 1, kinds) is None
    assert named_kind(told(("Likes space titles.", 1)), 1, kinds) == SPACE


def test_added_sentences_say_what_they_say(kinds):
    """Five words are liked, «less» is a dislike, «more» a like; all are a person's."""
    base = told(("Likes space titles.", 1))
    assert about(base, ["a", "b", "c"], kinds).sentences[-1].text == (
        "Likes titles about a, b and c."
    )
    less, more = (wanting(base, ROMANCE, m, kinds).sentences[-1] for m in (False, True))
    assert (less.text, less.polarity) == ("Wants less romance titles.", -1)
    assert (more.text, more.polarity) == ("Wants more romance titles.", 1)
    assert {less.author, more.author} == {PERSON}


def test_held_out_words_say_the_same_and_are_nobody_elses(kinds):
    """Each rewritten sentence is restated with its polarity; titles and other sentences stay."""
    before = told(
        ("Cannot get enough of space titles.", 1), ("Loved Star 4.", 1),
        ("Does not care for romance titles.", -1),
    )  # fmt: skip
    after = swap(before, SPACE, ROMANCE, kinds, HELD_OUT)
    assert [(s.text, s.polarity) for s in after.sentences] == [
        ("Is always up for romance works.", 1), ("Loved Star 4.", 1),
        ("Would rather skip space works.", -1),
    ]  # fmt: skip
    frames = [HELD_OUT.liked, HELD_OUT.disliked, HELD_OUT.about, HELD_OUT.more, HELD_OUT.less]
    taught = [
        value for name, values in vars(phrases).items() if name.isupper() for value in values
    ]
    taught += [TAUGHT.liked, TAUGHT.disliked, TAUGHT.about, TAUGHT.more, TAUGHT.less]
    openings = {" ".join(str(text).split()[:2]).casefold() for text in taught}
    assert not openings & {" ".join(frame.split()[:2]).casefold() for frame in frames}
    assert about(before, ["a", "b"], kinds, HELD_OUT).sentences[-1].text == (
        "Is always up for works in which there are a and b."
    )
    assert wanting(before, SPACE, False, kinds, HELD_OUT).sentences[-1].polarity == -1


def test_a_catalogue_without_kinds_has_no_vocabulary():
    """Attributes that sort nothing are no kinds."""
    items = world.items()
    bare = type(items)(items.frame.drop(columns=["genres"]), ("plot",), ("creator", "year"))
    assert vocabulary(bare) is None
