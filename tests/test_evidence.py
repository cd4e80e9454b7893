"""Evidence: facts counted from training rows, by lift and not by raw counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from llmrec_core import evidence, tables
from llmrec_core.behaviour import Behaviour, from_tables
from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.evidence import Evidence, FactKind, ValueKind, picked_evidence, user_evidence
from llmrec_core.evidence.attributes import Role, periods, role_of
from llmrec_core.evidence.lift import PRIOR_ROWS, lift, significance
from llmrec_core.tables import Items

N = 40
"""Items 0..39: even ones are war films, odd ones comedies; all are dramas too."""
WORDS = (("tank", "trench", "soldier", "cannon"), ("clown", "circus", "joke", "prank"))


def world_items() -> Items:
    frame = pd.DataFrame(
        {
            "item_id": [f"i{n}" for n in range(N)],
            "title": [f"Title {n}" for n in range(N)],
            "genre": [["Drama", "Comedy" if n % 2 else "War"] for n in range(N)],
            "director": [[f"Person {n // 4}"] for n in range(N)],
            "year": [[str(1950 + n)] for n in range(N)],
            "plot": [f"It is about the {WORDS[n % 2][n // 2 % 4]}, the end." for n in range(N)],
        }
    )
    return Items(frame, ("plot",), ("genre", "director", "year"))


def world(rows: list[tuple[str, int, float, int | None]], items: Items) -> Behaviour:
    frame = pd.DataFrame(rows, columns=["user_id", "item", "value", "timestamp"])
    frame["item_id"] = [f"i{n}" for n in frame.pop("item")]
    frame["value"] = frame["value"].astype("float32")
    frame["timestamp"] = frame["timestamp"].astype("Int64")
    frame["event"] = None
    return from_tables(frame[tables.INTERACTION_COLUMNS], items.frame)


def checkerboard(values: bool = True) -> list[tuple[str, int, float, int | None]]:
    """Users u0..u9: the even ones love war and hate comedy, the odd ones the other way round."""
    rows: list[tuple[str, int, float, int | None]] = []
    for user in range(10):
        for n in range(user, user + 20):
            loved = n % 2 == user % 2
            if values or loved:
                value = (5.0 if loved else 1.0) if values else 1.0
                rows.append((f"u{user}", n, value, 1000 * user + n))
    return rows


@pytest.fixture(scope="module")
def items() -> Items:
    return world_items()


@pytest.fixture(scope="module")
def found(items: Items) -> list[Evidence]:
    return user_evidence(world(checkerboard(), items), items)


def values(facts: Evidence, kind: FactKind) -> list[str]:
    return [value for fact in facts.of(kind) for value in fact.values]  # noqa: PD011


def test_likes_by_lift_not_by_count(found: list[Evidence]) -> None:
    """All liked items are dramas, but what is everybody's is nobody's taste."""
    assert values(found[0], FactKind.LIKES_ATTRIBUTE) == ["War"]
    assert values(found[1], FactKind.LIKES_ATTRIBUTE) == ["Comedy"]


def test_dislikes(found: list[Evidence]) -> None:
    """What is over-represented among the low values is disliked; nothing is liked and disliked."""
    assert values(found[0], FactKind.DISLIKES_ATTRIBUTE) == ["Comedy"]
    for one in found:
        both = set(values(one, FactKind.LIKES_ATTRIBUTE))
        assert not both & set(values(one, FactKind.DISLIKES_ATTRIBUTE))


def test_numbers_are_the_counts(found: list[Evidence]) -> None:
    """A like has its count, its share and the smoothed lift of the formula."""
    numbers = found[0].of(FactKind.LIKES_ATTRIBUTE)[0].numbers
    assert (numbers["count"], numbers["share"], numbers["mean"]) == (10, 1.0, 5.0)
    expected = (10 + PRIOR_ROWS * 0.5) / (10 + PRIOR_ROWS) / 0.5
    assert numbers["lift"] == pytest.approx(expected)


def test_rows_lead_back_to_the_table(items: Items) -> None:
    """Every row id of a fact is a row of that user in the interactions table, with that value."""
    rows = checkerboard()
    for number, one in enumerate(user_evidence(world(rows, items), items)):
        for fact in one.facts:
            assert {rows[row][0] for row in fact.rows} <= {f"u{number}"}
            if fact.kind is FactKind.LIKES_ATTRIBUTE:
                assert all(rows[row][2] == 5.0 for row in fact.rows)
                assert [rows[row][1] for row in fact.rows] == list(fact.items)


def test_themes_and_creators_and_titles(found: list[Evidence]) -> None:
    """Themes are the words of the liked, creators have two liked rows, titles the best value."""
    assert set(values(found[0], FactKind.THEME)) <= set(WORDS[0])
    assert values(found[0], FactKind.THEME)
    creators = found[0].of(FactKind.FAVOURITE_CREATOR)
    assert creators and all(fact.numbers["count"] >= 2 for fact in creators)
    assert all(fact.numbers["value"] == 5 for fact in found[0].of(FactKind.FAVOURITE_TITLE))
    assert all(fact.numbers["value"] == 1 for fact in found[0].of(FactKind.DISLIKED_TITLE))


def test_era(items: Items) -> None:
    """Somebody who only likes what is old has the old period."""
    rows = [(f"u{u}", n, 5.0, n) for u in range(8) for n in range(N)]
    rows += [("old", n, 5.0, n) for n in range(10)] + [("old", 39, 1.0, 50)]
    one = user_evidence(world(rows, items), items)[8]
    assert values(one, FactKind.ERA) == ["1950s"]


def test_recent_change(items: Items) -> None:
    """Ten war films and then five comedies: comedy is what changed lately."""
    rows = checkerboard()
    rows += [("turn", 2 * n, 5.0, n) for n in range(16)]
    rows += [("turn", 2 * n + 1, 5.0, 100 + n) for n in range(4)]
    one = user_evidence(world(rows, items), items)[10]
    assert values(one, FactKind.RECENT_CHANGE) == ["Comedy"]
    assert one.latest == 103


def test_implicit_data_has_no_dislikes(items: Items) -> None:
    """Where values do not differ every row is liked and nothing is disliked or rated."""
    for one in user_evidence(world(checkerboard(values=False), items), items):
        assert not one.of(
            FactKind.DISLIKES_ATTRIBUTE, FactKind.DISLIKED_TITLE, FactKind.RATING_HABIT
        )
        assert one.of(FactKind.LIKES_ATTRIBUTE)


def test_value_kinds() -> None:
    """Ratings, counts and bare events are told apart."""
    assert evidence.value_kind(np.array([1.0, 1, 1])) is ValueKind.NONE
    assert evidence.value_kind(np.array([1.0, 3, 4, 5, 4, 3, 5])) is ValueKind.RATING
    assert evidence.value_kind(np.array([1.0, 1, 1, 2, 9])) is ValueKind.COUNT
    assert evidence.value_kind(np.array([0.0, 1, 1, 1])) is ValueKind.RATING


def test_one_value_is_judged_by_the_others(items: Items) -> None:
    """Who gives 1 to everything likes nothing; who gives 5 to everything likes all."""
    rows = [("usual", n, float(1 + n % 5), None) for n in range(20)]
    rows += [("low", n, 1.0, None) for n in range(3)] + [("high", n, 5.0, None) for n in range(3)]
    train = world(rows, items)
    verdict = evidence.verdicts(train)
    assert set(verdict[train.user == 1]) == {-1} and set(verdict[train.user == 2]) == {1}


def test_users_without_rows(items: Items) -> None:
    """Users of the other part of a split have empty evidence, not none."""
    train = world(checkerboard(), items)
    part = train.take(train.user != 3)
    one = user_evidence(part, items)[3]
    assert (one.user_id, one.facts, one.rows, one.latest) == ("u3", (), (), None)


def test_missing_everything(items: Items) -> None:
    """No attributes, texts, values or times: no such facts, and no error."""
    plain = Items(items.frame[["item_id", "title"]])
    rows = [(u, n, 1.0, None) for u, n, _, _ in checkerboard()]
    kinds = {f.kind for one in user_evidence(world(rows, plain), plain) for f in one.facts}
    assert kinds == {FactKind.FAVOURITE_TITLE, FactKind.MAINSTREAM, FactKind.ACTIVITY}


def test_same_whatever_the_order_of_users(items: Items) -> None:
    """Reversing the table changes no user's facts but their row ids."""
    rows = checkerboard()
    forth = {e.user_id: e for e in user_evidence(world(rows, items), items)}
    back = {e.user_id: e for e in user_evidence(world(rows[::-1], items), items)}
    for user_id, one in forth.items():
        facts = zip(one.facts, back[user_id].facts, strict=True)
        assert all((a.kind, a.values) == (b.kind, b.values) for a, b in facts)  # noqa: PD011


