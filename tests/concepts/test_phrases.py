"""Phrases that a person typed: read, checked for overlap, placed, and kept by name."""

import numpy as np
import pandas as pd
import pytest
from conftest import FakeEncoder

from llmrec_core import tables
from llmrec_core.concepts import Concepts, checked, crowd, overlaps, phrases_of, places, propose
from llmrec_core.concepts.kept import ConceptSet, draft, keep, keep_draft, load, names
from llmrec_core.errors import InputError
from llmrec_core.journal import Journal
from llmrec_core.tables import Items
from llmrec_core.texts import Texts


def test_a_line_is_a_phrase_and_each_counts_once():
    """Spaces and the full stop go, so does the same phrase in other letters."""
    assert phrases_of(" slow  films.\n\nrobots\nSlow films\n") == ("slow films", "robots")


def test_too_long_and_too_many_are_refused():
    """An error names the phrase, and the bound."""
    with pytest.raises(InputError, match="121 characters"):
        phrases_of("x" * 121)
    with pytest.raises(InputError, match="201 phrases"):
        phrases_of("\n".join(map(str, range(201))))


def test_overlap_is_the_cosine_before_orthonormalising():
    """Pairs come most alike first, and only from the bound on."""
    vectors = np.array([[1, 0, 0], [0.8, 0.6, 0], [0, 0, 2]], np.float32)
    (found,) = overlaps(["war", "battle", "love"], vectors)
    assert (found.one, found.other) == ("war", "battle")
    assert found.cosine == pytest.approx(0.8)


def test_each_dropped_phrase_has_a_sentence():
    """The sentence names what it says nearly the same as."""
    texts = Texts(FakeEncoder(), None)
    long = "slow and quiet films about people who hardly ever speak to one another"
    found = checked([long, "robots", long + " now"], texts, np.zeros(32, np.float32))
    assert found.concepts.phrases == (long, "robots")
    (said,) = found.sentences()
    assert said.startswith(f"«{long} now» is left out") and f"«{long}»" in said
    assert found.kept.shape == (2,) and (found.kept > 0.9).all()


def test_places_are_cosines():
    """Of an item the mean over the texts it has; of nobody 0."""
    two = Concepts(("space", "love"), np.eye(4, dtype=np.float32)[:2])
    item = np.concatenate([[0.6, 0, 0.8, 0], [0, 1, 0, 0]]) / np.sqrt(2)
    half = np.concatenate([[0.6, 0, 0.8, 0], np.zeros(4)])
    found = places(np.stack([item, half, np.zeros(8)]), two)
    assert np.allclose(found, [[0.3, 0.5], [0.6, 0], [0, 0]])


def test_the_mean_user_is_the_mean_of_those_who_are_known():
    """Somebody of whom nothing is known has no say; unusual counts standard deviations."""
    two = Concepts(("space", "love"), np.eye(4, dtype=np.float32)[:2])
    found = crowd(np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]), two)
    assert found.users == 2 and np.allclose(found.mean, [0.5, 0])
    assert np.allclose(found.unusual(np.array([1.0, 0.2])), [1, 0])


def test_kept_concepts_come_back(tmp_path):
    """Phrases, weights and signal by name; the last saved counts; a draft is no name."""
    journal = Journal(tmp_path / "journal.sqlite")
    assert draft(journal) is None and names(journal) == []
    first = ConceptSet(("slow films", "«robots»"), {"«robots»": 2.5, "slow films": 1.0}, "taste")
    keep(journal, "mine", first)
    keep_draft(journal, ConceptSet(("half typed",)))
    assert names(journal) == ["mine"]
    back = load(journal, " mine ")
    assert back.phrases == first.phrases and back.signal == "taste"
    assert np.array_equal(back.weights(["«robots»", "other"]), [2.5, 1])
    found = draft(journal)
    assert found is not None and found.phrases == ("half typed",)


@pytest.mark.parametrize("name", ["", "  ", "(on the screen)"])
def test_a_set_needs_a_name_of_its_own(tmp_path, name):
    """Neither none nor the draft's."""
    with pytest.raises(InputError, match="name"):
        keep(Journal(tmp_path / "j.sqlite"), name, ConceptSet(("a", "b")))


def test_what_is_not_kept_is_refused_by_name(tmp_path):
    """The error says which names there are."""
    journal = Journal(tmp_path / "j.sqlite")
    keep(journal, "mine", ConceptSet(("a", "b")))
    with pytest.raises(InputError, match="kept: mine"):
        load(journal, "yours")


@pytest.mark.parametrize(
    "text", ["{}", "[1]", '{"phrases": ["a"], "alpha": {"a": -1}, "signal": ""}']
)
def test_a_damaged_set_is_refused(text):
    """Whatever is no set of concepts is said to be none."""
    with pytest.raises(InputError, match="anew"):
        ConceptSet.from_json(text)


def test_where_there_are_many_phrases_kinds_give_way_in_turn():
    """Neither forty kinds nor twenty decades push the themes of the titles out."""
    rows = [
        {tables.ITEM: f"i{i}", tables.TITLE: f"The {word} {i}", "genres": [f"kind {i % 40:02d}"],
         "year": [str(1800 + i % 20 * 10)]}
        for i, word in enumerate(["Garden", "Harbour", "Winter", "Castle"] * 10 + ["x"] * 360)
    ]  # fmt: skip
    found = propose(Items(pd.DataFrame(rows), (), ("genres", "year")), most=30)
    assert len(found) == 30
    assert {"garden", "harbour", "winter", "castle"} <= set(found)
    assert sum(phrase.endswith("0s") for phrase in found) == 8


def test_words_of_titles_follow_where_texts_offer_themes():
    """Some have a place even where kinds fill all others; a word that a theme names, and one that
    is no noun in the texts, is not repeated. Learned weights go without them."""
    told = ["the robot and a harbour", "a castle near the robot", "the winter of a castle"]
    rows = [
        {tables.ITEM: f"i{i}", tables.TITLE: title, "genres": [f"kind {i % 8}"],
         "plot": f"They lived in {told[i % 3]}." if i < 9 else "Nothing happens."}
        for i, title in enumerate(
            ["Robot"] * 5 + ["Winter Quickly"] * 5 + ["Harbour"] * 5 + ["x"] * 45
        )
    ]  # fmt: skip
    items = Items(pd.DataFrame(rows), ("plot",), ("genres",))
    found, without = propose(items), propose(items, titled=False)
    assert "stories about robot" in without
    assert found == (*without, "winter", "harbour")
    few = propose(items, most=8)
    assert len(few) == 6 and few[4:] == ("winter", "harbour")
