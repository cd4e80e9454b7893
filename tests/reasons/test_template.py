"""Reasons by the template: they say what the ledger says, and nothing else."""

import math
from itertools import pairwise

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import blend, signals
from llmrec_core.describe.grammar import shown_title
from llmrec_core.explain import AVERAGE, Entry, ledger
from llmrec_core.profile import ValueScale, described_profiles, new_profile
from llmrec_core.reasons import Feeling, feelings, judged, reason, weigh
from llmrec_core.reasons.parts import LESS_TAKEN, MORE_TAKEN
from llmrec_core.reasons.shares import SHARES, share_words
from llmrec_core.reasons.template import MAX_QUOTE
from llmrec_core.signals.base import Kind
from llmrec_core.signals.ials import IalsRecipe
from llmrec_core.texts import Texts

RNG = np.random.default_rng(7)
PAIRS = [(int(u), int(i)) for u, i in RNG.integers(0, world.N, (200, 2))]
TITLES = [f"{'Star' if i % 2 == 0 else 'Heart'} {i}" for i in range(world.N)]
EVEN = dict.fromkeys(signals.NAMES, 1.0)


def share_range(words):
    """The shares that `words` stand for; (nan, nan) for words that say no share."""
    whole = {"all": (0.9995, 1.0), "nearly all": (0.95, 0.9995), "less than a tenth": (0, 0.075)}
    if words in whole:
        return whole[words]
    edges = [0.15 / 2, *((a + b) / 2 for (a, _), (b, _) in pairwise(SHARES)), 0.95]
    known = [word for _, word in SHARES]
    place = known.index(bare) if (bare := words.removeprefix("about ")) in known else None
    return (math.nan, math.nan) if place is None else (edges[place], edges[place + 1])


@pytest.fixture(scope="module")
def built():
    """(behaviour, profiles, signals fitted on the checkerboard)."""
    rows = world.behaviour()
    texts = Texts(FakeEncoder(), None)
    vectors = texts.items(world.items())
    side = signals.ItemSide(vectors.concatenated, vectors.fields)
    profiles = described_profiles(rows, world.items(), ValueScale.of(rows.value), texts)
    recipes = signals.DEFAULTS | {  # penalties for 24 users: larger ones leave only rounding
        "collaborative": signals.CollaborativeRecipe(reg=5.0), "ials": IalsRecipe(reg=0.1),
    }
    return rows, profiles, {n: signals.fit(n, profiles, side, r) for n, r in recipes.items()}


@pytest.fixture(scope="module")
def ledgers(built):
    """(user, item) -> the ledger of the pair, for PAIRS."""
    return {pair: ledger_of(built, built[1].at(pair[0]), pair[1]) for pair in PAIRS}


def ledger_of(built, profile, item, weights=EVEN):
    """The ledger of one item of the world for one profile."""
    _, _, fitted = built
    raw = np.concatenate([s.score(profile, exact=True) for s in fitted.values()])
    block = blend.normalise(
        signals.NAMES, raw, np.unique(profile.item).astype(np.int64), np.arange(world.N)
    )
    vector = blend.weight_vector(signals.NAMES, weights)
    return ledger(profile, item, block, vector, fitted, TITLES.__getitem__)


def felt(rows, profile, user):
    """What the user's past items were to them."""
    return feelings(profile, rows, judged(rows), user)


def by_title(entries):
    """Past item's title -> all its points, over all signals."""
    out: dict[str, float] = {}
    for entry in entries:
        for child in entry.children:
            if child.kind == "past item":
                out[child.evidence] = out.get(child.evidence, 0.0) + child.contribution
    return out


def line(kind, evidence, points, number, signal="taste"):
    """One line of a hand-made ledger."""
    return Entry(signal, 1.0, kind, evidence, points, number=number)


