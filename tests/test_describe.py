"""Descriptions: readable sentences that stand alone, and editing that never loses the old one."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from llmrec_core import tables
from llmrec_core.behaviour import from_tables
from llmrec_core.describe import (
    Description,
    Sentence,
    add,
    edit,
    guess_polarity,
    remove,
    split_sentences,
    switch,
    typed_description,
    write,
    write_all,
)
from llmrec_core.describe.grammar import kinds, listed, makers, noun, shown_title, things
from llmrec_core.errors import InputError
from llmrec_core.evidence import Evidence, Fact, FactKind, picked_evidence, user_evidence
from llmrec_core.tables import Items

N = 40


@pytest.fixture(scope="module")
def items() -> Items:
    frame = pd.DataFrame(
        {
            "item_id": [f"i{n}" for n in range(N)],
            "title": [f"Number {n}, The" for n in range(N)],
            "genres": [["Drama", "Comedy" if n % 2 else "War"] for n in range(N)],
            "director": [[f"Person {n // 4}"] for n in range(N)],
            "year": [[str(1950 + n)] for n in range(N)],
        }
    )
    return Items(frame, (), ("genres", "director", "year"))


@pytest.fixture(scope="module")
def found(items: Items) -> list[Evidence]:
    """Users 0..9, the even ones love war (even items), then one with one row, then one without."""
    rows = [
        (f"u{u}", f"i{n}", 5.0 if n % 2 == u % 2 else 1.0, 100 * u + n)
        for u in range(10) for n in range(u, u + 20)
    ]
    rows += [("once", "i7", 4.0, 5), ("never", "i1", 3.0, 6)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "value", "timestamp"])
    frame["value"] = frame["value"].astype("float32")
    frame["timestamp"] = frame["timestamp"].astype("Int64")
    frame["event"] = None
    train = from_tables(frame[tables.INTERACTION_COLUMNS], items.frame)
    return user_evidence(train.take(train.user != 11), items)


def of_kind(description: Description, kind: str) -> list[Sentence]:
    return [sentence for sentence in description.sentences if sentence.kind == kind]


def test_likes_first_with_polarity(found: list[Evidence], items: Items) -> None:
    """A war lover's first sentence says so; what is disliked has polarity -1."""
    description = write(found[0], items)
    assert "war films" in description.sentences[0].text and description.sentences[0].polarity == 1
    (dislike,) = of_kind(description, "dislikes_attribute")
    assert "comedy films" in dislike.text and dislike.polarity == -1
    (bad,) = of_kind(description, "disliked_title")
    assert bad.polarity == -1 and "The Number" in bad.text


def test_swapped_taste_swaps_the_words(found: list[Evidence], items: Items) -> None:
    """Who loves comedies is told the opposite of who loves war."""
    war, comedy = write(found[0], items), write(found[1], items)
    assert "war" in war.sentences[0].text and "comedy" in comedy.sentences[0].text
    assert "war" in of_kind(comedy, "dislikes_attribute")[0].text


def test_sentences_are_well_formed(found: list[Evidence], items: Items) -> None:
    """6 to 12 sentences, each with a capital, a full stop, no gap left open, and its rows."""
    for evidence, description in zip(found[:10], write_all(found[:10], items), strict=True):
        assert 6 <= len(description.sentences) <= 12
        for sentence in description.sentences:
            assert re.fullmatch(r"[A-Z][^{}]*[^ ,][.]", sentence.text), sentence.text
            assert sentence.rows and set(sentence.rows) <= set(evidence.rows)


def test_phrasing_varies_by_user_and_is_stable(found: list[Evidence], items: Items) -> None:
    """Several phrasings occur over users; writing twice gives the same."""
    first = write_all(found[:10], items)
    stripped = {re.sub("war|comedy", "…", d.sentences[0].text) for d in first}
    assert len(stripped) > 1
    assert first == write_all(found[:10], items)


def test_one_row_claims_little(found: list[Evidence], items: Items) -> None:
    """A user with one row gets at most two sentences, one of which says that this is all."""
    description = write(found[10], items)
    assert len(description.sentences) == 2
    assert "The Number 7 (1957)" in description.sentences[0].text
    assert "perhaps" in description.sentences[0].text
    assert description.sentences[1].text == "Only one choice is known so far."


