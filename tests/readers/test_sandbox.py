"""Imports in a child process, and the tables they leave on disk."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from pathlib import Path

import pandas as pd
import pytest

from llmrec_core.errors import DamagedArtefactError, InputError, MissingArtefactError
from llmrec_core.readers import Limits, read
from llmrec_core.readers.sandbox import import_files, load_tables, preview_file
from llmrec_core.readers.store import load_stored, save_tables


def _same(a, b):
    for table in ("interactions", "items", "users"):
        pd.testing.assert_frame_equal(getattr(a, table).frame, getattr(b, table).frame)


def test_the_child_leaves_what_read_gives(tmp_path, clicks, books):
    """Tables and report come back from disk as `read` would have made them."""
    out = tmp_path / "study"
    report = import_files([clicks, books], out, mapping={"timestamp": "-"})
    expected, _ = read([clicks, books], mapping={"timestamp": "-"})
    _same(load_tables(out), expected)
    assert load_stored(out).report == report
    assert sorted(p.name for p in out.iterdir()) == [
        "interactions.parquet",
        "items.parquet",
        "tables.json",
        "users.parquet",
    ]
    facts = json.loads((out / "tables.json").read_text())
    assert (facts["text_fields"], facts["user_attributes"]) == (["plot"], [])


def test_errors_of_the_child_are_the_same_sentence(tmp_path, write):
    """A bad file says the same from the child as in this process, and nothing is written."""
    bad = write("bad.csv", "x,y\na,b\n")
    with pytest.raises(InputError) as here:
        read([bad])
    with pytest.raises(InputError) as there:
        import_files([bad], tmp_path / "out")
    assert str(here.value) == str(there.value)
    assert not (tmp_path / "out").exists()


def test_a_failed_import_leaves_the_old_tables(tmp_path, clicks, write):
    """After a refused file the study still has what it had."""
    import_files([clicks], tmp_path / "out")
    before = load_tables(tmp_path / "out")
    with pytest.raises(InputError):
        import_files([write("bad.csv", "")], tmp_path / "out")
    _same(load_tables(tmp_path / "out"), before)


def test_memory_beyond_the_limit_is_named(tmp_path, clicks):
    """A child that may have no memory ends with a sentence that names the limit."""
    with pytest.raises(InputError, match="memory"):
        import_files([clicks], tmp_path / "out", limits=Limits(memory_bytes=100 << 20))


def test_cpu_time_beyond_the_limit_is_named(tmp_path, write):
    """A child that computes too long is ended by the system, with a sentence."""
    line = b'{"user_id": "u", "item_id": "i", "a": [' + b"[]," * 300 + b"[]]}\n"
    slow = write("slow.jsonl.gz", gzip.compress(line * 100_000, 1))
    with pytest.raises(InputError, match="CPU time"):
        import_files([slow], tmp_path / "out", limits=Limits(cpu_seconds=1))


def test_time_beyond_the_limit_is_named(tmp_path, clicks):
    """A child that takes too long is stopped."""
    with pytest.raises(InputError, match="took more than 0.1 s"):
        import_files([clicks], tmp_path / "out", limits=Limits(wall_seconds=0.1))


def test_cancelling_stops_the_child(tmp_path, clicks):
    """A cancelled import changes nothing and comes back at once."""
    began = time.monotonic()
    with pytest.raises(InputError, match="cancelled"):
        import_files([clicks], tmp_path / "out", cancel=lambda: True)
    assert time.monotonic() - began < 2 and not (tmp_path / "out").exists()


def test_previews_from_the_child(books):
    """A preview made by the child is a preview."""
    seen = preview_file(books)
    assert seen.role == "items" and len(seen.rows) == 3


def test_nothing_imported_is_named(tmp_path):
    """A folder without tables says what to do."""
    with pytest.raises(MissingArtefactError, match="import a file"):
        load_tables(tmp_path)


@pytest.mark.parametrize("name", ["interactions.parquet", "items.parquet", "users.parquet"])
def test_every_changed_byte_is_found(tmp_path, clicks, books, name):
    """A flipped bit, a cut or a missing file is a named error, never other numbers."""
    save_tables(*read([clicks, books]), tmp_path)
    path = tmp_path / name
    good = path.read_bytes()
    for at in range(0, len(good), max(1, len(good) // 25)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(DamagedArtefactError, match=name):
            load_tables(tmp_path)
    path.write_bytes(good[: len(good) // 2])
    with pytest.raises(DamagedArtefactError, match="not the file"):
        load_tables(tmp_path)
    path.unlink()
    with pytest.raises(DamagedArtefactError, match="is missing"):
        load_tables(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"schema": 99}'])
def test_a_damaged_document_is_named(tmp_path, clicks, content):
    """`tables.json` that says nothing, or another schema, is refused."""
    save_tables(*read([clicks]), tmp_path)
    (tmp_path / "tables.json").write_text(content)
    with pytest.raises(DamagedArtefactError, match=r"tables\.json"):
        load_tables(tmp_path)


def test_a_killed_save_leaves_the_old_or_the_new(tmp_path, clicks, write, monkeypatch):
    """Whichever rename is the last one done, the folder holds one state as a whole."""
    old, new = read([clicks]), read([write("new.csv", "user_id,item_id\nx,y\n")])
    rename = Path.replace

    class Killed(BaseException):
        pass

    states = set()
    for survive in range(12):
        folder = tmp_path / str(survive)
        save_tables(*old, folder)
        done = 0

        def dying(self, target, limit=survive):
            nonlocal done
            done += 1
            if done > limit:
                raise Killed
            return rename(self, target)

        monkeypatch.setattr(Path, "replace", dying)
        with contextlib.suppress(Killed):
            save_tables(*new, folder)
        monkeypatch.setattr(Path, "replace", rename)
        found = load_tables(folder)
        users = tuple(found.users.frame["user_id"])
        _same(found, {("ann", "bob", "cid"): old[0], ("x",): new[0]}[users])
        states.add(users)
    assert len(states) == 2
