"""The demo's source files: what they promise, and that the script makes them again."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

DATA = Path(__file__).parents[1] / "data"
SENTENCE_END = re.compile(r"[.!?](?=[\"”’')]*(?:\s|$))")


@pytest.fixture(scope="module")
def books() -> list[dict]:
    lines = (DATA / "books.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    return pd.read_csv(DATA / "readings.csv")


def test_making_the_readers_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """The committed tables are what the committed script writes."""
    script = DATA / "make_readers.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, capture_output=True)
    for name in ("readings.csv", "readers.csv"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_there_are_enough_books_readers_and_readings(
    books: list[dict], readings: pd.DataFrame
) -> None:
    """At least 440 books, 700 readers and 25,000 readings in less than 2 MB."""
    assert len(books) >= 440
    assert readings["user_id"].nunique() >= 700
    assert 25_000 <= len(readings) <= 40_000
    assert (DATA / "readings.csv").stat().st_size < 2_000_000


def test_the_tail_is_long(books: list[dict], readings: pd.DataFrame) -> None:
    """The most read 20 % of all books have 60 to 80 % of the readings."""
    counts = np.sort(readings["item_id"].value_counts().to_numpy())[::-1]
    assert 0.6 <= counts[: len(books) // 5].sum() / counts.sum() <= 0.8


def test_every_book_has_every_field(books: list[dict]) -> None:
    """Ids count up without a gap; years are plausible; two to four different genres each."""
    assert [book["item_id"] for book in books] == [f"b{n:03d}" for n in range(1, len(books) + 1)]
    for book in books:
        assert list(book) == ["item_id", "title", "creator", "year", "genres", "description"]
        assert 1000 < book["year"] <= 2025 and book["creator"], book["title"]
        assert 2 <= len(set(book["genres"])) == len(book["genres"]) <= 4, book["title"]


def test_no_title_occurs_twice(books: list[dict]) -> None:
    """Not even with another case or without its article."""
    titles = [re.sub(r"^(the|a|an) ", "", book["title"].lower()) for book in books]
    assert [title for title in titles if titles.count(title) > 1] == []


def test_descriptions_have_two_or_three_sentences(books: list[dict]) -> None:
    """Counted by full stops, question and exclamation marks at a word's end."""
    counted = {book["title"]: len(SENTENCE_END.findall(book["description"])) for book in books}
    assert {title: n for title, n in counted.items() if n not in (2, 3)} == {}


def test_readings_name_known_books_and_readers(books: list[dict], readings: pd.DataFrame) -> None:
    """Every item id is in the catalogue, every user id among the readers, no pair twice."""
    readers = pd.read_csv(DATA / "readers.csv")
    assert set(readings["item_id"]) <= {book["item_id"] for book in books}
    assert set(readings["user_id"]) == set(readers["user_id"])
    assert not readings.duplicated(["user_id", "item_id"]).any()


def test_ratings_use_the_whole_scale(readings: pd.DataFrame) -> None:
    """Whole numbers from 1 to 5, each of them given; readers differ in their mean."""
    assert set(readings["rating"]) == {1, 2, 3, 4, 5}
    assert readings.groupby("user_id")["rating"].mean().std() > 0.2


def test_activity_is_heavy_tailed(readings: pd.DataFrame) -> None:
    """From 5 to 200 books a reader, the mean well above the median."""
    counts = readings["user_id"].value_counts()
    assert counts.min() >= 5 and counts.max() <= 200
    assert counts.mean() > 1.2 * counts.median()


def test_time_runs_forward_and_no_book_is_read_before_its_year(
    books: list[dict], readings: pd.DataFrame
) -> None:
    """2019 to 2025, strictly increasing within a reader, never earlier than publication."""
    when = pd.to_datetime(readings["timestamp"], unit="s")
    assert when.dt.year.min() >= 2019 and when.dt.year.max() <= 2025
    steps = readings.groupby("user_id")["timestamp"].diff().dropna()
    assert (steps > 0).all()
    published = readings["item_id"].map({book["item_id"]: book["year"] for book in books})
    assert (when.dt.year >= published).all()
