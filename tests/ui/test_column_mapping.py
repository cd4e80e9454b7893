"""One mapping from the controls of several files."""

from __future__ import annotations

from llmrec_core.ui.column_mapping import merged


def test_lists_of_columns_add_up() -> None:
    """Attributes of items and of users go into one list, each column once."""
    mapping, problems = merged([("a", {"attributes": "x,y"}), ("b", {"attributes": "y,z"})])
    assert mapping == {"attributes": "x,y,z"} and problems == []


def test_a_contradiction_names_both_columns_and_files() -> None:
    """A reader takes one column a name: two files that disagree are told."""
    mapping, problems = merged([("a", {"item_id": "sku"}), ("b", {"item_id": "code"})])
    assert mapping == {"item_id": "sku"} and len(problems) == 1
    assert all(word in problems[0] for word in ("sku", "code", " a ", " b"))


def test_no_columns_at_all_is_said_as_none() -> None:
    """Two emptied lists stay emptied: «-» is what the reader takes for none."""
    none = {"attributes": "-"}
    assert merged([("a", none), ("b", none)])[0] == none
