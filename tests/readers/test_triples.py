"""Triples: what is read, what becomes of bad rows; studies without them stay as they are."""

from __future__ import annotations

import pytest

from llmrec_core.errors import InputError
from llmrec_core.readers import preview, read
from llmrec_core.readers.store import load_stored, load_tables, save_tables
from llmrec_core.study import Study
from llmrec_core.tables import TRIPLE_COLUMNS

ROWS = "user_id,item_id,rating\nann,b1,5\nann,b2,4\nbob,b1,3\n"
TOLD = """item_id,relation,entity
b1,director,Ada
b2,director,Ada
b1,,Ada
zzz,genre,War
b1,director,Ada
Ada,country,France
"""


@pytest.fixture
def told(write):
    """(tables, report) of a small study with every kind of bad triple."""
    return read([write("r.csv", ROWS), write("facts.csv", TOLD)])


def test_facts_are_triples_of_items_each_once(told):
    """What is said of an entity of theirs, items have in the second step."""
    tables, report = told
    assert list(tables.triples.columns) == TRIPLE_COLUMNS
    assert tables.triples.to_numpy().tolist() == [
        ["b1", "director", "Ada"], ["b2", "director", "Ada"],
        ["b1", "country of the director", "France"], ["b2", "country of the director", "France"],
    ]
    assert report.counts["triples"] == 4
    assert report.files[1].notes == ("1 triple about entities give the items 2 more",)


def test_every_dropped_triple_is_counted_and_its_first_row_named(told):
    """A row without a relation, one twice, one about nobody."""
    file = told[1].files[1]
    assert file.role == "triples"
    assert (file.rows_read, file.rows_kept) == (6, 3)
    assert {(r.what.split(":")[-1].strip(), r.count, r.example) for r in file.repairs} == {
        ("no relation", 1, "row 4"), ("exact duplicate triples dropped", 1, "row 6"),
        ("neither the item nor any entity of one is known by that name", 1, "row 5"),
    }


def test_head_and_tail_are_understood_and_columns_can_be_mapped(write):
    """Knowledge graphs say head and tail; other names are mapped."""
    rows = write("r.csv", ROWS)
    tables, _ = read([rows, write("a.csv", "head,relation,tail\nb1,mood,calm\nb2,mood,calm\n")])
    assert tables.triples["entity"].tolist() == ["calm", "calm"]
    mapping = {"item_id": "item_id", "relation": "how", "entity": "what"}
    tables, _ = read([rows, write("b.csv", "item_id,how,what\nb1,mood,calm\n")], mapping=mapping)
    assert tables.triples.to_numpy().tolist() == [["b1", "mood", "calm"]]


def test_a_file_about_no_item_is_refused_by_name(write):
    """Nothing of it could be used: the row says what it is about."""
    with pytest.raises(InputError, match=r"facts.csv has no triple about an item.*row 2.*'x'"):
        read([write("r.csv", ROWS), write("facts.csv", "item_id,relation,entity\nx,mood,calm\n")])


def test_a_file_of_empty_cells_is_refused(write):
    """The reason for the first refused row is told."""
    with pytest.raises(InputError, match="no usable triple .*no entity"):
        read([write("r.csv", ROWS), write("facts.csv", "item_id,relation,entity\nb1,mood,\n")])


def test_recbole_graphs_are_read_with_their_links(write):
    """.kg speaks of entities, .link says which item each is."""
    rows = write("r.csv", ROWS)
    graph = write("g.kg", "head_id:token\trelation_id:token\ttail_id:token\n"
                  "m.1\tdirector\tm.9\nm.2\tdirector\tm.9\n")  # fmt: skip
    links = write("g.link", "item_id:token\tentity_id:token\nb1\tm.1\nb2\tm.2\nzz\tm.3\n")
    tables, report = read([rows, graph, links])
    assert tables.triples["item_id"].tolist() == ["b1", "b2"]
    assert [file.rows_kept for file in report.files] == [3, 2, 2]
    with pytest.raises(InputError, match="give the .link file"):
        read([rows, graph])
    with pytest.raises(InputError, match="give the .kg file"):
        read([rows, links])


def test_a_preview_says_what_the_columns_are(write):
    """Before the import the page can show the role and the mapping."""
    found = preview(write("facts.csv", TOLD))
    assert found.role == "triples"
    assert found.mapping == {"item_id": "item_id", "relation": "relation", "entity": "entity"}


def test_triples_are_stored_and_a_study_without_any_has_no_file(told, write, tmp_path):
    """What is saved is loaded; older studies, which have none, open as before."""
    tables, report = told
    save_tables(tables, report, tmp_path / "with")
    again = load_stored(tmp_path / "with").tables.triples
    assert again.equals(tables.triples)
    plain, report = read([write("r.csv", ROWS)])
    save_tables(plain, report, tmp_path / "without")
    assert load_tables(tmp_path / "without").triples is None
    assert not (tmp_path / "without" / "triples.parquet").exists()


def test_triples_name_the_data_but_not_what_people_are_described_from(write, tmp_path):
    """Descriptions are not written anew when a graph comes along; what is chosen is."""
    rows, facts = write("r.csv", ROWS), write("facts.csv", TOLD)
    plain = Study.create("plain", [rows], where=tmp_path)
    graph = Study.create("graph", [rows, facts], where=tmp_path)
    assert plain.triples_key == "" and graph.triples_key
    assert plain.key != graph.key
    assert plain.key_with(plain.items_key) == graph.key_with(graph.items_key)


def test_real_triples_repeat_what_the_catalogue_says(movielens):
    """MovieLens: 12,454 of 12,455 triples, and all relations are attributes under other names."""
    from llmrec_core.signals.entities import entities_of

    names = ("ml-100k.inter", "items.csv", "triples.tsv")
    tables, report = read([movielens / name for name in names])
    assert report.counts["triples"] == len(tables.triples) == 12_454
    known = entities_of(tables.items, tables.triples)
    assert set(known.relations) == {"year", "genres", "director", "cast"}
