"""Answers on disk: kept whole, found by key, a damaged one unknown."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from llmrec_core.errors import DamagedArtefactError, StudioError
from llmrec_core.llm import Answer
from llmrec_core.llm.memory import Answers

_ANSWER = Answer("喜欢 «space» \ud800", "length", 12, 34, 1.5)


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    """Text in any script, why it ended and what it took; only `cached` tells the difference."""
    with Answers(tmp_path / "a" / "answers.sqlite") as answers:
        answers.keep("k", _ANSWER)
        assert answers.known(["k", "other"]) == {
            "k": Answer(_ANSWER.text, "length", 12, 34, 1.5, cached=True)
        }


def test_thousands_of_keys_are_looked_up_at_once(tmp_path: Path) -> None:
    """More keys than SQLite takes in one query."""
    with Answers(tmp_path / "answers.sqlite") as answers:
        answers.keep("k1999", _ANSWER)
        assert list(answers.known([f"k{n}" for n in range(2500)] * 2)) == ["k1999"]


def test_a_damaged_answer_is_unknown(tmp_path: Path) -> None:
    """Changed bytes are asked for again rather than believed; so is an unknown field."""
    path = tmp_path / "answers.sqlite"
    with Answers(path) as answers:
        for key in ("good", "changed", "strange"):
            answers.keep(key, Answer("text"))
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE answers SET json = replace(json, 'text', 'test') WHERE key = 'changed'")
        db.execute("UPDATE answers SET json = '[1' WHERE key = 'strange'")
    db.close()
    with Answers(path) as answers:
        assert list(answers.known(["good", "changed", "strange"])) == ["good"]


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"not a database, whatever its name says" * 99)
    with pytest.raises(DamagedArtefactError, match=r"answers\.sqlite is damaged.*move it away"):
        Answers(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StudioError, match="cannot be kept in"):
        Answers(tmp_path / "file" / "answers.sqlite")


def test_what_was_kept_survives_kill_9(tmp_path: Path) -> None:
    """`keep` returns when the answer is safe, not when it is on its way."""
    path = tmp_path / "answers.sqlite"
    code = (
        "import os, sys; from llmrec_core.llm import Answer;"
        "from llmrec_core.llm.memory import Answers; answers = Answers(sys.argv[1]);"
        "[answers.keep(f'k{n}', Answer(f't{n}')) for n in range(5)]; os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -9
    with Answers(path) as answers:
        assert {k: a.text for k, a in answers.known([f"k{n}" for n in range(9)]).items()} == {
            f"k{n}": f"t{n}" for n in range(5)
        }


def test_two_may_share_the_file(tmp_path: Path) -> None:
    """A build and a page; the later answer to the same question wins."""
    with Answers(tmp_path / "a.sqlite") as one, Answers(tmp_path / "a.sqlite") as two:
        one.keep("k", Answer("first"))
        two.keep("k", Answer("second"))
        assert one.known(["k"])["k"].text == "second" and len(one) == len(two) == 1
