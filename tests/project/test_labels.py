"""Names of groups: their own words, in any script, short, different, no names of people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import world

from llmrec_core import project
from llmrec_core.project import labels
from llmrec_core.project.labels import group_terms, names_of, read_items
from llmrec_core.tables import Items

SPACE = "The ship crosses the stars. Bob meets an alien. A ship, and the alien of the moon."
LOVE = "The lovers meet in a garden. Bob dreams of the wedding. A letter, and the garden."
ROWS = 40
NUMBERS = np.arange(ROWS) % 2
TEXTS = [SPACE if row % 2 == 0 else LOVE for row in range(ROWS)]


def test_a_group_is_named_by_its_own_words() -> None:
    """What one group has and the other lacks; plurals are one with their singular."""
    space, love = project.text_labels(NUMBERS, TEXTS)
    assert set(space.split(", ")) <= {"ship", "alien", "moon", "stars"}
    assert set(love.split(", ")) <= {"garden", "wedding", "lovers", "letter"}
    assert len(space.split(", ")) == len(love.split(", ")) == 3


def test_rare_words_and_names_of_people_do_not_win() -> None:
    """A word of one item is no name for twenty, nor is a hero, however special."""
    texts = [f"{text} Then Zork went home." if row % 2 == 0 else text
             for row, text in enumerate(TEXTS)]  # fmt: skip
    texts[0] += " It ends with a xylophone."
    terms = group_terms(NUMBERS, texts)
    assert not {"zork", "bob", "xylophone"} & set(terms[0] + terms[1])


def test_the_weight_is_that_of_class_based_tf_idf() -> None:
    """sqrt(share) x log(1 + A / f): of two terms told apart equally well the rarer one is behind
    when it is met four times less often in its group."""
    kinds = [["much"] + ["little"] * (row < 10) if row % 2 == 0 else ["other"]
             for row in range(ROWS)]  # fmt: skip
    (first, *_), _ = group_terms(NUMBERS, [""] * ROWS, kinds)
    met, terms_a_group = np.array([20, 5]), (20 + 5 + 20) / 2
    weights = np.sqrt(met / 20) * np.log1p(terms_a_group / met)
    assert first == ("much" if weights[0] > weights[1] else "little") == "little"


def test_what_everybody_has_is_no_name() -> None:
    """A kind that both groups have alike is left out."""
    kinds = [["film", "space" if row % 2 == 0 else "romance"] for row in range(ROWS)]
    assert project.text_labels(NUMBERS, [""] * ROWS, kinds=kinds) == ["space", "romance"]


def test_no_two_names_are_equal() -> None:
    """The second takes another word, then a number; terms that repeat a better one are left out."""
    assert names_of([["war", "sea", "wars", "ship"], ["war", "sea", "ship"]], 2) == [
        "war, sea", "war, ship",
    ]  # fmt: skip
    assert names_of([["war"], ["war"], []]) == ["war", "war (2)", "Group 3"]
    assert names_of([["Science", "Science fiction", "science"]]) == ["Science, Science fiction"]


def test_a_script_without_spaces_is_named_by_runs_of_signs() -> None:
    """Chinese texts: signs that most items have are grammar and name nothing."""
    ship, love = "他的飞船穿过了星空。", "她的花园里有了爱情。"
    texts = [ship if row % 2 == 0 else love for row in range(ROWS)]
    first, second = group_terms(NUMBERS, texts)
    assert "飞船" in first and "花园" in second
    assert not any("的" in term or "了" in term for term in first + second)


def test_where_nouns_have_capitals_capitals_tell_no_names() -> None:
    """German: the nouns stay."""
    ship = "Das Raumschiff fliegt durch den Nebel zum Planeten."
    love = "Die Liebenden treffen sich im Garten vor der Hochzeit."
    texts = [ship if row % 2 == 0 else love for row in range(ROWS)]
    first, second = group_terms(NUMBERS, texts)
    assert "raumschiff" in first and "garten" in second


def test_large_catalogues_are_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same share of every group, the same each time."""
    monkeypatch.setattr(labels, "MOST_READ", 20)
    assert [len(terms) > 0 for terms in group_terms(NUMBERS, TEXTS)] == [True, True]
    read = labels._sampled(NUMBERS, 0)
    assert len(read) == 20 and np.bincount(NUMBERS[read]).tolist() == [10, 10]


def test_kinds_are_what_sorts_a_catalogue() -> None:
    """Genres, neither years nor the names of people; titles count in small letters."""
    texts, kinds = read_items(world.items())
    assert kinds[0] == ["space"] and kinds[1] == ["romance"]
    assert texts[0].startswith("star 0 \nA spaceship crosses")
    bare = Items(pd.DataFrame({"item_id": ["a", "b"], "title": ["One", "Two"]}), (), ())
    assert read_items(bare) == (["one", "two"], [[], []])


def test_items_without_a_place_name_no_group() -> None:
    """Groups are named by the items that are on the map; an empty one by its number."""
    numbers, xy = np.arange(world.N) % 2, np.zeros((world.N, 2))
    xy[numbers == 1] = np.nan
    names = project.item_labels(world.items(), numbers, xy)
    assert len(names) == 2 and names[1] == "Group 2"