def made(*lines, signal="taste", average=0.0):
    """One signal's entry of a hand-made ledger."""
    children = (*lines, Entry(signal, 1.0, AVERAGE, AVERAGE, average))
    total = sum(child.contribution for child in children)
    return Entry(signal, 1.0, "signal", signal, total, children)


def test_every_title_named_has_points_in_the_ledger_and_on_the_side_it_is_named_on(built, ledgers):
    """200 pairs: what is a reason for the item has a positive sum, what is against a negative."""
    rows, profiles, _ = built
    named = 0
    for user, item in PAIRS:
        profile, entries = profiles.at(user), ledgers[user, item]
        points = by_title(entries)
        found = reason(entries, TITLES[item], past=felt(rows, profile, user))
        for title in (t for t in set(TITLES) - {TITLES[item]} if _names(found.text, t)):
            named += 1
            mine = [part for part in found.parts if part.evidence == title]
            quoted = any(part.kind == "sentence" and title in part.evidence for part in found.parts)
            assert mine or quoted, (title, found.text)
            assert all(part.points == pytest.approx(points[title]) for part in mine)
        against = [part for part in found.parts if part.points < 0]
        assert len(against) <= 1 and found.parts[len(found.parts) - len(against):] == tuple(against)
    assert named > 200


def _names(text, title):
    return any(text[k + len(title):k + len(title) + 1] not in "0123456789" or
               k + len(title) == len(text) for k in _places(text, title))


def _places(text, title):
    k = text.find(title)
    while k >= 0:
        yield k
        k = text.find(title, k + 1)


def test_the_share_told_is_the_share_of_the_numbers(built, ledgers):
    """200 pairs: the words' range holds the named positive points over all positive points."""
    rows, profiles, _ = built
    told = set()
    for user, item in PAIRS:
        profile, entries = profiles.at(user), ledgers[user, item]
        found = reason(entries, TITLES[item], past=felt(rows, profile, user))
        weighed = weigh(entries)
        positive = math.fsum(part.points for part in weighed.pro)
        share = math.fsum(part.points for part in found.parts if part.points > 0) / positive
        assert found.share == pytest.approx(share)
        words = share_words(share)
        low, high = share_range(words)
        assert low <= share <= high
        assert words in found.text or words == "all"
        told.add(words)
    assert len(told) > 3


def test_all_parts_of_a_ledger_add_up_to_it(ledgers):
    """What is merged over signals is neither lost nor counted twice: only averages are left out."""
    for pair in PAIRS[:40]:
        entries = ledgers[pair]
        weighed = weigh(entries)
        averages = sum(
            child.contribution for entry in entries for child in entry.children
            if child.kind == AVERAGE and not any(e.kind == "whole" for e in entry.children)
        )
        parts = math.fsum(part.points for part in (*weighed.pro, *weighed.con))
        # Parts below a billionth of the largest are left out as rounding.
        assert parts + averages == pytest.approx(weighed.score, rel=1e-8, abs=1e-8)


def test_words_for_a_share_mean_that_share():
    """Whatever the share, it lies in the range that its words stand for, an eighth wide at most."""
    for share in np.linspace(0, 1, 401).tolist():
        low, high = share_range(share_words(share))
        assert low - 1e-9 <= share <= high + 1e-9 and high - low < 0.125


def test_a_half_is_half_and_two_thirds_are_two_thirds():
    """Exact fractions are told without «about»."""
    assert [share_words(value) for value, _ in SHARES] == [words for _, words in SHARES]
    assert share_words(0.51) == "about half" and share_words(1.0) == "all"
    assert math.isnan(share_range("about five")[0])


