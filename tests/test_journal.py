"""The journal: versions, undo, weights, and that nothing acknowledged is ever lost."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from llmrec_core.describe import Description, Sentence, add, edit
from llmrec_core.errors import DamagedArtefactError, InputError, StudioError
from llmrec_core.journal import ORIGINAL, Journal

MACHINE = Description("ann", (Sentence("Loves war films.", "likes_attribute", 1, (3, 5)),))
FIRST = edit(MACHINE, 0, "Loves quiet films.")
SECOND = add(FIRST, "Hates noise.")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "study" / "journal.sqlite")


def test_empty(journal: Journal) -> None:
    """Reading before the first write finds nothing and makes no file."""
    assert journal.description("ann") is None and journal.history("ann") == []
    assert journal.undo("bob") is None and journal.weights("x") is None
    assert Journal(journal.path.parent / "other").notes() == []


def test_first_save_keeps_the_original(journal: Journal) -> None:
    """The machine's text becomes version 0 with the first edit, which is version 1."""
    assert journal.save_description(FIRST, original=MACHINE) == 1
    assert [v.version for v in journal.history("ann")] == [ORIGINAL, 1]
    assert journal.history("ann")[0].description == MACHINE
    assert journal.description("ann") == FIRST


def test_original_only_once(journal: Journal) -> None:
    """A later original does not replace the one that the first edit started from."""
    journal.save_description(FIRST, original=MACHINE)
    journal.save_description(SECOND, original=FIRST)
    assert journal.history("ann")[0].description == MACHINE


def test_undo_to_the_original_and_redo(journal: Journal) -> None:
    """Undo walks back to version 0 and no further; redo walks forth to the last."""
    journal.save_description(FIRST, original=MACHINE)
    journal.save_description(SECOND)
    assert journal.undo("ann") == FIRST and journal.undo("ann") == MACHINE
    assert journal.undo("ann") is None and journal.description("ann") == MACHINE
    assert journal.redo("ann") == FIRST and journal.redo("ann") == SECOND
    assert journal.redo("ann") is None


def test_edit_after_undo_keeps_everything(journal: Journal) -> None:
    """A new edit after an undo is a branch: the undone version stays, redo does not reach it."""
    journal.save_description(FIRST, original=MACHINE)
    journal.save_description(SECOND)
    journal.undo("ann")
    third = add(FIRST, "Likes trains.")
    assert journal.save_description(third) == 3
    assert journal.redo("ann") is None and journal.description("ann") == third
    versions = journal.history("ann")
    assert [v.undone for v in versions] == [False, False, True, False]
    assert [v.parent for v in versions] == [None, 0, 1, 1]
    assert [v.head for v in versions] == [False, False, False, True]
    assert journal.undo("ann") == FIRST and journal.redo("ann") == third


def test_save_of_the_same_makes_no_version(journal: Journal) -> None:
    """Saving what is in force already changes nothing."""
    journal.save_description(FIRST, original=MACHINE)
    assert journal.save_description(FIRST) == 1 and len(journal.history("ann")) == 2


def test_edited_owners(journal: Journal) -> None:
    """Only owners whose version in force is a person's are edited."""
    journal.save_description(FIRST, original=MACHINE)
    assert journal.edited_owners() == ["ann"]
    journal.undo("ann")
    assert journal.edited_owners() == []


def test_authors_and_times(journal: Journal) -> None:
    """Every version says who made it and when, in UTC."""
    journal.save_description(FIRST, "Eve", original=MACHINE)
    original, edited = journal.history("ann")
    assert (original.author, edited.author) == ("template", "Eve")
    assert edited.created.utcoffset() is not None and edited.created >= original.created


def test_weights(journal: Journal) -> None:
    """Weights come back by name, the last saved ones; names are in order."""
    journal.save_weights("mine", {"taste": 1.0})
    journal.save_weights("mine", {"taste": 2.0})
    journal.save_weights("all", {"taste": 0.5, "popularity": -1.0})
    assert journal.weights("mine") == {"taste": 2.0} and journal.weights("none") is None
    assert journal.weight_names() == ["all", "mine"]