def test_no_row_says_so(found: list[Evidence], items: Items) -> None:
    """A user without rows: nothing is known, and nothing is claimed."""
    (sentence,) = write(found[11], items).sentences
    assert (sentence.text, sentence.polarity) == ("Nothing is known yet.", 0)


def test_latest_time_is_kept(found: list[Evidence], items: Items) -> None:
    """A description says up to when it has read."""
    assert write(found[0], items).latest == 19 and write(found[11], items).latest is None


def test_picked_items(found: list[Evidence], items: Items) -> None:
    """Picks are «picked» or «chosen», never «loved», and have no rows."""
    frame = pd.DataFrame(
        {
            "user_id": "u", "item_id": items.frame["item_id"], "timestamp": pd.NA, "event": None,
            "value": pd.Series([1.0] * N, dtype="float32"),
        }
    ).astype({"timestamp": "Int64"})
    train = from_tables(frame, items.frame)
    description = write(picked_evidence([0, 2, 4], items, train), items)
    assert "loved" not in description.text().lower()
    assert description.rows() == () and "war films" in description.text()


def test_missing_years(items: Items) -> None:
    """Without a year attribute titles have no brackets and nothing fails."""
    plain = Items(items.frame.drop(columns="year"), (), ("genres",))
    fact = Fact(FactKind.FAVOURITE_TITLE, 1, ("Solo",), rows=(3,), items=(3,))
    count = Fact(FactKind.ACTIVITY, 0, numbers={"count": 9.0}, rows=(3,))
    (sentence,) = write(Evidence("u", (fact, count), (3,)), plain).sentences
    assert re.search(r"(Chose|Picked) Solo\.", sentence.text)


MACHINE = Description(
    "ann", (Sentence("Loves war.", "likes_attribute", 1, (1, 2)), Sentence("Rates.", "habit", 0))
)


def test_json_round_trip() -> None:
    """What is written is read back equal; a newer or damaged document is refused."""
    assert Description.from_json(MACHINE.to_json()) == MACHINE
    with pytest.raises(InputError, match="schema 9"):
        Description.from_json(MACHINE.to_json().replace('"schema": 2', '"schema": 9'))
    with pytest.raises(InputError, match="not JSON"):
        Description.from_json("{")
    with pytest.raises(InputError, match="'mood'"):
        Description.from_json(MACHINE.to_json().replace('"kind"', '"mood"'))


def test_edit_keeps_the_original() -> None:
    """An edit gives a new description by a person with the same rows; the old one is unchanged."""
    new = edit(MACHINE, 0, "Hates  war.\n")
    assert new.sentences[0] == Sentence("Hates war.", "likes_attribute", -1, (1, 2), True, "person")
    assert MACHINE.sentences[0].text == "Loves war." and new.sentences[1] == MACHINE.sentences[1]


def test_edit_to_the_same_changes_nothing() -> None:
    """Saving the old wording leaves the machine as the author."""
    assert edit(MACHINE, 0, " Loves war. ") == MACHINE


def test_switch_add_remove() -> None:
    """Switched-off sentences leave the text, added ones are a person's, removed ones are gone."""
    assert switch(MACHINE, 0, False).text() == "Rates."
    assert switch(switch(MACHINE, 0, False), 0, True) == MACHINE
    more = add(MACHINE, "Likes cats. Hates dogs.")
    assert [(s.text, s.polarity, s.author) for s in more.sentences[2:]] == [
        ("Likes cats.", 1, "person"), ("Hates dogs.", -1, "person"),
    ]
    assert add(MACHINE, "Hates dogs.", 1).sentences[2].polarity == 1
    assert remove(MACHINE, 0).text() == "Rates." and edit(MACHINE, 1, " ").text() == "Loves war."


