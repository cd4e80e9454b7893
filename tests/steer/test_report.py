"""Controllability of a built study: figures, shapes, and that steering is what moves the list."""

import numpy as np
import pandas as pd
import pytest
import world
from commands import document, refused, run

from llmrec_core.describe import Description, Sentence
from llmrec_core.errors import InputError
from llmrec_core.headless import without_nan
from llmrec_core.profile import new_profile
from llmrec_core.recommender import Recommender
from llmrec_core.steer import report as reports
from llmrec_core.steer.edits import HELD_OUT
from llmrec_core.steer.report import controllability
from llmrec_core.steer.subjects import NONE, preferences
from llmrec_core.steer.swaps import Swaps, swapped
from llmrec_core.steer.vocabulary import Vocabulary, vocabulary
from llmrec_core.steer.weights import Steered
from llmrec_core.steer.words import telling_words
from llmrec_core.tables import Items


@pytest.fixture
def recommender(built_study):
    return Recommender(built_study)


class Reader:
    """A signal that does what the description says: item vectors times the text vector."""

    name = "description"

    def __init__(self, vectors):
        self.vectors = vectors

    def score(self, profiles, *, exact=False):
        return profiles.text_vectors() @ self.vectors.T


class Stubborn(Reader):
    """A signal that likes the first items, whoever asks."""

    name = "popularity"

    def score(self, profiles, *, exact=False):
        return np.tile(-np.arange(len(self.vectors), dtype=np.float32), (len(profiles), 1))


def two_users():
    """Two users without rows, 60 items: the first half of one kind, the second of another."""
    axes = np.eye(2, dtype=np.float32)
    vectors = np.repeat(axes, 30, axis=0)
    one = new_profile([], 60, dim=2)
    both = one.select(np.array([0, 0]))
    start = np.array([0, 1, 2])
    before = both.with_text(axes[[0, 0]], np.ones(2), ["a", "a"], start)
    after = both.with_text(axes[[1, 1]], np.ones(2), ["b", "b"], start)
    kinds = Vocabulary("genres", ("first", "second"), vectors > 0, "films")
    swaps = Swaps(before, after, np.array([0, 0]), np.array([1, 1]), kinds)
    return Steered(swaps, {"description": Reader(vectors), "popularity": Stubborn(vectors)})


def test_a_signal_that_reads_follows_the_swap_and_one_that_does_not_holds_it_back():
    """Alone it turns the list round; under a far larger weight of another nothing moves."""
    steered = two_users()
    before, after = steered.kind_ndcgs({"description": 1.0})
    assert np.allclose(before, [[1, 0]] * 2) and np.allclose(after, [[0, 1]] * 2)
    assert steered.right({"description": 1.0}).all()
    assert not steered.right({"description": 0.01, "popularity": 1.0}).any()


def test_the_report_of_a_built_study_has_its_rows(recommender):
    """Alone, steerable, most accurate; shares in their intervals."""
    found = controllability(recommender)
    rows = {row["recipe"]: row for row in found["rows"]}
    assert list(rows) == [
        "description", "blend, steerable", "blend", "description, other words",
        "blend, steerable, other words",
    ]
    assert rows["description"]["swap"]["users"] == world.N
    assert rows["description"]["swap"]["right"] > 0
    for row in found["rows"]:
        low, high = row["swap"]["interval"]
        assert 0 <= low <= row["swap"]["right"] <= high <= 1


def test_without_the_description_nothing_follows(recommender):
    """Weight 0: the text is not read, every list ties with itself."""
    found = controllability(recommender)
    zero = next((p for p in found["curve"] if p["description"] == 0), None)
    if zero is not None:  # absent where the description alone is the blend
        assert zero["right"] == 0
    silent = reports._swap(
        Steered(_swaps(recommender), recommender.signals), {"collaborative": 1.0}
    )
    assert silent["right"] == silent["falls"] == silent["rises"] == 0


def _swaps(recommender):
    kinds = vocabulary(recommender.tables.items)
    return swapped(
        recommender.profiles, recommender.written, kinds, recommender.texts, recommender.center
    )


