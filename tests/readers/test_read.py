"""What `read` makes of good files, in every format."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from llmrec_core.errors import InputError
from llmrec_core.readers import LoadReport, detect, preview, read
from llmrec_core.tables import INTERACTION_COLUMNS

from .conftest import BOOKS, CLICKS


def test_files_are_told_apart_in_any_order(clicks, books):
    """Interactions and items are recognised by their columns, not by their place."""
    tables, report = read([books, clicks])
    assert [f.role for f in report.files] == ["items", "interactions"]
    assert report.counts == {"users": 3, "items": 3, "interactions": 4}


def test_interactions_have_the_contract_types(clicks):
    """Ids are str, values float32, times Int64, the rows in the file's order."""
    frame = read([clicks])[0].interactions.frame
    assert list(frame.columns) == INTERACTION_COLUMNS
    assert [str(t) for t in frame.dtypes] == ["str", "str", "float32", "Int64", "str"]
    assert frame["user_id"].tolist() == ["ann", "ann", "bob", "cid"]
    assert isinstance(frame.index, pd.RangeIndex)


def test_item_columns_are_sorted_into_texts_and_attributes(clicks, books):
    """A plot is a text; genres split on |, authors on commas, a year is an attribute."""
    items = read([clicks, books])[0].items
    assert items.text_fields == ("plot",)
    assert items.attributes == ("year", "genres", "author")
    first = items.frame.iloc[0]
    assert first["genres"] == ["Drama", "Space"]
    assert first["author"] == ["Ann Lee", "Bo Day"]
    assert first["year"] == ["1999"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", CLICKS.replace(",", "\t").encode()),
        ("a.csv", CLICKS.replace(",", ";").encode()),
        ("a.txt", CLICKS.replace(",", "|").encode()),
        ("a.csv", CLICKS.replace("\n", "\r\n").encode()),
        ("a.csv", b"\xef\xbb\xbf" + CLICKS.encode()),
        ("a.csv", CLICKS.encode("utf-16")),
        ("a.csv", CLICKS.encode("utf-16-le")),
        ("a.csv", CLICKS.encode("utf-16-be")),
        ("a.csv", CLICKS.encode("utf-32")),
        ("a.csv.gz", gzip.compress(CLICKS.encode(), mtime=0)),
        ("a.csv", gzip.compress(CLICKS.encode(), mtime=0)),
    ],
)
def test_text_is_read_whatever_its_dress(write, clicks, name, content):
    """Delimiter, line ends, byte order mark, UTF-16 and gzip change nothing in the tables."""
    expected = read([clicks])[0].interactions.frame
    found = read([write(name, content)])[0].interactions.frame
    pd.testing.assert_frame_equal(found, expected)


def test_parquet_and_json_lines_say_the_same_as_csv(tmp_path, clicks):
    """One table in three formats is one table."""
    expected = read([clicks])[0].interactions.frame
    raw = pd.read_csv(clicks)
    raw.to_parquet(tmp_path / "a.parquet")
    raw.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    raw.to_json(tmp_path / "b.json", orient="records")
    for name in ("a.parquet", "a.jsonl", "b.json"):
        found = read([tmp_path / name])[0].interactions.frame
        pd.testing.assert_frame_equal(found, expected)


def test_latin_1_is_recognised(write, clicks):
    """A file that is not UTF-8 is read as Latin-1 and the report says so."""
    books = write("books.csv", "item_id,title\nb1,Café\nb2,Él\nb3,Ü\n".encode("latin-1"))
    tables, report = read([clicks, books])
    assert tables.items.frame["title"].tolist() == ["Café", "Él", "Ü"]
    assert "read as cp1252" in report.files[1].notes


def test_recbole_headers_give_types(write):
    """`token_seq` is split on spaces, except for the title; ids stay text."""
    inter = write("x.inter", "user_id:token\titem_id:token\trating:float\n007\t1\t5\n8\t2\t1\n")
    item = write(
        "x.item", 'item_id:token\tmovie_title:token_seq\tclass:token_seq\n1\tA "Toy"\tX Y\n'
    )
    tables, _ = read([inter, item])
    assert tables.interactions.frame["user_id"].tolist() == ["007", "8"]
    assert tables.items.frame["title"].tolist() == ['A "Toy"', "2"]
    assert tables.items.frame["class"].tolist() == [["X", "Y"], []]


def test_movielens_own_files(write):
    """u.data has no header; u.item has genre flags and Latin-1; u.user has attributes."""
    flags = "|".join(["0", "1", "0", "0", "0", "1"] + ["0"] * 13)
    paths = [
        write("u.data", "1\t10\t3\t881250949\n2\t11\t4\t881250950\n"),
        write("u.item", f"10|Été (1995)|01-Jan-1995||http://x|{flags}\n".encode("latin-1")),
        write("u.user", "1|24|M|technician|85711\n"),
    ]
    tables, report = read(paths)
    assert [f.format for f in report.files] == ["movielens"] * 3
    assert tables.interactions.frame["timestamp"].tolist() == [881250949, 881250950]
    film = tables.items.frame.iloc[0]
    assert (film["title"], film["year"]) == ("Été (1995)", ["1995"])
    assert film["genres"] == ["Action", "Comedy"]
    assert tables.users.frame["occupation"].tolist() == ["technician", ""]