def test_weights_must_be_finite(journal: Journal) -> None:
    """A weight that is no number is refused by name, and so is an empty name."""
    with pytest.raises(InputError, match="'taste' is not a finite"):
        journal.save_weights("mine", {"taste": float("nan")})
    with pytest.raises(InputError, match="need a name"):
        journal.save_weights(" ", {"taste": 1.0})


def test_notes_and_feedback(journal: Journal) -> None:
    """Notes and feedback come back in the order they were given, all or of one subject."""
    journal.add_note("ann", "odd")
    journal.add_note("bob", "usual")
    journal.add_feedback("ann", "i1", 1)
    journal.add_feedback("bob", "i2", -1)
    assert [note.text for note in journal.notes()] == ["odd", "usual"]
    assert [note.text for note in journal.notes("bob")] == ["usual"]
    assert [(f.item_id, f.value) for f in journal.feedback("bob")] == [("i2", -1.0)]
    assert len(journal.feedback()) == 2


def test_newer_schema_is_refused(journal: Journal) -> None:
    """A journal of a newer program is not touched."""
    journal.add_note("ann", "odd")
    with sqlite3.connect(journal.path) as db:
        db.execute("pragma user_version = 99")
    with pytest.raises(InputError, match="schema 99"):
        journal.notes()


def test_damage_is_named(journal: Journal) -> None:
    """A file that is no database is an error that names it, and is left as it is."""
    journal.path.parent.mkdir()
    journal.path.write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(DamagedArtefactError, match=r"journal\.sqlite is damaged"):
        journal.save_description(FIRST)
    assert journal.path.read_bytes().startswith(b"not a database")


def test_unusable_place_is_named(tmp_path: Path) -> None:
    """A path that cannot be opened is one clear sentence."""
    with pytest.raises(StudioError, match="cannot be used now"):
        Journal(tmp_path).save_description(FIRST)


def test_many_threads(journal: Journal) -> None:
    """Saves from many threads at once, the file's first ones too, all get their own version."""
    texts = [add(MACHINE, f"Likes number {n}.") for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(journal.save_description, texts))
    assert sorted(versions) == list(range(1, 25))


CHILD = """
import sys
from llmrec_core.describe import Description, Sentence
from llmrec_core.journal import Journal
journal = Journal(sys.argv[1])
for n in range(100_000):
    sentence = Sentence(f"{sys.argv[2]} {n}", "typed")
    version = journal.save_description(Description("ann", (sentence,)))
    print(version, n, flush=True)
"""


def test_kill_loses_no_acknowledged_save(journal: Journal) -> None:
    """After SIGKILL in the middle of saves every acknowledged version is there, and it goes on."""
    acknowledged: dict[int, str] = {}
    for trial in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(journal.path), str(trial)],
            stdout=subprocess.PIPE, text=True,
        )
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(10 + trial)]
        time.sleep(0.013 * (trial + 1))
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
        child.wait()
        for line in lines:
            if line.endswith("\n"):
                version, n = line.split()
                acknowledged[int(version)] = f"{trial} {n}"
    found = {v.version: v.description.text() for v in journal.history("ann")}
    assert len(acknowledged) >= 30
    assert {version: found.get(version) for version in acknowledged} == acknowledged


def test_a_revision_names_the_edits_in_force(journal: Journal) -> None:
    """Each edit and each undo changes it; whose edit is undone matters; undone is as never done."""
    none = journal.revision()
    other = Description("bob", MACHINE.sentences)
    journal.save_description(FIRST, original=MACHINE)
    one = journal.revision()
    journal.save_description(add(other, "Hates noise."), original=other)
    both = journal.revision()
    journal.undo("ann")
    bobs = journal.revision()
    assert len({none, one, both, bobs}) == 4
    journal.undo("bob")
    assert journal.revision() == none
    journal.redo("ann")
    assert journal.revision() == one
