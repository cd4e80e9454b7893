"""What descriptions of a group share, in a world of two camps."""

import numpy as np
import pytest

from llmrec_core.describe import Description, Sentence
from llmrec_core.selection import Phrases, shared_phrases
from llmrec_core.selection.said import names_of, phrases_in


def _told(*sentences: tuple[str, int]) -> Description:
    return Description("u", tuple(Sentence(text, "typed", sign) for text, sign in sentences))


SPACE = _told(("Loves slow burning space films.", 1), ("Is tired of war.", -1))
TIRED = _told(("Loves slow burning space films.", 1), ("Has had enough of war.", -1))
HEART = _told(("Loves war and letters.", 1), ("Rates as others do.", 0))
CAMPS = Phrases.of([SPACE, TIRED, HEART, HEART])


def test_a_group_is_told_by_what_the_others_do_not_say():
    """Both of them, half of all; «war» is disliked here and liked there, so it is told apart."""
    found = shared_phrases(CAMPS, [0, 1]).set_index("phrase")
    war = found.loc["war"]
    assert war["about"] == "dislikes" and war["example"] == "Is tired of war."
    assert (war["users"], war["share"], war["share_all"], war["lift"]) == (2, 1.0, 0.5, 2.0)
    assert "letters" not in found.index and "Loves" not in found.index


def test_one_phrase_stands_for_all_that_say_the_same():
    """«slow burning space» and its parts are said of the same users: one of them is told."""
    likes = shared_phrases(CAMPS, [0, 1]).query("about == 'likes'")["phrase"].tolist()
    assert len(likes) == len(set(likes)) == 1 and "burning" in likes[0]


def test_a_sentence_that_is_off_or_says_nothing_of_taste_is_not_read():
    """Who switched it off is not told by it; polarity 0 is no taste."""
    off = Description("u", (Sentence("Loves opera.", "typed", 1, on=False),))
    assert not Phrases.of([off, off]).known
    assert not any("Rates" in phrase for _, phrase in CAMPS.known)


def test_a_title_is_one_phrase_with_its_marks():
    """However it is stored; the year beside it is none."""
    names = names_of(["Good, the Bad and the Ugly, The", "Matilda"])
    text = "Loved The Good, the Bad and the Ugly (1966) and Matilda (1988)."
    assert list(phrases_in(text, names)) == [
        "Loved", "The Good, the Bad and the Ugly", "Matilda"
    ]


def test_phrases_stop_at_marks_of_any_script():
    """A Chinese enumeration falls into its parts."""
    assert list(phrases_in("喜欢科幻、悬疑。")) == ["喜欢科幻", "悬疑"]


def test_names_with_initials_stay_whole():
    """An initial is part of a name and is none by itself."""
    found = set(phrases_in("Is fond of Ursula K. Le Guin and John le Carré."))
    assert {"Ursula K. Le Guin", "John le Carré"} <= found and not found & {"K.", "K", "Le", "le"}


def test_everybody_may_be_a_sample():
    """Among users 1 and 2 alone, half say it."""
    found = shared_phrases(CAMPS, [0, 1], everybody=np.array([1, 2])).set_index("phrase")
    assert found.loc["war", "share_all"] == pytest.approx(1 / 2)


def test_nobody_shares_nothing():
    """An empty group is an empty table."""
    assert shared_phrases(CAMPS, []).empty


def test_a_name_is_not_cut_off_at_an_initial():
    """Two who like two people share no «J. R.»; the whole name of one they do, with its example."""
    smith, brown, again, other = (
        _told((text, 1))
        for text in ("Likes films of J. R. Smith.", "Has books of J. R. Brown.",
                     "Watches J. R. Smith.", "Sees plays.")
    )  # fmt: skip
    known = Phrases.of([smith, brown, again, other])
    assert shared_phrases(known, [0, 1]).empty
    found = shared_phrases(known, [0, 2]).set_index("phrase")
    assert found["example"].to_dict() == {"J. R. Smith": "Likes films of J. R. Smith."}