def test_one_sentence_names_liked_titles_and_the_description():
    """Hand-made: two liked films carry 8 of 10 points, a sentence the rest, one film is against."""
    entries = (
        made(line("past item", "Alien", 5.0, 1), line("past item", "Net, The", 3.0, 2),
             line("past item", "Babe", -4.0, 3)),
        made(line("sentence", "Loves space.", 2.0, 0, "description"), signal="description"),
    )
    past = {1: Feeling.LIKED, 2: Feeling.LIKED, 3: Feeling.DISLIKED}
    found = reason(entries, "Star Wars", past=past)
    assert [(part.evidence, part.points) for part in found.parts] == [
        ("Alien", 5.0), ("Net, The", 3.0), ("Babe", -4.0)
    ]
    assert found.share == pytest.approx(0.8)
    assert "the user liked Alien and The Net, whose texts are like its own" in found.text
    assert "four fifths of" in found.text
    assert found.text.endswith("that the user disliked Babe.")
    assert "Loves space" not in found.text


def test_a_disliked_past_item_is_never_called_liked():
    """It may count for an item all the same: the words say both."""
    entries = (made(line("past item", "Rudy", 2.0, 1), line("past item", "Alien", 1.0, 2)),)
    past = {1: Feeling.DISLIKED, 2: Feeling.NEUTRAL}
    text = reason(entries, "Up", past=past).text
    assert "took Rudy, which counts for it though not liked" in text
    assert "liked Rudy" not in text.replace("not liked", "") and "disliked Rudy" not in text


def test_without_ratings_nothing_was_liked():
    """A choice is all that is known."""
    text = reason((made(line("past item", "Alien", 2.0, 1)),), "Up").text
    assert "chose Alien" in text and "liked" not in text


def test_lines_of_one_past_item_are_one_part_and_twins_are_two():
    """Merged by the item's number, not by its title."""
    entries = (
        made(line("past item", "Heat", 2.0, 1), line("past item", "Heat", 1.0, 2)),
        made(line("past item", "Heat", 0.5, 1, "sequence"), signal="sequence"),
    )
    assert [part.points for part in weigh(entries).pro] == [2.5, 1.0]
    assert weigh(entries).pro[0].signals == (("taste", 2.0), ("sequence", 0.5))


def _popular(contribution, weight=1.0):
    whole = Entry("popularity", weight, "whole", "all interactions", contribution + 3)
    average = Entry("popularity", weight, AVERAGE, AVERAGE, -3.0)
    return Entry("popularity", weight, "signal", "popularity", contribution, (whole, average))


def test_popularity_alone_is_called_so():
    """Nothing of the user speaks for the item, and that is said."""
    found = reason((_popular(1.5),), "Up")
    assert MORE_TAKEN in found.text and "nothing that is known of this user" in found.text
    assert found.share == 1.0 and found.parts[0].points == 1.5


@pytest.mark.parametrize(
    ("points", "weight", "words"),
    [(1.0, 1.0, MORE_TAKEN), (-1.0, 1.0, LESS_TAKEN), (1.0, -1.0, LESS_TAKEN),
     (-1.0, -1.0, MORE_TAKEN)],
)
def test_a_negative_weight_turns_what_popularity_says(points, weight, words):
    """The words follow the item's takers, the side follows the points."""
    weighed = weigh((_popular(points, weight),))
    assert (weighed.pro or weighed.con)[0].evidence == words


def test_what_speaks_against_everything_is_told_when_less_speaks_for_it():
    """A score below the average item's is no recommendation."""
    entries = (made(line("past item", "Alien", 1.0, 1), line("past item", "Babe", -4.0, 2)),)
    text = reason(entries, "Up").text
    assert "All in all less speaks for it than for the average item, above all because" in text


def test_nothing_known_and_no_weight_are_two_things():
    """Silent signals are no missing weights."""
    assert "No signal has a weight" in reason((), "Up").text
    found = reason((made(), made(signal="sequence")), "Up")
    assert "Nothing that is known" in found.text and math.isnan(found.share) and not found.parts


def test_signals_that_add_nothing_are_named():
    """A person without picks has no past for three of them."""
    entries = (
        made(line("sentence", "Loves space.", 2.0, 0, "description"), signal="description"),
        made(), made(signal="sequence"),
    )
    text = reason(entries, "Up").text
    assert text.endswith("The taste and sequence signals add nothing.")
    assert "the description says «Loves space»" in text


