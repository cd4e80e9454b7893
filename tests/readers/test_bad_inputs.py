"""Files that are wrong: a sentence that names the place and the remedy, or a counted repair."""

from __future__ import annotations

import gzip
import json
import random

import pandas as pd
import pytest

from llmrec_core.errors import InputError, StudioError
from llmrec_core.readers import Limits, read, safe_name
from llmrec_core.tables import Tables

from .conftest import CLICKS

HEAD = "user_id,item_id,rating,timestamp\n"
ROW = "u,i,1,1\n"

REFUSED = [
    ("no column for an item", "a.csv", "user_id,rating\nu,1\n", "No file has both"),
    ("no known column", "a.csv", "x,y\na,b\n", "map one, for example user_id=x"),
    ("empty file", "a.csv", "", "a.csv is empty"),
    ("blank file", "a.csv", "\n \n", "a.csv has no content"),
    ("one column", "a.csv", "user item\nu i\n", "only one column"),
    ("header only", "a.csv", HEAD, "no rows"),
    ("zero JSON rows", "a.jsonl", "{}\n", "no rows|no column|no content"),
    ("no usable value", "a.csv", HEAD + "u,i,nan,1\nu,j,inf,1\n", "no usable row"),
    ("mostly ragged", "a.csv", "user_id,item_id\n" + "u,i,1,2\n" * 5, "cells than the first"),
    ("broken gzip", "a.csv.gz", gzip.compress(CLICKS.encode())[:-9], "cannot be read to its end"),
    ("not JSON", "a.jsonl", '{"user_id": 1,\nfoo\nbar\n', "no JSON object"),
    ("array of numbers", "a.json", "[{}, 1]", "other things than objects"),
    ("pickle by name", "a.pkl", b"x", "a pickle"),
    ("pickle by content", "a.csv", b"\x80\x04\x95abc", "a pickle"),
    ("npy by content", "a.csv", b"\x93NUMPY\x01", "NumPy"),
    ("Arrow IPC", "a.feather", b"ARROW1", "Arrow IPC"),
    ("zip", "a.csv", b"PK\x03\x04abcd", "an archive"),
    ("binary", "a.csv", bytes(range(32)) * 8, "binary data"),
    ("truncated Parquet", "a.parquet", b"PAR1abcdPAR1", "cannot be read as Parquet"),
    ("text named Parquet", "a.parquet", "hello there", "only one column"),
    ("one 50 MB field", "a.csv", HEAD + f"u,{'x' * 50_000_000},1,1\n", "field longer than"),
    ("unclosed quote", "a.csv", HEAD + f'{ROW * 40_000}u,"i,1,1\n{ROW * 90}', "quote in row 40002"),
    ("200k columns", "a.csv", ",".join(f"c{i}" for i in range(200_000)) + "\n", "columns"),
    ("200k JSON keys", "a.jsonl", json.dumps({f"c{i}": 1 for i in range(200_000)}), "columns"),
    ("nested ids", "a.jsonl", '{"user_id": ["u"], "item_id": "i"}\n', "holds lists"),
]


@pytest.mark.parametrize(
    ("why", "name", "content", "message"), REFUSED, ids=[r[0] for r in REFUSED]
)
def test_refused_in_one_sentence(write, why, name, content, message):
    """What cannot be used is an InputError of one line that says what to do."""
    with pytest.raises(InputError, match=message) as caught:
        read([write(name, content)])
    text = str(caught.value)
    assert "\n" not in text and ":" in text and text.endswith(".") and len(text) < 900


