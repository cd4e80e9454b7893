"""Documents by kind and name: recipes, concepts, what-if states."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from llmrec_core.errors import InputError
from llmrec_core.journal import Journal, Kept, store


def test_the_latest_of_a_name_counts_and_kinds_are_apart(tmp_path: Path) -> None:
    """The same name may be a recipe and a set of concepts."""
    journal = Journal(tmp_path / "journal.sqlite")
    journal.save_document(Kept.RECIPE, "mine", "1")
    journal.save_document(Kept.RECIPE, " mine ", "2")
    journal.save_document(Kept.CONCEPTS, "mine", "3")
    assert journal.document(Kept.RECIPE, "mine") == "2"
    assert journal.document(Kept.CONCEPTS, "mine") == "3"
    assert journal.document(Kept.WHAT_IF, "mine") is None
    assert journal.document_names(Kept.RECIPE) == ["mine"]


def test_a_document_without_a_name_is_refused(tmp_path: Path) -> None:
    """Nothing is saved under blanks."""
    with pytest.raises(InputError, match="what-if needs a name"):
        Journal(tmp_path / "journal.sqlite").save_document(Kept.WHAT_IF, "  ", "{}")


def test_recipes_of_the_fourth_schema_are_read_on(tmp_path: Path) -> None:
    """What was saved as a recipe before is a document now, the later of a name in force."""
    path = tmp_path / "journal.sqlite"
    db = sqlite3.connect(path)
    for step in store._STEPS[:4]:
        db.executescript(step)
    db.execute("insert into recipes (name, json, created) values ('a', 'old', 't')")
    db.execute("insert into recipes (name, json, created) values ('a', 'new', 't')")
    db.execute("pragma user_version = 4")
    db.commit()
    db.close()
    assert Journal(path).document(Kept.RECIPE, "a") == "new"