def test_training_rows_only(items: Items) -> None:
    """Held-out rows leave no trace: not in the rows, not in the latest time, not in the facts."""
    train = world(checkerboard(), items)
    mask = train.time % 1000 < 20
    one = user_evidence(train.take(mask), items)[9]
    assert set(one.rows) == set(train.row[mask & (train.user == 9)].tolist())
    assert one.latest is not None and one.latest < 9020


def test_picked(items: Items) -> None:
    """Three picked war films give a taste for war, items but no rows; unknown picks are named."""
    train = world(checkerboard(), items)
    one = picked_evidence([0, 2, 4, 4], items, train)
    assert values(one, FactKind.LIKES_ATTRIBUTE) == ["War"]
    assert one.rows == () and all(fact.rows == () for fact in one.facts)
    assert one.of(FactKind.LIKES_ATTRIBUTE)[0].items == (0, 2, 4)
    with pytest.raises(UnknownIdError, match="item number 99"):
        picked_evidence([0, 99], items, train)


def test_changed_history_against_the_same_crowd(items: Items) -> None:
    """A history read against a crowd made before gives what reading all at once gives."""
    train = world(checkerboard(), items)
    crowd = evidence.background(train, items)
    alone = train.take(train.user == 4)
    assert user_evidence(alone, items, crowd=crowd)[4] == user_evidence(train, items)[4]