REPAIRED = [
    ("exact duplicates", HEAD + "u,i,1,9\nu,i,1,9\n", 1, "exact duplicate rows dropped", "row 3"),
    ("repeated behaviour", HEAD + "u,i,1,8\nu,i,1,9\n", 2, "repeat a user and an item", "row 3"),
    ("NaN", HEAD + "u,i,1,8\nu,j,NaN,9\n", 1, "no finite number", "row 3"),
    ("1e999", HEAD + "u,j,1e999,9\nu,i,1,8\n", 1, "no finite number", "row 2"),
    ("beyond float32", HEAD + "u,j,1e39,9\nu,i,1,8\n", 1, "no finite number", "row 2"),
    ("no user", HEAD + "u,i,1,8\n  ,j,1,9\n", 1, "no user id", "row 3"),
    ("NUL in an id", HEAD + "u,i,1,8\nu\0x,j,1,9\n", 1, "control characters", "row 3"),
    ("broken UTF-8", HEAD.encode() + "é,i,1,8\né,j,1,8\n".encode() + b"u\xff,j,1,9\n", 2,
     "unreadable characters", "row 4"),
    ("long id", HEAD + f"u,i,1,8\n{'x' * 300},j,1,9\n", 1, "longer than 256", "row 3"),
    ("trimmed id", HEAD + "u,i,1,8\n u ,j,1,9\n", 2, "user ids trimmed", "row 3"),
    ("NFD twin", HEAD + "\u00e9,i,1,8\ne\u0301,j,1,9\n", 2, "user ids trimmed", "row 3"),
    ("year 9999", HEAD + "u,i,1,8\nu,j,1,9999-01-01\n", 2, "taken as missing", "row 3"),
    ("ragged row", HEAD + "u,i,1,8\nu,j,1\nu,k,1,9\n", 2, "another number of cells", "row 3"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "content", "kept", "what", "where"), REPAIRED, ids=[r[0] for r in REPAIRED]
)
def test_repaired_and_counted(write, why, content, kept, what, where):
    """What can be repaired is, once, with the row where it was."""
    tables, report = read([write("a.csv", content)])
    assert len(tables.interactions.frame) == kept
    found = [r for r in report.all_repairs() if what in r.what]
    assert len(found) == 1 and found[0].count == 1
    assert where in found[0].example


def test_row_numbers_count_the_rows_that_could_not_be_parsed(write):
    """After a ragged row the next repair still has the file's row number."""
    report = read([write("a.csv", HEAD + "u,i,1,8\nu,j,1\n,k,1,9\n")])[1]
    assert [r.example for r in report.files[0].repairs] == ["row 3", "row 4"]


def test_a_stray_quote_does_not_swallow_rows(write):
    """Where every line has the right width without quoting, a quote is a letter."""
    rows = 'user_id\titem_id\tnote\nu\ti\t"hello\nv\tj\tok\n'
    assert read([write("a.tsv", rows)])[1].counts["users"] == 2


def test_a_quoted_line_break_belongs_to_its_cell(write):
    """Where quoting is used, line breaks and delimiters inside quotes split nothing."""
    rows = 'user_id,item_id,title\nu,i,"one,\ntwo"\nv,j,three\n'
    items = read([write("a.csv", rows)])[0].items
    assert items.frame["title"].tolist() == ["one,\ntwo", "three"]


def test_decimal_commas_are_numbers(write):
    """4,5 in a file of semicolons is four and a half."""
    frame = read([write("a.csv", "user_id;item_id;rating\nu;i;4,5\n")])[0].interactions.frame
    assert frame["value"].tolist() == [4.5]


def test_nfd_twins_are_one_user(write):
    """Two spellings of one letter are one id."""
    tables, _ = read([write("a.csv", HEAD + "\u00e9,i,1,8\ne\u0301,j,1,9\n")])
    assert tables.users.frame["user_id"].tolist() == ["\u00e9"]


def test_emoji_and_right_to_left_ids_stay(write):
    """Unicode that is no control character is nobody's fault."""
    ids = ["👩‍🚀", "שלום", "用户"]
    rows = HEAD + "".join(f"{i},x,1,{n}\n" for n, i in enumerate(ids))
    assert read([write("a.csv", rows)])[0].users.frame["user_id"].tolist() == ids


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1700000000", 1_700_000_000),
        ("1700000000000", 1_700_000_000),
        ("1700000000000000", 1_700_000_000),
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-15 00:13:20+02:00", 1_700_000_000),
        ("20231114", 1_699_920_000),
        ("2023-11-14", 1_699_920_000),
        ("-2000000000", -2_000_000_000),
        ("", None),
    ],
)
def test_times_in_every_unit(write, cell, seconds):
    """Seconds, milli- and microseconds, dates and ISO times are all seconds since 1970."""
    found = read([write("a.csv", HEAD + f"u,i,1,{cell}\n")])[0].interactions.frame["timestamp"][0]
    assert found is pd.NA if seconds is None else found == seconds


