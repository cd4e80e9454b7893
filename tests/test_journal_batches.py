"""One edit of many descriptions: all or none, taken back as a whole; old journals are read on."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from llmrec_core.describe import Description, Sentence, add
from llmrec_core.errors import InputError, UnknownIdError
from llmrec_core.journal import Journal

NAMES = ("ann", "bob", "cat")
MACHINE = {name: Description(name, (Sentence("Loves war films.", "theme"),)) for name in NAMES}
CHANGED = {name: add(text, "Hates noise.") for name, text in MACHINE.items()}
PAIRS = [(MACHINE[name], CHANGED[name]) for name in NAMES]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite")


def _save(journal: Journal, pairs: list[tuple[Description, Description]] = PAIRS) -> int:
    return journal.save_many(pairs, "Eve", what="add «Hates noise.»", originals=MACHINE)


def test_a_batch_is_a_version_of_each_with_one_author(journal: Journal) -> None:
    """Everybody's new version is in force, and the machine's text is version 0 of each."""
    batch = _save(journal)
    assert {n: v.description for n, v in journal.all_edited().items()} == CHANGED
    for name in NAMES:
        original, edited = journal.history(name)
        assert original.description == MACHINE[name] and original.batch is None
        assert (edited.author, edited.batch, edited.head) == ("Eve", batch, True)
    (told,) = journal.batches()
    assert (told.number, told.author, told.owners, told.kept) == (batch, "Eve", 3, 3)
    assert told.what == "add «Hates noise.»"


def test_undo_and_redo_of_the_whole_batch(journal: Journal) -> None:
    """One call takes all of it back, another puts all of it in force again."""
    batch = _save(journal)
    assert journal.undo_batch(batch) == (3, 0) and journal.edited_owners() == []
    assert journal.batches()[0].kept == 0
    assert journal.redo_batch(batch) == (3, 0) and journal.edited_owners() == list(NAMES)


def test_undoing_a_batch_leaves_what_was_edited_since(journal: Journal) -> None:
    """An edit on top of the batch's stays in force, and so does one that was undone already."""
    batch = _save(journal)
    own = add(CHANGED["bob"], "Likes trains.")
    journal.save_description(own, "Bo")
    journal.undo("cat")
    assert journal.undo_batch(batch) == (1, 2)
    assert journal.description("bob") == own and journal.description("ann") == MACHINE["ann"]
    assert journal.redo_batch(batch) == (2, 1)  # ann's and cat's


def test_a_batch_that_cannot_be_saved_whole_is_not_saved_at_all(journal: Journal) -> None:
    """Somebody edits the last of three after the preview: nobody's description changes."""
    journal.save_description(add(MACHINE["cat"], "Likes trains."), "Bo", original=MACHINE["cat"])
    with pytest.raises(InputError, match="'cat' was changed meanwhile"):
        _save(journal)
    assert journal.edited_owners() == ["cat"] and journal.batches() == []
    assert journal.history("ann") == []


def test_an_edit_taken_back_after_the_preview_stays_taken_back(journal: Journal) -> None:
    """The batch was made from Ann's edit, which is in force no more: her words do not return."""
    mine = add(MACHINE["ann"], "Likes trains.")
    journal.save_description(mine, "Ann", original=MACHINE["ann"])
    journal.undo("ann")
    with pytest.raises(InputError, match="'ann' was changed meanwhile"):
        _save(journal, [(mine, add(mine, "Hates noise."))])
    assert journal.description("ann") == MACHINE["ann"] and journal.batches() == []


def test_the_machines_text_of_today_is_what_a_batch_is_made_from(journal: Journal) -> None:
    """After an undo, and a build since: version 0 is the text of the day of the first edit."""
    today = {"ann": Description("ann", (Sentence("Loves spy films.", "theme"),))}
    journal.save_description(CHANGED["ann"], original=MACHINE["ann"])
    journal.undo("ann")
    with pytest.raises(InputError, match="changed meanwhile"):
        journal.save_many([PAIRS[0]], originals=today)
    edited = add(today["ann"], "Hates noise.")
    journal.save_many([(today["ann"], edited)], originals=today)
    assert journal.description("ann") == edited


def test_row_ids_that_are_not_shown_are_no_change(journal: Journal) -> None:
    """A version of an earlier import is looked at without its row ids, and is the same text."""
    tea = Sentence("Likes tea.", "theme", rows=(7,))
    old = replace(MACHINE["ann"], sentences=(tea,), read=(7,))
    journal.save_description(old, original=MACHINE["ann"], data="an earlier import")
    shown = replace(old, sentences=(replace(old.sentences[0], rows=()),), read=())
    edited = add(shown, "Hates noise.")
    _save(journal, [(shown, edited)])
    assert journal.description("ann") == edited


def test_own_edits_are_built_upon(journal: Journal) -> None:
    """With the description in force as the one looked at, the batch's version comes from it."""
    mine = add(MACHINE["ann"], "Likes trains.")
    journal.save_description(mine, "Bo", original=MACHINE["ann"])
    batch = _save(journal, [(mine, add(mine, "Hates noise."))])
    assert [s.text for s in journal.all_edited()["ann"].description.sentences][1:] == [
        "Likes trains.", "Hates noise.",
    ]
    journal.undo_batch(batch)
    assert journal.description("ann") == mine


def test_an_empty_batch_and_an_unknown_one_are_refused(journal: Journal) -> None:
    """Both in words."""
    with pytest.raises(InputError, match="nothing to change"):
        _save(journal, [])
    with pytest.raises(UnknownIdError, match="no batch 7"):
        journal.undo_batch(7)


def test_a_version_knows_the_data_that_its_rows_are_of(journal: Journal) -> None:
    """Kept with every version, the original's too, by single saves and by batches."""
    journal.save_description(CHANGED["ann"], original=MACHINE["ann"], data="k1")
    journal.save_many([PAIRS[1]], data="k2", originals=MACHINE)
    assert [v.data for v in journal.history("ann")] == ["k1", "k1"]
    assert journal.all_edited()["bob"].data == "k2"


FIRST_SCHEMA = """
create table description_versions (
    id integer primary key, owner_id text not null, version integer not null, json text not null,
    author text not null, created text not null, parent integer, undone integer not null default 0,
    unique (owner_id, version));
create table weights (
    id integer primary key, name text not null, json text not null, created text not null);
create table notes (
    id integer primary key, subject text not null, text text not null, created text not null);
create table feedback (
    id integer primary key, user_id text not null, item_id text not null, value real not null,
    created text not null);
"""


def test_a_journal_of_the_first_schema_is_read_on(journal: Journal) -> None:
    """What was typed before is there, of unknown data, and the new methods work on it."""
    db = sqlite3.connect(journal.path)
    db.executescript(FIRST_SCHEMA)
    db.execute("pragma user_version = 1")
    row = "insert into description_versions (owner_id, version, json, author, created, parent) "
    row += "values (?, ?, ?, ?, '2026-01-01T00:00:00+00:00', ?)"
    db.execute(row, ("ann", 0, MACHINE["ann"].to_json(), "template", None))
    db.execute(row, ("ann", 1, CHANGED["ann"].to_json(), "Eve", 0))
    db.commit()
    db.close()
    (found,) = journal.all_edited().values()
    assert (found.description, found.author, found.data) == (CHANGED["ann"], "Eve", "")
    batch = _save(journal, [(CHANGED["ann"], add(CHANGED["ann"], "Likes trains.")), PAIRS[1]])
    assert journal.undo_batch(batch) == (2, 0)
    assert journal.description("ann") == CHANGED["ann"] and len(journal.history("ann")) == 3