def test_amazon_reviews_are_guessed(write):
    """reviewerID, asin, overall and unixReviewTime are known, and so is the review's text."""
    line = {"reviewerID": "A1", "asin": "B1", "helpful": [0, 0], "reviewText": "good"}
    line |= {"overall": 5.0, "summary": "ok", "unixReviewTime": 1393545600}
    tables, report = read([write("r.json", json.dumps(line) + "\n")])
    row = tables.interactions.frame.iloc[0]
    assert (row["user_id"], row["item_id"], row["value"]) == ("A1", "B1", 5.0)
    assert tables.reviews.to_dict("list") == {"row": [0], "review": ["ok. good"]}
    assert report.counts["reviews"] == 1
    assert "1 review read from summary and reviewText" in report.files[0].notes


def test_the_title_of_a_review_is_no_title_of_an_item(write):
    """A title column that differs between rows of one item does not name the item."""
    rows = "user_id,item_id,title\nu1,i1,Great\nu2,i1,Bad\nu3,i2,Meh\n"
    items = read([write("r.csv", rows)])[0].items
    assert items.frame["title"].tolist() == ["i1", "i2"]


def test_titles_in_the_interactions_name_the_items(write):
    """Where each item has one title in the interactions, it is the item's title."""
    rows = "user_id,item_id,title\nu1,i1,Dawn\nu2,i1,Dawn\nu3,i2,Dusk\n"
    items = read([write("r.csv", rows)])[0].items
    assert items.frame["title"].tolist() == ["Dawn", "Dusk"]


def test_a_mapping_overrides_the_guess(write):
    """A mapped column wins, "-" means none, and fields can be named."""
    clicks = write("c.csv", "who,what,rating,timestamp\na,x,5,1700000000\nb,y,1,1700000001\n")
    items = write("i.csv", "what,label,blurb,shelf\nx,Dawn,one two,A\ny,Dusk,three four,B\n")
    mapping = {"user_id": "who", "item_id": "what", "title": "label", "timestamp": "-"}
    mapping |= {"text_fields": "blurb, shelf", "attributes": "-"}
    tables, report = read([clicks, items], mapping=mapping)
    assert tables.interactions.frame["timestamp"].isna().all()
    assert (tables.items.text_fields, tables.items.attributes) == (("blurb", "shelf"), ())
    assert tables.items.frame["title"].tolist() == ["Dawn", "Dusk"]
    assert read([clicks, items], mapping={**mapping, **report.files[0].mapping})


def test_several_interaction_files_are_one_table(write, clicks):
    """Rows follow in the order of the files, and duplicates are found across them."""
    more = write("more.csv", "user_id,item_id,rating,timestamp\ndan,b1,3,9\nann,b1,5,1700000000\n")
    tables, report = read([clicks, more])
    assert tables.interactions.frame["user_id"].tolist() == ["ann", "ann", "bob", "cid", "dan"]
    assert report.repairs[0].example == "row 3 of more.csv"
    assert [f.rows_kept for f in report.files] == [4, 1]


def test_the_report_survives_json(clicks, books):
    """What is written to JSON is what is read from it."""
    report = read([clicks, books])[1]
    assert LoadReport.from_document(json.loads(json.dumps(report.document()))) == report
    assert len(report.files[0].sha256) == 64


def test_preview_shows_rows_and_guesses(clicks, books):
    """A preview has the role, the mapping and the cells as text."""
    seen = preview(books)
    assert (seen.format, seen.role) == ("delimited", "items")
    assert seen.mapping["attributes"] == "year,genres,author"
    assert seen.rows["year"].tolist() == ["1999", "2001", "1950"]
    assert preview(clicks).mapping["value"] == "rating"


def test_preview_of_unknown_columns_says_so(write):
    """Columns that tell nothing give no role and a note with the remedy, not an error."""
    seen = preview(write("x.csv", "a,b\n1,x\n"))
    assert seen.role == "" and "user_id=a" in seen.notes[-1]


def test_content_overrules_a_wrong_extension(write):
    """JSON lines named .csv are still JSON lines."""
    path = write("a.csv", '{"user_id": "u", "item_id": "i"}\n')
    assert detect(path) == "jsonl"
    assert len(read([path])[0].interactions.frame) == 1


def test_movielens_100k(movielens):
    """The real data: all rows in the file's order, and the catalogue's fields as documented."""
    tables, report = read([movielens / "ml-100k.inter", movielens / "items.csv"])
    assert report.counts == {"users": 943, "items": 1682, "interactions": 100_000}
    frame = tables.interactions.frame
    assert frame.iloc[0].tolist()[:4] == ["196", "242", 3.0, 881250949]
    raw = np.loadtxt(movielens / "ml-100k.inter", skiprows=1, usecols=(0, 1), dtype=str)
    assert (frame[["user_id", "item_id"]].to_numpy() == raw).all()
    assert tables.items.text_fields == ("plot",)
    assert tables.items.attributes == ("year", "genres", "director", "cast")
    assert tables.items.frame["cast"].iloc[0][:2] == ["Tom Hanks", "Tim Allen"]
    assert tables.items.frame["genres"].iloc[1] == ["Action", "Adventure", "Thriller"]


def test_two_item_files_are_refused(clicks, books, write):
    """Two catalogues cannot both be the catalogue."""
    with pytest.raises(InputError, match=r"books.csv and more.csv are all taken for items"):
        read([clicks, books, write("more.csv", BOOKS)])


def test_reading_needs_no_wall_of_imports():
    """Importing the facade loads neither pandas nor pyarrow."""
    import subprocess
    import sys

    code = "import sys, llmrec_core.readers; print({'pandas', 'pyarrow'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    out = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert out.stdout.strip() == "set()"
