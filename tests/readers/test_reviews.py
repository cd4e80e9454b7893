"""Reviews: which column they are, to which row they belong, and that nothing else carries them."""

from __future__ import annotations

import json

import pytest

from llmrec_core.artefacts import write_atomically
from llmrec_core.readers import preview, read
from llmrec_core.readers.reviews import MOST_CHARS
from llmrec_core.readers.store import load_reviews, load_tables, save_tables
from llmrec_core.study import Study
from llmrec_core.tables import INTERACTION_COLUMNS

ROWS = """user_id,item_id,rating,review
ann,b1,5,Sturdy and bright.
ann,b1,5,Sturdy and bright.
,b2,4,Nobody wrote this.
bob,b1,2,
cid,b2,4,Warm &amp; clear tone.
"""


def test_a_review_belongs_to_the_row_it_was_written_with(write):
    """Doubled and refused rows are gone, so row 2 of the table is the file's fifth."""
    tables, _ = read([write("r.csv", ROWS)])
    assert tables.interactions.frame["user_id"].tolist() == ["ann", "bob", "cid"]
    assert tables.reviews.to_dict("list") == {
        "row": [0, 2], "review": ["Sturdy and bright.", "Warm & clear tone."]
    }


def test_the_interactions_keep_their_five_columns(write):
    """Who asks for exactly these columns is not disturbed."""
    tables, _ = read([write("r.csv", ROWS)])
    assert list(tables.interactions.frame.columns) == INTERACTION_COLUMNS


def test_row_ids_count_on_over_files(write):
    """The second file's first review belongs to the row after the first file's last."""
    more = "user_id,item_id,rating,review\ndee,b3,3,Too heavy.\n"
    tables, _ = read([write("r.csv", ROWS), write("s.csv", more)])
    assert tables.reviews["row"].tolist() == [0, 2, 3]


def test_a_mapping_names_or_drops_the_review(write):
    """«-» means none; another column may be named, with a headline before it."""
    path = write("r.csv", "user_id,item_id,opinion,head\nann,b1,Good tone overall,Nice\n")
    assert len(read([path])[0].reviews) == 0
    mapping = {"review": "opinion", "review_summary": "head"}
    named = read([path], mapping=mapping)[0].reviews
    assert named["review"].tolist() == ["Nice. Good tone overall"]
    assert len(read([write("t.csv", ROWS)], mapping={"review": "-"})[0].reviews) == 0


def test_a_column_of_marks_called_review_is_no_text(write):
    """«review» may hold the stars."""
    tables, _ = read([write("r.csv", "user_id,item_id,review\nann,b1,4.5\nbob,b1,3\n")])
    assert len(tables.reviews) == 0


def test_a_text_of_an_item_is_no_review(write):
    """«summary» and «text» of a catalogue stay its text fields."""
    story = "A long story about a ship that leaves one morning."
    items = write("items.csv", f"item_id,title,summary\nb1,Dawn,{story}\nb2,Dusk,{story} Again.\n")
    tables, _ = read([write("r.csv", ROWS), items])
    assert tables.items.text_fields == ("summary",)


def test_long_and_dirty_reviews_are_cut_and_cleaned(write):
    """A cut is a repair with its row; control characters do not stay."""
    long = {"user": "a", "item": "x", "review": "word " * MOST_CHARS}
    bad = {"user": "b", "item": "x", "review": "be\u0007ll"}
    tables, report = read([write("r.jsonl", "\n".join(map(json.dumps, (long, bad))))])
    first, second = tables.reviews["review"]
    assert len(first) <= MOST_CHARS and second == "be ll"
    assert any("reviews cut" in r.what and r.example == "row 1" for r in report.all_repairs())


def test_reviews_lie_in_a_file_of_their_own(write, tmp_path):
    """Opening the tables leaves them on disk; asked for they are there; damage is named."""
    tables, report = read([write("r.csv", ROWS)])
    save_tables(tables, report, tmp_path / "out")
    assert load_tables(tmp_path / "out").reviews is None
    assert load_reviews(tmp_path / "out").equals(tables.reviews)
    write_atomically(tmp_path / "out" / "reviews.parquet", b"PAR1 not")
    with pytest.raises(Exception, match=r"reviews\.parquet"):
        load_reviews(tmp_path / "out")


def test_without_reviews_there_is_no_file_and_an_empty_table(clicks, tmp_path):
    """As in studies made before reviews were read."""
    tables, report = read([clicks])
    save_tables(tables, report, tmp_path / "out")
    assert not (tmp_path / "out" / "reviews.parquet").exists()
    assert load_reviews(tmp_path / "out").to_dict("list") == {"row": [], "review": []}


def test_a_changed_review_changes_no_key_but_its_own(write, tmp_path):
    """Everything that does not read reviews keeps its name."""
    home = tmp_path / "home"
    one = Study.create("one", [write("r.csv", ROWS)], where=home)
    two = Study.create("two", [write("s.csv", ROWS.replace("bright", "dull"))], where=home)
    assert one.reviews_key and one.reviews_key != two.reviews_key
    assert (one.key, one.behaviour_key, one.items_key) == (
        two.key, two.behaviour_key, two.items_key
    )
    assert one.reviews()["review"].iloc[0] == "Sturdy and bright."


def test_the_preview_names_the_review(write):
    """What will be read as the review can be seen, and changed, before the import."""
    assert preview(write("r.csv", ROWS)).mapping["review"] == "review"