def test_favourites_are_what_the_description_names(recommender):
    """Even users like space and not romance, odd ones the other way round."""
    kinds = vocabulary(recommender.tables.items)
    favourite, least = preferences(recommender.written, recommender.profiles, kinds)
    for user, one, other in zip(recommender.behaviour.user_ids, favourite, least, strict=True):
        even = int(str(user)[1:]) % 2 == 0
        assert kinds.phrase(one) == ("space titles" if even else "romance titles")
        assert one != other


def test_what_is_not_named_is_read_off_the_rows(recommender):
    """An empty text: the same favourites, from what was taken."""
    kinds = vocabulary(recommender.tables.items)
    empty = [Description(str(user), ()) for user in recommender.behaviour.user_ids]
    by_rows = preferences(empty, recommender.profiles, kinds)
    by_text = preferences(recommender.written, recommender.profiles, kinds)
    assert np.array_equal(by_rows[0], by_text[0]) and np.array_equal(by_rows[1], by_text[1])
    nobody = recommender.profiles.keep_rows(np.zeros(len(recommender.profiles.item), bool))
    assert (preferences(empty, nobody, kinds)[0] == NONE).all()


def test_rows_with_other_words_are_measured_on_other_sentences(recommender):
    """The same users and kinds; every restated sentence is one that no row above has."""
    taught, _ = reports._ready(recommender, 0, lambda *_: None)
    other, trials = reports._ready(recommender, 0, lambda *_: None, HELD_OUT)
    assert np.array_equal(taught.favourite, other.favourite)
    assert np.array_equal(taught.least, other.least)
    assert any(text.startswith("Is always up for") for text in other.after.sentence_text)
    assert not any(text.startswith("Is always up") for text in taught.after.sentence_text)
    assert trials.wording is HELD_OUT


def test_an_edit_in_force_is_what_is_steered(recommender):
    """A description that a person turned round is swapped back, not the machine's."""
    told = Description("u00", (Sentence("Likes romance titles.", "typed", 1, author="person"),))
    recommender.study.journal.save_description(told, original=recommender.written[0])
    swaps, _ = reports._ready(recommender, 0, lambda *_: None)
    assert swaps.kinds.phrase(int(swaps.favourite[0])) == "romance titles"
    assert "Likes space titles." in swaps.after.at(0).sentence_text


def test_telling_words_are_no_titles_and_no_names():
    """Of forty items two share «harbour» and «lantern»; one's title has the second."""
    plots = ["A harbour and a lantern for Robert."] * 2 + [f"Robert meets no{'x' * k}." for k in
                                                           range(4, 42)]
    titles = ["Night", "The Lantern", *(f"T{k}" for k in range(38))]
    ids = [f"i{k}" for k in range(40)]
    items = Items(pd.DataFrame({"item_id": ids, "title": titles, "plot": plots}), ("plot",), ())
    words = telling_words(items, 2)
    assert sorted(words[0]) == ["harbour", "lantern"]
    assert words[1] == () and set(words[2:]) == {()}
    assert telling_words(items, 1)[1] == ("harbour",)


def test_the_sample_is_as_large_as_asked_and_always_the_same(recommender):
    """Seeded; the document says of how many."""
    one, two = controllability(recommender, 7), controllability(recommender, 7)
    assert one["users"] == 7 and one["of"] == world.N
    assert without_nan({**one, "seconds": 0}) == without_nan({**two, "seconds": 0})


def test_a_study_without_kinds_is_refused_in_a_sentence(recommender, monkeypatch):
    """Naming what to do."""
    monkeypatch.setattr(reports, "vocabulary", lambda items: None)
    with pytest.raises(InputError, match="No attribute sorts this catalogue into kinds"):
        controllability(recommender)


def test_the_command_prints_one_document_or_a_table(built_study, capsys):
    """The three tests by setting, and the curve."""
    found = document(capsys, "evaluate", "tiny", "--controllability", "--sample", "9")
    assert found["users"] == 9
    assert {"swap", "words", "more", "less"} <= set(found["rows"][0])
    code, out, _ = run(capsys, "evaluate", "tiny", "--controllability")
    assert code == 0 and "blend, steerable" in out and "tail share" in out
    assert "no study" in refused(capsys, "evaluate", "none", "--controllability").lower()
