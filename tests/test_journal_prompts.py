"""Prompts in the journal: versions, digests, and old journals that gain them in place."""

from __future__ import annotations

import os
import signal
import sqlite3

import pytest

from llmrec_core.errors import StudioError
from llmrec_core.journal import Journal, store
from llmrec_core.writing.prompts import default, digest_of

TEXT = "Say what this person likes.\n{evidence}\n"


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal.sqlite")


def old_journal(path):
    """A journal as the first version of this program made it, with one note in it."""
    with sqlite3.connect(path) as db:
        db.executescript(store._TABLES)
        db.execute("insert into notes (subject, text, created) values ('u1', 'kind', '2026-01-01')")
        db.execute("pragma user_version = 1")
    db.close()
    return Journal(path)


def test_versions_are_numbered_and_found_by_their_digest(journal):
    """A study's settings name a prompt by its digest, whichever version it was."""
    assert journal.save_prompt("prose", TEXT, "Ada") == 1
    assert journal.save_prompt("prose", TEXT + "Be brief.", "Bea") == 2
    assert [(p.version, p.author) for p in journal.prompts("prose")] == [(1, "Ada"), (2, "Bea")]
    assert journal.prompt_text(digest_of(TEXT)) == TEXT
    assert journal.prompts("persona") == []
    assert journal.prompt_text("unknown") is None


def test_the_same_text_is_no_new_version(journal):
    """However its lines end."""
    assert journal.save_prompt("prose", TEXT, "Ada") == 1
    assert journal.save_prompt("prose", TEXT.replace("\n", "\r\n") + "\n", "Ada") == 1
    assert len(journal.prompts("prose")) == 1


def test_going_back_to_an_older_text_is_a_version(journal):
    """Nothing is overwritten: the history says what was in force when."""
    for text in (TEXT, TEXT + "Be brief.", TEXT):
        journal.save_prompt("prose", text, "Ada")
    assert [p.text for p in journal.prompts("prose")] == [TEXT, TEXT + "Be brief.\n", TEXT]


@pytest.mark.parametrize(("name", "text", "what"), [
    ("prose", "Describe somebody.", "no {evidence}"),
    ("rewrite", "{evidence}", "no {sentence}"),
    ("prose", "{evidence}" + "x" * 9000, "9,0.. characters"),
    (" ", TEXT, "needs a name"),
    ("prose", TEXT + "{foo}", "no {foo} here .there are {evidence}, {language}, {things}"),
    ("prose", TEXT + "{sentence}", "no {sentence} here"),
    ("sonnet", TEXT, "no prompt 'sonnet'"),
])  # fmt: skip
def test_a_prompt_that_no_model_could_use_is_refused(journal, name, text, what):
    """Before it is saved, in words."""
    with pytest.raises(StudioError, match=what):
        journal.save_prompt(name, text, "Ada")
    assert journal.prompts(name) == []


@pytest.mark.parametrize("name", ["prose", "keywords", "persona", "rewrite"])
def test_the_files_may_be_saved_as_they_are(journal, name):
    """An editor starts from the file."""
    assert journal.save_prompt(name, default(name), "Ada") == 1
    assert journal.prompt_text(digest_of(default(name))) == default(name)


def test_an_old_journal_gains_prompts_and_keeps_all_else(tmp_path):
    """Schema 1 is brought up to date by the first opening."""
    journal = old_journal(tmp_path / "old.sqlite")
    assert journal.prompts("prose") == []
    assert journal.save_prompt("prose", TEXT, "Ada") == 1
    assert [note.text for note in journal.notes()] == ["kind"]


def test_a_kill_at_any_statement_of_the_step_leaves_the_old_or_the_new(tmp_path, monkeypatch):
    """kill -9 at the n-th statement, for n = 1, 2, 3… until the journal gets through."""
    for n in range(1, 60):
        path = tmp_path / f"{n}.sqlite"
        old_journal(path)
        if not killed_at(n, path, monkeypatch):
            break
        with sqlite3.connect(path) as db:
            assert db.execute("pragma user_version").fetchone()[0] in (1, store.SCHEMA)
        db.close()
        journal = Journal(path)
        assert [note.text for note in journal.notes()] == ["kind"]
        assert journal.save_prompt("prose", TEXT, "Ada") == 1
    assert 5 < n < 59


def killed_at(n, path, monkeypatch):
    """Open the journal in a child that dies at its n-th statement; False where it had fewer."""
    class Dying(sqlite3.Connection):
        left = n

        def execute(self, *args):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().execute(*args)

    child = os.fork()
    if child == 0:
        real = sqlite3.connect
        monkeypatch.setattr(
            store.sqlite3, "connect", lambda *a, **k: real(*a, **k, factory=Dying)
        )
        Journal(path).prompts("prose")
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