def test_lone_surrogates_in_json_are_refused_row_by_row(write):
    """Half a character makes the id unusable, not the file."""
    lines = '{"user_id": "a\\ud800", "item_id": "i"}\n{"user_id": "b", "item_id": "i"}\n'
    tables, report = read([write("a.jsonl", lines)])
    assert tables.users.frame["user_id"].tolist() == ["b"]
    assert "unreadable" in report.files[0].repairs[0].what


def test_deep_nesting_does_not_end_the_process(write):
    """100,000 brackets are one line that is no object."""
    lines = '{"user_id": "b", "item_id": "i"}\n{"a":' + "[" * 100_000 + "]" * 100_000 + "}\n"
    report = read([write("a.jsonl", lines)])[1]
    assert report.files[0].repairs[0].count == 1


def test_json_text_that_looks_like_a_time_stays_text(write):
    """An id that could be parsed as a date is the same id afterwards."""
    path = write("a.jsonl", '{"user_id": "2020-01-01", "item_id": "1"}\n')
    assert read([path])[0].users.frame["user_id"].tolist() == ["2020-01-01"]


def test_gzip_bombs_stop_at_the_bound(write):
    """A small file that expands beyond the limit is refused while it expands."""
    bomb = write("a.csv.gz", gzip.compress(HEAD.encode() + b"u,i,1,1\n" * 2_000_000))
    with pytest.raises(InputError, match="expands to more than"):
        read([bomb], limits=Limits(expanded_bytes=1 << 20))


def test_rows_beyond_the_limit_are_refused(clicks):
    """The limit of rows is checked while reading."""
    with pytest.raises(InputError, match="more than 3 rows"):
        read([clicks], limits=Limits(rows=3))


def test_items_are_completed_and_counted(write, clicks):
    """Twins keep their first row; what only the interactions know gets its id as title."""
    books = write("b.csv", "item_id,title\nb1,Dawn\nb1,Other\nb2,\n")
    tables, report = read([clicks, books])
    assert tables.items.frame["title"].tolist() == ["Dawn", "b2", "b3"]
    assert [r.count for r in report.files[1].repairs] == [1, 1]
    assert report.repairs[-1].example == "item b3"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"user": "x"}, "The mapping has no 'user'"),
        ({"user_id": "nope"}, "user_id=nope names a column that no file has .*user_id, item_id"),
        ({"attributes": "nope"}, "attributes=nope"),
        ({"item_id": "-"}, "No file has both"),
    ],
)
def test_wrong_mappings_are_named(clicks, mapping, message):
    """A key or a column that is not there is named together with those that are."""
    with pytest.raises(InputError, match=message):
        read([clicks], mapping=mapping)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "upload"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("<img src=x>.csv", "img_src_x_.csv"),
        (".hidden", "hidden"),
        ("x" * 500 + ".csv", "x" * 40 + "x" * 36 + ".csv"),
    ],
)
def test_client_names_are_made_harmless(name, safe):
    """What a browser calls a file never decides where anything is written."""
    assert safe_name(name) == safe


def test_hostile_names_are_shown_without_control_characters(write):
    """A file name goes into messages as printable text of bounded length."""
    path = write("a\x1b[31m\u202e" + "y" * 200 + ".csv", "x,y\n1,2\na,b\n")
    with pytest.raises(InputError) as caught:
        read([path])
    assert "\x1b" not in str(caught.value) and "\u202e" not in str(caught.value)


def _mutated(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data))
        match rng.randrange(4):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.randint(1, 20)]
            case 2:
                data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 9)))
            case _:
                data[at] ^= 1 << rng.randrange(8)
        if not data:
            return b""
    return bytes(data)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_mutated_files_give_tables_or_an_error(tmp_path, suffix):
    """Fifty damaged files of each format: tables, or a StudioError, and nothing else."""
    good = tmp_path / f"good.{suffix}"
    rows = [(f"u{i % 7}", f"i{i % 11}", i % 5 + 0.5, 1_700_000_000 + i) for i in range(60)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "rating", "timestamp"])
    if suffix == "csv":
        frame.to_csv(good, index=False)
    elif suffix == "jsonl":
        frame.to_json(good, orient="records", lines=True)
    else:
        frame.to_parquet(good)
    rng = random.Random(suffix)
    refused = 0
    for number in range(50):
        path = tmp_path / f"bad{number}.{suffix}"
        path.write_bytes(_mutated(good.read_bytes(), rng))
        try:
            assert isinstance(read([path])[0], Tables)
        except StudioError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused < 50 or suffix == "parquet"
