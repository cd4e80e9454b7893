"""The check of a model's reason: what the parts bear out passes, what they do not is caught."""

import pytest
import world

from llmrec_core.describe import Check
from llmrec_core.explain import AVERAGE, Entry
from llmrec_core.faith import Lexicon
from llmrec_core.reasons import Feeling, check, weigh
from llmrec_core.reasons.request import Question


def signal(name, *lines):
    """One signal's entry: (kind, evidence, points, number) each."""
    children = [Entry(name, 1.0, kind, words, points, number=n) for kind, words, points, n in lines]
    children.append(Entry(name, 1.0, AVERAGE, AVERAGE, 0.0))
    total = sum(child.contribution for child in children)
    return Entry(name, 1.0, "signal", name, total, tuple(children))


def verdict(text, weighed, title, language="English", lexicon=None):
    """The check of a text about one item."""
    return check.verdict(text, Question(weighed, title, language, lexicon))


ENTRIES = (
    signal(
        "taste", ("past item", "Alien (1979)", 5.0, 1), ("past item", "Net, The", 2.0, 2),
        ("past item", "Rudy", 1.0, 3), ("past item", "Babe", -4.0, 4),
    ),
    signal("description", ("sentence", "Is often disappointed by war films.", 1.0, 0)),
)
PAST = {1: Feeling.LIKED, 2: Feeling.NEUTRAL, 3: Feeling.DISLIKED, 4: Feeling.LIKED}
WEIGHED = weigh(ENTRIES, PAST)
MANY = weigh(
    (signal("taste", *(("past item", f"Film {chr(65 + k)}", 1.0, k) for k in range(20))),), {}
)


def test_the_parts_are_those_of_the_tables_below():
    """Alien and The Net are named: 7 of 9; Babe is against."""
    assert [part.evidence for part in WEIGHED.named()] == ["Alien (1979)", "Net, The"]
    assert WEIGHED.against().evidence == "Babe"


GOOD = (
    "The user liked Alien (1979), which makes Star Wars a good choice.",
    "Star Wars is recommended because the user liked Alien (1979) and took The Net.",
    "Because the user enjoyed «Alien (1979)», Star Wars fits, although Babe speaks against it.",
    "Star Wars comes up because they loved Alien (1979). However, the user liked Babe, which "
    "speaks against it.",
    "About three quarters of what speaks for Star Wars is that the user liked Alien (1979) and "
    "rated The Net neither high nor low.",
    "Alien (1979) and Net, The are 78% of what speaks for it.",
)


@pytest.mark.parametrize("text", GOOD)
def test_what_the_parts_bear_out_passes(text):
    """Names with their article moved or not, quoted or not, years inside titles, near shares."""
    assert verdict(text, WEIGHED, "Star Wars") == (Check.SUPPORTED, "")


BAD = (
    ("The user liked Alien (1979) and Aliens.", "names «Aliens»"),
    ("The user liked Alien (1979) and «blade runner».", "quotes «blade runner»"),
    ("The user liked Alien (1979) by Ridley Scott.", "names «Ridley Scott»"),
    ("The user liked Alien (1979), like 12 others did.", "the number 12"),
    ("The user liked Alien (1979), a film of 1986.", "the number 1986"),
    ("The user liked Alien (1979): that is half of what speaks for it.", "says «half»"),
    ("Alien (1979) and The Net are 40% of what speaks for it.", "says «40%»"),
    ("Star Wars is a great film that everybody should see.", "names none of the parts"),
)


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_what_is_in_no_part_is_unsupported(text, problem):
    """The words say what is wrong."""
    found, words = verdict(text, WEIGHED, "Star Wars")
    assert found == Check.UNSUPPORTED and problem in words


TURNED = (
    "The user disliked Alien (1979).",
    "The user liked Alien (1979) and Babe.",
    "The user liked Alien (1979) and The Net.",
    "Star Wars comes up because the user did not like Alien (1979).",
    "Star Wars comes up because of Babe.",
    "Alien (1979), which the user hated, is like Star Wars.",
    "Alien (1979) speaks against Star Wars.",
)


@pytest.mark.parametrize("text", TURNED)
def test_a_changed_side_is_a_contradiction(text):
    """Likes and dislikes, for and against, and what was valued neither high nor low."""
    assert verdict(text, WEIGHED, "Star Wars")[0] == Check.CONTRADICTED


def test_a_disliked_sentence_told_as_a_like_is_a_contradiction():
    """Its telling words are enough, verbatim or not."""
    weighed = weigh((ENTRIES[1],))
    assert verdict("The user likes war films.", weighed, "Star Wars")[0] == Check.CONTRADICTED
    good = "It comes up because the user is disappointed by war films."
    assert verdict(good, weighed, "Star Wars")[0] == Check.SUPPORTED


def test_many_small_parts_are_no_half():
    """Four of twenty are a fifth."""
    text = "The user chose Film A and Film B: {} of what speaks for it."
    assert verdict(text.format("about a fifth"), MANY, "Star Wars")[0] == Check.SUPPORTED
    assert verdict(text.format("two thirds"), MANY, "Star Wars")[0] == Check.UNSUPPORTED
    assert verdict(text.format("nearly all"), MANY, "Star Wars")[0] == Check.UNSUPPORTED


def test_verbs_inside_a_title_say_nothing():
    """«The Hate U Give» is liked, «It» is a title and «it» is not."""
    weighed = weigh(
        (signal("taste", ("past item", "The Hate U Give", 2.0, 1), ("past item", "It", 1.5, 2)),),
        {1: Feeling.LIKED, 2: Feeling.DISLIKED},
    )
    text = "Because the user liked The Hate U Give, they may like it."
    assert verdict(text, weighed, "Up") == (Check.SUPPORTED, "")
    assert verdict("The user liked It.", weighed, "Up")[0] == Check.CONTRADICTED


def test_names_are_checked_in_chinese_and_german_too():
    """Latin titles and numbers in Chinese; in German every noun has a capital, quotations count."""
    fine = "因为用户喜欢 Alien (1979)，所以推荐 Star Wars。"
    assert verdict(fine, WEIGHED, "Star Wars", "Chinese")[0] == Check.SUPPORTED
    found, _ = verdict("因为用户喜欢 Aliens 和 Alien (1979)。", WEIGHED, "Star Wars", "Chinese")
    assert found == Check.UNSUPPORTED
    assert verdict("因为用户喜欢太空。", WEIGHED, "Star Wars", "Chinese")[0] == Check.OPEN
    german = "Weil der Nutzer Alien (1979) mochte, passt der Film {}."
    assert verdict(german.format("gut"), WEIGHED, "Star Wars", "German")[0] == Check.SUPPORTED
    assert verdict(german.format("zu «Up»"), WEIGHED, "Star Wars", "German")[0] == Check.UNSUPPORTED


def test_a_catalogue_s_names_are_names_however_they_are_written():
    """A title that begins the sentence, a maker, a kind that no part has."""
    lexicon = Lexicon.of(world.items())
    weighed = weigh((signal("taste", ("past item", "Star 2", 2.0, 2)),), {2: Feeling.LIKED})
    fine = "The user liked Star 2."
    assert verdict(fine, weighed, "Star 4", lexicon=lexicon) == (Check.SUPPORTED, "")
    for lie in ("«Heart 3» is like it. ", "Ada made it. ", "The user likes romance titles. "):
        found, problem = verdict(lie + fine, weighed, "Star 4", lexicon=lexicon)
        assert found == Check.UNSUPPORTED, lie
        assert "is not among the parts" in problem
