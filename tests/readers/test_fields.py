"""What an item column is taken for, and how its cells are split."""

from __future__ import annotations

import pyarrow as pa
import pytest

from llmrec_core.readers.fields import ATTRIBUTE, LIST, NAMES, TEXT, UNUSED, kind_of, split_cell

CASES = [
    ("year", ["1999", "2001.0", "V"], ATTRIBUTE, [["1999"], ["2001"], []]),
    ("released", ["1999-01-31", "31-Jan-2001", ""], ATTRIBUTE, [["1999"], ["2001"], []]),
    ("genres", ["A|B", "", "A|A"], ATTRIBUTE, [["A", "B"], [], ["A"]]),
    ("cast", ["Ann Lee, Bo, Jr.", "Cy Fox"], ATTRIBUTE, [["Ann Lee", "Bo, Jr."], ["Cy Fox"]]),
    ("author", [f"Name{i}, First" for i in range(9)], ATTRIBUTE, [["Name0, First"]]),
    ("tags", ["['A b', 'C']", "['D']"], ATTRIBUTE, [["A b", "C"], ["D"]]),
    ("tags", ['["A", "B"]', "[]"], ATTRIBUTE, [["A", "B"], []]),
    ("genre", ['[{"id": 1, "name": "A"}]', '[{"id": 2, "name": "B"}]'], ATTRIBUTE, [["A"], ["B"]]),
    ("genre", ["[{'id': 1, 'name': 'A'}]", "[{'id': 2, 'name': 'B'}]"], ATTRIBUTE, [["A"], ["B"]]),
    ("plot", ["One day, somebody came, and left."], TEXT, None),
    ("notes", ["a sentence of more than eight words is a text"], TEXT, None),
    ("price", ["3.5", "$4"], UNUSED, None),
    ("link", ["http://a/b", "https://c"], UNUSED, None),
    ("details", ["{'a': 1}", "{'b': 2}"], UNUSED, None),
    ("code", [f"x{i}" for i in range(30)], UNUSED, None),
    ("nothing", ["", ""], UNUSED, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cells", "use", "split"), CASES)
def test_columns_are_what_they_look_like(name, cells, use, split):
    """Name and cells together tell a text from an attribute from neither."""
    kind = kind_of(pa.chunked_array([cells]), name)
    assert kind.use == use
    if split is not None:
        assert [split_cell(c, kind.separator) for c in cells[: len(split)]] == split


def test_lists_of_parquet_are_attributes():
    """A real list needs no separator."""
    kind = kind_of(pa.chunked_array([[["a", "b"], [], None]]), "shelf")
    assert (kind.use, kind.separator) == (ATTRIBUTE, LIST)
    assert split_cell(["a", " a ", "b\0"], LIST) == ["a", "b"]


def test_few_cells_with_commas_are_enough():
    """Directors come in pairs in only a few films, and are split there too."""
    cells = ["Ann Lee"] * 95 + ["Ann Lee, Bo Day"] * 5
    assert kind_of(pa.chunked_array([cells]), "director").separator == NAMES


def test_a_cell_has_a_bounded_number_of_values():
    """A cell of ten thousand values gives five hundred."""
    assert len(split_cell("|".join(map(str, range(10_000))), "|")) == 500