def test_wrong_items_table(items: Items) -> None:
    """A catalogue of another length is refused with both numbers."""
    train = world(checkerboard(), items)
    with pytest.raises(InputError, match="39 rows but the behaviour has 40"):
        user_evidence(train, Items(items.frame[:39], ("plot",), ("genre",)))


def test_ids_are_no_titles(items: Items) -> None:
    """Where an item has no title but its id, no title is named."""
    bare = Items(items.frame.assign(title=items.frame["item_id"]))
    for one in user_evidence(world(checkerboard(), bare), bare):
        assert not one.of(FactKind.FAVOURITE_TITLE, FactKind.DISLIKED_TITLE, FactKind.RECENT_TITLE)


def test_roles() -> None:
    """Years, categories, makers and bare numbers are told apart by their values and names."""
    assert role_of("released", [["1990"], ["1991-02-03"], ["2001"]]) is Role.YEAR
    assert role_of("genre", [["a"], ["b"], ["a"], ["b"]] * 5) is Role.CATEGORY
    assert role_of("director", [["a"], ["b"], ["a"], ["b"]] * 5) is Role.CREATOR
    assert role_of("label", [[str(n)] for n in "abcdefgh"]) is Role.CREATOR
    assert role_of("price", [[f"{n}.5"] for n in range(30)]) is Role.UNUSED


def test_heavy_decade_is_cut_into_years() -> None:
    """A decade with most of the rows is told by the year, the others as decades."""
    got = periods([["1941"], ["1995"], ["1996"], []], np.array([1.0, 5, 5, 5]))
    assert got == [["1940s"], ["1995"], ["1996"], []]


def test_lift_formula() -> None:
    """Like everybody is 1; nothing met is pulled towards 1 by the prior."""
    base, rows = np.array([0.5, 0.5]), np.float64(10)
    got = lift(np.array([5.0, 0.0]), rows, base)
    assert got == pytest.approx([1.0, PRIOR_ROWS / (10 + PRIOR_ROWS)])


def test_significance_wants_support() -> None:
    """One meeting of a very rare value counts less than ten of a common one with a small lift."""
    got = significance(
        np.array([1.0, 10.0]), np.float64(10), np.array([0.001, 0.4]), np.array([0.001, 0.4])
    )
    assert got[0] < 1 < got[1]


@pytest.mark.movielens
def test_movielens_likes_are_over_represented() -> None:
    """On MovieLens-100K every like with a score has a share above everybody's."""
    folder = Path(__file__).parents[2] / "shared" / "data" / "movielens-100k"
    if not folder.exists():
        pytest.skip("MovieLens-100K is not beside the checkout")
    frame = pd.read_csv(folder / "items.csv", dtype=str, keep_default_na=False)
    frame["genres"] = frame["genres"].str.split("|")
    items = Items(frame, (), ("genres",))
    rows = pd.read_csv(folder / "ml-100k.inter", sep="\t", dtype=str)
    rows.columns = pd.Index(["user_id", "item_id", "value", "timestamp"])
    rows["value"] = rows["value"].astype("float32")
    rows["timestamp"] = rows["timestamp"].astype("float").astype("Int64")
    rows["event"] = None
    train = from_tables(rows, frame)
    crowd = evidence.background(train, items)
    base = dict(zip(crowd.tables[0].values, crowd.tables[0].base, strict=True))
    likes = [
        fact for one in user_evidence(train, items, crowd=crowd)
        for fact in one.of(FactKind.LIKES_ATTRIBUTE) if fact.numbers["score"] > 0
    ]
    assert len(likes) > 1000
    assert all(fact.numbers["share"] > base[fact.values[0]] for fact in likes)  # noqa: PD011


def test_import_is_light() -> None:
    """Importing evidence loads no scikit-learn and no SciPy."""
    code = "import sys, llmrec_core.evidence; print({'sklearn', 'scipy'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"