@pytest.mark.parametrize("kind", [k for k in Kind if k != Kind.RESIDUAL])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_reason_says_something_whatever_it_comes_from(kind, side):
    """One line of any kind, for or against: no clause is empty."""
    entries = (made(line(str(kind), "director: Ada", 2.0 * side, 0, "neural"), signal="neural"),)
    text = reason(entries, "Star 0").text
    what = "neural sequence signal" if kind == Kind.WHOLE else "Ada"
    assert what in text and " ." not in text and "because ," not in text
    assert not text.endswith("with .")


def test_what_cannot_be_explained_is_no_reason():
    """The rest of an approximation is never named, neither for an item nor against it."""
    rest = "a part of the network's score that no single past item explains"
    entries = (made(
        line("residual", rest, 5.0, -1, "neural"), line("past item", "Heat", 1.0, 1, "neural"),
        line("past item", "Babe", -1.0, 2, "neural"), signal="neural",
    ),)
    text = reason(entries, "Alien").text
    assert "Heat" in text and "explains" not in text and "Babe" in text
    alone = reason((made(line("residual", rest, 5.0, -1, "neural"), signal="neural"),), "Alien")
    assert alone.text == "Nothing that is known of this user speaks for or against Alien."
    turned = (made(line("residual", rest, -5.0, -1, "neural"), signal="neural"),)
    assert "explains" not in reason(turned, "Alien").text


def test_a_signal_is_called_by_its_label():
    """The internal name stands in no sentence."""
    entries = (made(line("sentence", "Loves space.", 2.0, 0, "description"), signal="description"),
               made(signal="ials"), made(signal="neural"))  # fmt: skip
    assert reason(entries, "Up").text.endswith("The iALS and neural sequence signals add nothing.")


def test_knowledge_alone_gives_a_whole_reason():
    """Shared entities with and without the past items by which they were reached."""
    path = Entry("knowledge", 1.0, "past item", "Star 4", 2.0, number=4)
    by_path = Entry("knowledge", 1.0, "entity", "director: Ada", 2.0, (path,), 7)
    bare = line("entity", "genre: space", 1.5, 8, "knowledge")
    text = reason((made(by_path, bare, signal="knowledge"),), "Star 0").text
    assert "it shares the director Ada with Star 4 and the genre space" in text
    assert reason((made(bare, signal="knowledge"),), "Star 0").text.startswith("Star 0 comes up")


def test_a_reason_is_short_whatever_the_data_are():
    """Long titles and sentences are cut, line breaks are gone, two sentences at most."""
    entries = (
        made(line("past item", "word " * 300 + "\n", 2.0, 1)),
        made(line("sentence", "word " * 300, 2.0, 0, "description"), signal="description"),
    )
    text = reason(entries, "title " * 300).text
    assert len(text) < 2 * MAX_QUOTE + 300 and "\n" not in text and text.endswith(".")


def test_a_new_user_liked_what_they_say_they_liked(built):
    """Picks have no rows; a pick that is not liked is not called liked."""
    rows, profiles, _ = built
    dim = profiles.sentence_vector.shape[1]
    profile = new_profile([2, 4], world.N, dim=dim, levels=[1.0, 0.0])
    assert felt(rows, profile, None) == {2: Feeling.LIKED, 4: Feeling.DISLIKED}


def test_verdicts_are_those_of_the_descriptions(built):
    """In the checkerboard a user liked all of the own kind and disliked the other two."""
    rows, profiles, _ = built
    found = felt(rows, profiles.at(3), 3)
    assert {item % 2 == 1 for item, feeling in found.items() if feeling == Feeling.LIKED} == {True}
    assert sorted(i for i, feeling in found.items() if feeling == Feeling.DISLIKED) == [4, 6]


def test_an_article_stands_in_front():
    """As everywhere in prose."""
    assert shown_title("Net, The") in reason((), "Net, The").text