def test_bad_edits_are_named() -> None:
    """A sentence that is not there, an empty addition and an endless one are refused."""
    with pytest.raises(InputError, match="2 sentences, none with number 2"):
        edit(MACHINE, 2, "x")
    with pytest.raises(InputError, match="no sentence to add"):
        add(MACHINE, " \n ")
    with pytest.raises(InputError, match="1200 characters"):
        add(MACHINE, "x" * 1200)


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Loves slow science fiction.", 1),
        ("I like films about hatred", 1),
        ("Hates musicals.", -1),
        ("I don't like horror.", -1),
        ("I don’t really enjoy war films", -1),
        ("Not a fan of westerns", -1),
        ("No more superheroes please", -1),
        ("Tired of sequels.", -1),
        ("Avoids gore", -1),
        ("Rates generously, 4.1 on average.", 0),
        ("Goes for popular films.", 0),
        ("Likes well-known thrillers and popular films about war.", 1),
        ("", 1),
    ],
)
def test_guess_polarity(text: str, polarity: int) -> None:
    """Words of dislike turn a typed sentence, rating habits say nothing of taste."""
    assert guess_polarity(text) == polarity


def test_template_polarity_agrees_with_the_guess() -> None:
    """Every dislike phrasing of the template would be guessed a dislike if it were retyped."""
    from llmrec_core.describe import phrases

    for text in (*phrases.DISLIKES, *phrases.RARE, *phrases.DISLIKED_TITLES):
        assert guess_polarity(text.format(kinds="war films", values="Solo")) == -1, text
    likes = (*phrases.LIKES_FAR, *phrases.LIKES_MORE, *phrases.LIKES_COMMON, *phrases.FAVOURITES)
    for text in likes:
        filled = text.format(kinds="war films", values="Solo", things="films")
        assert guess_polarity(filled) == 1, text
    habits = (*phrases.GENEROUS, *phrases.STRICT, *phrases.USUAL, *phrases.FAMOUS, *phrases.OBSCURE)
    for text in (*habits, *phrases.MIXED, phrases.LITTLE_KNOWN, phrases.NOTHING_KNOWN):
        assert guess_polarity(text.format(mean="4.0", things="films", count="one is")) == 0, text


def test_split_sentences() -> None:
    """Ends of sentences and lines split; titles, initials and numbers do not."""
    assert split_sentences("Likes Mr. Bean and J. R. Ewing. Rated 4.5 of 5! Why?\nNo dogs") == [
        "Likes Mr. Bean and J. R. Ewing.", "Rated 4.5 of 5!", "Why?", "No dogs",
    ]
    assert split_sentences(" \n\n ") == [] and split_sentences("one") == ["one"]


def test_control_characters_are_dropped() -> None:
    """Typed text is one line of printable characters."""
    typed = typed_description("ann", "Likes\x00 \u202ecats\ud800 a lot")
    assert typed.text() == "Likes cats a lot" and typed.writer == "person"


def test_grammar() -> None:
    """Lists, nouns, titles and kinds read right in several domains."""
    assert listed(["a", "b", "c"]) == "a, b and c" and listed(["a"]) == "a"
    assert noun("director", 2) == "directors" and noun("cast", 1) == "actor"
    assert noun("categories", 2) == "categories" and noun("genres", 1) == "genre"
    assert things(["author", "year"]) == "books" and things(["colour"]) == "titles"
    assert things(["creator"], ["Poetry", "Young adult", "War"]) == "books"
    assert makers(["A", "B"], "director") == "the directors A and B"
    assert makers(["A", "B"], "creator") == "A and B"
    assert kinds(["Sci-Fi", "War"], "genres", "films") == "sci-fi and war films"
    assert kinds(["Microphones"], "category", "products") == "microphones"
    abroad = kinds(["France", "Italy"], "country", "films")
    assert abroad == "films with the country France or Italy"
    assert shown_title("Net, The") == "The Net" and len(shown_title("long word " * 40)) < 82


@pytest.mark.parametrize("title", ["<b>x</b>", "{curly} {0}", "a\u202eb", "%s"])
def test_hostile_titles_stay_text(title: str, items: Items) -> None:
    """Titles go in as they are: no formatting is applied to them."""
    fact = Fact(FactKind.FAVOURITE_TITLE, 1, (title,), rows=(3,), items=(3,))
    count = Fact(FactKind.ACTIVITY, 0, numbers={"count": 9.0}, rows=(3,))
    assert title in write(Evidence("u", (fact, count), (3,)), items).sentences[0].text
